"""Mentions and citations of one plan → IRIs, by its place and day.

What the reference data knows by one of its labels gets the IRI that stands there.  Everything else gets
the stable IRI that its type, place and name make (``agency/vn-73/so-cong-thuong``) under the plan's
jurisdiction.  Nothing is guessed: a document whose year or issuer is not told keeps a local IRI.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from .extract.agents import find_agents
from .model import Field, Header, Mention, Plan, Reference, Role, Span, Task
from .names import BASE, document_iri, slug, unit_iri
from .passages import make_passage
from .registry import Registry, Unit, complete
from .text import fold, phrases, unaccented
from .words import word_list, words


def resolve(
    plan: Plan,
    registry: Registry,
    *,
    number: str | None = None,
    day: date | None = None,
) -> Plan:
    """*plan* with IRIs: its own, its issuer's, and one on every mention and citation.

    *number* and *day* give the identity where the text does not (a draft); they stand in its header then.  Without a number or date
    the plan's own IRI stays None.
    """
    header = plan.header
    if header.number is None and number:
        header = replace(header, number=Field(number, Span(0, 0)))
    if header.date is None and day:
        header = replace(header, date=Field(day.isoformat(), Span(0, 0)))
    written = header.number.value if header.number else None
    dated = date.fromisoformat(header.date.value) if header.date else None
    place = header.province.value if header.province else None
    unit = registry.unit(place, dated) if place else None
    scope = _Scope(registry, unit, dated, place)
    iri = None
    if written and dated:
        iri = scope.document(
            written,
            header.type.value if header.type else None,
            header.issuer.value if header.issuer else None,
            dated,
        )
    scope.plan = iri
    return replace(
        plan,
        iri=iri,
        issuer_iri=plan.issuer_iri or (scope.actor(header.issuer.value) if header.issuer else None),
        unit_iri=unit_iri(unit.path) if unit else None,
        header=_header(header, scope, plan.outline.document.text),
        references=tuple(_reference(r, scope) for r in plan.references),
        tasks=tuple(_task(t, scope) for t in plan.tasks),
    )


def _header(header: Header, scope: _Scope, text: str) -> Header:
    return replace(
        header,
        recipients=tuple(one for m in header.recipients for one in scope.recipients(m, text)),
    )


def _task(task: Task, scope: _Scope) -> Task:
    roles: Iterable[Role] = (replace(r, mention=scope.mention(r.mention)) for r in task.roles)
    return replace(task, roles=tuple(roles))


def _reference(reference: Reference, scope: _Scope) -> Reference:
    iri = scope.document(reference.number, reference.type, reference.issuer, reference.date)
    if iri is None and scope.plan:
        iri = f"{scope.plan}/cited/{slug(reference.number)}"
    return replace(reference, iri=iri)


class _Scope:
    """How names are meant in one plan: its place and day."""

    def __init__(
        self, registry: Registry, unit: Unit | None, day: date | None, place: str | None
    ) -> None:
        self.registry = registry
        self.jurisdiction = unit.path if unit else slug(place) if place else "vn"
        self.place = place
        self.day = day
        self.plan: str | None = None

    def mention(self, mention: Mention) -> Mention:
        if mention.iri is not None:  # told by a correction
            return mention
        return replace(mention, iri=self.actor(mention.name))

    def recipients(self, line: Mention, text: str) -> Iterable[Mention]:
        """Those named in a line of the distribution list: the whole line where it is known by that
        name or names no list, else each."""
        whole = self.mention(line)
        passage = make_passage(text, line.span.start, line.span.end)
        agents, end = find_agents(passage, 0, whole=True)
        if (
            line.iri is not None
            or self.registry.knows(str(whole.iri))
            or end < len(passage.text)
            or len(agents) < 2
        ):
            return [whole]
        return [self.mention(agent.mention(passage)) for agent in agents]

    def actor(self, name: str) -> str:
        """The IRI of who is called *name* here."""
        key = complete(name)
        kind = "group" if _is_group(name) else "agency"
        for candidate in self._candidates(key):
            known = [
                iri
                for iri in self.registry.actors.get(candidate, ())
                if iri.startswith((f"{BASE}{kind}/{self.jurisdiction}/", f"{BASE}{kind}/vn/"))
            ]
            if len(known) == 1:
                return known[0]
        if kind == "agency" and _is_central(key):
            return f"{BASE}agency/vn/{slug(key)}"
        short = self._without_place(key) if kind == "agency" else key
        return f"{BASE}{kind}/{self.jurisdiction}/{slug(_short(short))}"

    def _candidates(self, key: str) -> Iterable[str]:
        """The name with and without its place: «sở y tế», «sở y tế tỉnh», «sở y tế tỉnh hậu giang»."""
        yield key
        bare = self._without_place(key)
        yield bare
        for level in ("tỉnh", "thành phố"):
            yield f"{bare} {level}"
            if self.place:
                yield f"{bare} {level} {fold(self.place)}"
        if self.place:
            yield f"{bare} {fold(self.place)}"

    def _without_place(self, key: str) -> str:
        place = f"(?:\\s+{re.escape(fold(self.place))})?" if self.place else ""
        bare = re.sub(rf"\s+(?:tỉnh|thành phố){place}$", "", key)
        return bare or key

    def document(
        self, number: str, kind: str | None, issuer: str | None, day: date | None
    ) -> str | None:
        """The IRI of a document; None where year or issuer is not told."""
        found = re.match(r"(\d+[a-zđ]?)(?:/(\d{4}))?[/-](.+)$", number)
        if found is None:
            return None
        year = int(found.group(2)) if found.group(2) else day.year if day else None
        if year is None:
            return None
        symbol = found.group(3)
        segment, national = _issuer_segment(symbol, issuer)
        if segment is None:
            return None
        where = "vn" if national else self._jurisdiction(issuer, day)
        if where is None:
            return None
        return document_iri(where, segment, _type_slug(symbol, kind), year, found.group(1))

    def _jurisdiction(self, issuer: str | None, day: date | None) -> str | None:
        """Of a local issuer: the place in its name, else the plan's own."""
        place = re.search(r"(?:tỉnh|thành phố|tp\.?)\s+(?!ủy\b)(.+)$", fold(issuer or ""))
        if place is None or (self.place and fold(self.place) == place.group(1)):
            return self.jurisdiction if day is None else self._own(day)
        unit = self.registry.unit(place.group(1), day)
        return unit.path if unit else slug(place.group(1))

    def _own(self, day: date) -> str:
        """The plan's place as it was on *day* (units merged on 1 July 2025 have two paths)."""
        unit = self.registry.unit(self.place, day) if self.place else None
        return unit.path if unit else self.jurisdiction


