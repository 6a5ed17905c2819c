"""Two plans or more side by side: a page with a picker, and the same as a file."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from kg.errors import StoreError
from kg.export import to_csv, to_xlsx
from kg.names import BASE

from . import comparing, planlist
from .headers import OPEN
from .kept import kept
from .language import chosen_language
from .planlist import Plan
from .questions import TYPES
from .reading import RequestError, malformed, one, unknown_value, url_values
from .tables import local_path

bp = Blueprint("compare", __name__)
MOST = 8  # plans that stand side by side
SHOWN = 40  # rows of a section on the page; a file has all
LISTED = 100  # plans to choose from on one page


@bp.get("/compare")
def page() -> str:
    values = url_values()
    lang = chosen_language()
    try:
        plans = kept(planlist.plans, lang)
    except StoreError:
        plans = ()
    chosen = _chosen(values.get("plan", []), plans)
    find = one(values, "find") or ""
    found = planlist.chosen(plans, find, "", "")
    offered = [plan for plan in found if plan not in chosen][:LISTED]
    compared = _compared(chosen, one(values, "indicator") or "", lang)
    return render_template(
        "compare.html",
        plans=chosen,
        offered=offered,
        more=len(found) - len([plan for plan in found if plan in chosen]) - len(offered),
        total=len(plans),
        find=find,
        twice=len(list(filter(None, values.get("plan", [])))) > len(chosen),
        comparison=compared,
        names=names(lang),
        shown=SHOWN,
        most=MOST,
        quick=_quick(lang, plans) if not chosen and len(plans) > 1 else [],
        iris=[plan.iri for plan in chosen],
        paths=[local_path(plan.iri) or plan.iri for plan in chosen],
        local_path=local_path,
    )


@bp.get("/compare.<any(csv, xlsx):form>")
def file(form: str) -> Response:
    """The whole comparison: section, row, one column a plan."""
    values = url_values()
    lang = chosen_language()
    chosen = _chosen(values.get("plan", []), kept(planlist.plans, lang))
    compared = _compared(chosen, one(values, "indicator") or "", lang)
    if compared is None:
        raise malformed("name at least two different plans: plan=…&plan=… (their IRIs or paths)")
    heads = [_head(plan) for plan in chosen]
    table = comparing.as_table(compared, heads, names(lang))
    body = to_csv(table, bom=one(values, "bom") == "1") if form == "csv" else to_xlsx(table)
    response = make_response(body)
    response.headers["Content-Type"] = TYPES[form]
    response.headers["Content-Disposition"] = f'inline; filename="compare.{form}"'
    for name, value in OPEN:
        response.headers[name] = value
    return response


def names(lang: str) -> dict[str, tuple[str, dict[str, str]]]:
    """The words of the sections, and of those rows that are not called by something in the data."""
    vi = lang == "vi"
    return {
        "implements": ("Thực hiện văn bản" if vi else "Carries out", {}),
        "based_on": ("Căn cứ" if vi else "Rests on", {}),
        "themes": ("Nhiệm vụ theo chủ đề" if vi else "Tasks by theme", {}),
        "leads": ("Nhiệm vụ theo cơ quan chủ trì" if vi else "Tasks by lead agency", {}),
        "targets": (
            "Chỉ tiêu" if vi else "Targets",
            {"": "không nêu năm" if vi else "no year given"},
        ),
        "times": (
            "Thời gian của nhiệm vụ" if vi else "Times of the tasks",
            {
                "time": "có thời gian thực hiện" if vi else "with a time",
                "yearly": "làm hằng năm" if vi else "every year",
                "deadline": "có thời hạn theo ngày" if vi else "with a deadline by day",
            },
        ),
        "gaps": (
            "Nhiệm vụ để ngỏ" if vi else "Tasks left open",
            {
                "no_lead": "thiếu cơ quan chủ trì" if vi else "without a lead",
                "no_coordinator": "thiếu cơ quan phối hợp" if vi else "without a coordinator",
                "no_time": "thiếu thời gian" if vi else "without a time",
            },
        ),
    }


def _chosen(asked: list[str], plans: tuple[Plan, ...]) -> list[Plan]:
    """The plans that are meant, by IRI or path, each once; an unknown one is the asker's fault."""
    known = {plan.iri: plan for plan in plans}
    found: list[Plan] = []
    for text in filter(None, asked):
        iri = BASE + text[1:] if text.startswith("/") else text
        if iri not in known:
            raise RequestError(
                400,
                "unknown-value",
                f"there is no plan «{text[:200]}»; give its IRI or its path",
                f"không có kế hoạch «{text[:200]}»; hãy cho IRI hoặc đường dẫn của nó",
            )
        if known[iri] not in found:
            found.append(known[iri])
    if len(found) > MOST:
        raise malformed(
            f"at most {MOST} plans stand side by side, not {len(found)}",
            f"nhiều nhất {MOST} kế hoạch đứng cạnh nhau, không phải {len(found)}",
        )
    return found


def _compared(chosen: list[Plan], indicator: str, lang: str) -> comparing.Comparison | None:
    if len(chosen) < 2:
        return None
    iri = BASE + indicator[1:] if indicator.startswith("/") else indicator
    found = kept(comparing.compare, tuple(plan.iri for plan in chosen), iri, lang)
    if iri and iri not in {known for known, _, _ in found.indicators}:
        raise unknown_value("indicator", indicator)
    return found


def _head(plan: Plan) -> str:
    return ", ".join(filter(None, (plan.number, plan.province)))


def _quick(lang: str, plans: tuple[Plan, ...]) -> list[tuple[str, int, list[str]]]:
    """(document, how many plans, their paths): comparisons that are worth a click."""
    known = {plan.iri for plan in plans}
    found = []
    for label, iris in kept(comparing.shared_documents, lang):
        paths = [local_path(iri) or iri for iri in iris if iri in known][:MOST]
        if len(paths) > 1:
            found.append((label, len(iris), paths))
    return found
