"""A plan as the JSON that ``kg extract`` prints (its form is relied on from outside)."""

from __future__ import annotations

from typing import Any

from ..model import (
    Field,
    Header,
    Mention,
    Plan,
    Reference,
    Review,
    Role,
    Span,
    Target,
    Task,
    Timeframe,
)
from ..text import clean

Json = dict[str, Any]


def plan_json(plan: Plan) -> Json:
    """document, references, targets, tasks, and besides: goals, groups, purposes, requirements."""
    header = plan.header
    signing = header.signing
    return {
        "file": plan.outline.document.name,
        "sha256": plan.outline.document.sha256,
        "iri": plan.iri,
        **({"cut": {"line": cut.line, "number": cut.number}} if (cut := plan.outline.cut) else {}),
        "document": {
            "number": _value(header.number),
            "type": _value(header.type),
            "title": _value(header.title),
            "issuer": _value(header.issuer),
            "province": _value(header.province),
            "place": _value(header.place),
            "date": _value(header.date),
            "signer": _value(signing.signer) if signing else None,
            "capacity": [c.value for c in signing.capacities] if signing else [],
            "recipients": [_mention(m) for m in header.recipients],
            "horizons": list(plan.horizons),
            "evidence": _evidence(header),
        },
        "references": [_reference(r) for r in plan.references],
        "purposes": [
            {"key": s.key, "text": s.text, **_span(s.span), "rule": s.rule, "status": s.status}
            for s in plan.purposes
        ],
        "requirements": [
            {"key": s.key, "text": s.text, **_span(s.span), "rule": s.rule, "status": s.status}
            for s in plan.requirements
        ],
        "goals": [
            {
                "key": g.key,
                "text": g.text,
                "year": g.year,
                **_span(g.span),
                "rule": g.rule,
                "status": g.status,
            }
            for g in plan.goals
        ],
        "targets": [_target(t) for t in plan.targets],
        "groups": [
            {"key": g.key, "text": g.text, **_span(g.span), "rule": g.rule, "status": g.status}
            for g in plan.groups
        ],
        "tasks": [_task(t) for t in plan.tasks],
        "reviews": [_review(r) for r in plan.reviews],
    }


def _evidence(header: Header) -> Json:
    """Where each fact of the document stands, by which part of the header's rules, and its status."""
    fields = {
        "number": header.number,
        "type": header.type,
        "title": header.title,
        "issuer": header.issuer,
        "province": header.province,
        "place": header.place,
        "date": header.date,
        "signer": header.signing.signer if header.signing else None,
    }
    return {
        name: {
            **_span(field.span),
            "rule": "correction" if field.status == "corrected" else f"header-{name}",
            "status": field.status,
        }
        for name, field in fields.items()
        if field
    }


def _review(review: Review) -> Json:
    return {
        "id": review.id,
        "kind": review.kind,
        "field": review.field,
        "key": review.key,
        "replaced": review.replaced,
        "value": review.value,
        "who": review.who,
        "when": review.when.isoformat(),
        "why": review.why,
        **_span(review.span),
    }


def _value(field: Field | None) -> str | None:
    return field.value if field else None


def _span(span: Span) -> Json:
    return {"start": span.start, "end": span.end}


def _mention(mention: Mention) -> Json:
    return {"name": mention.name, "iri": mention.iri, **_span(mention.span)}


def _reference(reference: Reference) -> Json:
    return {
        "number": reference.number,
        "type": reference.type,
        "issuer": reference.issuer,
        "date": reference.date.isoformat() if reference.date else None,
        "relation": reference.relation,
        "iri": reference.iri,
        "text": reference.text,
        **_span(reference.span),
        "rule": reference.rule,
        "status": reference.status,
    }


def _target(target: Target) -> Json:
    amount = target.amount
    return {
        "key": target.key,
        "anchor": clean(target.text)[:60].strip(),
        "quote": amount.quote,
        "value": int(amount.value) if amount.value.is_integer() else amount.value,
        "comparator": amount.comparator,
        "unit": amount.unit,
        "year": amount.year,
        "period": list(amount.period) if amount.period else None,
        "indicator": target.indicator,
        "indicator_key": target.measure.key,
        "denominator": target.measure.denominator,
        "value_type": target.value_type,
        "baseline": (
            {"quote": b.quote, "value": b.value, "unit": b.unit, "year": b.year, **_span(b.span)}
            if (b := target.baseline)
            else None
        ),
        "part_of": target.parent,
        "goal": target.goal,
        "text": target.text,
        **_span(target.span),
        "rule": target.rule,
        "status": target.status,
    }


def _task(task: Task) -> Json:
    return {
        "key": task.key,
        "path": task.path,
        "anchor": clean(task.text)[:60].strip(),
        "leads": [m.name for m in task.of("lead")],
        "coordinators": [m.name for m in task.of("coordinating")],
        "timeline": task.timeframe.text if task.timeframe else None,
        "roles_from": task.roles_from,
        "kind": task.kind,
        "modality": task.modality,
        "recipients": [m.name for m in task.of("recipient")],
        "agencies": [_role(r) for r in task.roles],
        "schedule": _schedule(task.timeframe) if task.timeframe else None,
        "themes": [
            {
                "theme": t.slug,
                "words": t.words,
                **_span(t.span),
                "rule": t.rule,
                "status": t.status,
            }
            for t in task.themes
        ],
        "group": task.group,
        "block": task.block,
        "text": task.text,
        **_span(task.span),
        "rule": task.rule,
        "status": task.status,
    }


def _role(role: Role) -> Json:
    return {
        "name": role.mention.name,
        "role": role.role,
        "iri": role.mention.iri,
        **_span(role.mention.span),
        "from": role.source,
        "rule": role.rule,
        "status": role.status,
    }


def _schedule(time: Timeframe) -> Json:
    return {
        "kind": time.kind,
        "frequency": time.frequency,
        "frequencies": list(time.frequencies),
        "interval": {"begin": time.begin, "end": time.end} if time.begin or time.end else None,
        "begin": time.begin,
        "deadline": (
            {"before": time.deadline.before, "inclusive": time.deadline.inclusive}
            if time.deadline
            else None
        ),
        "conditional": time.conditional,
        "continuous": time.continuous,
        **_span(time.span),
        "rule": time.rule,
        "status": time.status,
    }