def _is_group(name: str) -> bool:
    """A collective («Các sở, ban, ngành tỉnh», «UBND huyện, thị xã») and not one body."""
    text = fold(name)
    if ":" in text or re.match(r"cơ quan\s+\S+\s*,", text):
        return True
    if re.match(phrases(word_list("agents", "determiners")) + r"\s", text):
        return True
    if re.match(phrases(word_list("agents", "persons")) + r"\s", text):
        return True
    levels = phrases(word_list("agents", "levels"))
    committee = phrases(word_list("agents", "committees"))
    if re.match(
        rf"{committee}\s+(?:(?:các|từng)\s|{levels}\s*[,/]|{levels}\s+và\s|cấp\s|(?:xã|phường|huyện|quận|thị xã|thị trấn|đặc khu)$|(?:xã|phường|huyện|đặc khu)\s*,)",
        text,
    ):
        return True
    if re.match(
        phrases((*word_list("agents", "collective"), *word_list("agents", "several")))
        + r"(?:\s*,|\s+và\s|/)",
        text,
    ):
        return True
    several = re.match(phrases(word_list("agents", "several")) + r"(?!\w)", text)
    return (several is not None and name[:1].islower()) or (
        several is not None and "địa bàn" in text
    )


def _is_central(key: str) -> bool:
    if key.startswith(word_list("central", "names")):
        return not re.search(r"\bkhu vực\b|\bchi nhánh\b", key)
    return key.startswith("bộ ") and not key.startswith(word_list("central", "not_ministries"))


def _short(key: str) -> str:
    """Committees by their usual abbreviation in IRIs: agency/vn-73/ubnd."""
    for long, short in (("ủy ban nhân dân", "ubnd"), ("hội đồng nhân dân", "hdnd")):
        if key == long or key.startswith(long + " "):
            return short + key[len(long) :]
    return key


def _issuer_segment(symbol: str, issuer: str | None) -> tuple[str | None, bool]:
    """The issuer's segment of the IRI, and whether it is a body of the whole country."""
    table = {fold(name): segment for name, segment in words()["document"]["issuers"].items()}
    named = fold(issuer) if issuer else None
    if named in table:
        return str(table[named]), True
    last = re.split(r"[-/]", symbol)[-1]
    if match := re.match(r"(UBTVQH|QH)\d*$", symbol):
        return match.group(1).lower(), True
    for mark, name in words()["document"]["symbols"].items():
        if last == mark:
            return str(table[fold(name)]), True
    if last == "TW":
        return None, True
    types = {a for a in words()["document"]["types"].values() if a}
    head = re.split(r"[-/]", symbol)[0]
    who = (
        symbol.split("-", 1)[-1]
        if head in types and "-" in symbol
        else last
        if head in types
        else head
    )
    who = re.split(r"[/]", who)[-1] if head in types else who
    national = bool(named and "trung ương" in named) or bool(
        named
        and (
            named.startswith(("bộ trưởng", "bộ "))
            and not named.startswith(word_list("central", "not_ministries"))
        )
    )
    return unaccented(who).replace(" ", ""), national


def _type_slug(symbol: str, kind: str | None) -> str:
    types = words()["document"]["types"]
    head = re.split(r"[-/]", symbol)[0]
    abbreviation = head if head in set(types.values()) else types.get(kind or "", "")
    slugs = words()["document"]["slugs"]
    if re.match(r"(?:QH|UBTVQH)\d*$", symbol):
        return slug(kind) if kind else "luat"
    return str(slugs.get(abbreviation, slug(abbreviation) or "cv"))
