"""The home page: what this is, how much there is, where to begin, and the plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, render_template

from kg.catalogue import questions
from kg.errors import StoreError

from . import planlist
from .engine import Engine
from .kept import kept
from .language import chosen_language
from .planlist import Plan
from .reading import one, page_number, require_page, unknown_value, url_values
from .tables import local_path

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

bp = Blueprint("pages", __name__)
FIRST = ("task/innovation-coordinators", "agency/yearly", "report/duties", "quality/findings")
_ROWS = 50
_SORTS: dict[str, Callable[[Plan], SupportsRichComparison]] = {
    "number": lambda plan: plan.number or "",
    "date": lambda plan: plan.date or "",
    "province": lambda plan: plan.province or plan.issuer or "",
    "title": lambda plan: (plan.title or "").casefold(),
    "tasks": lambda plan: plan.tasks,
    "targets": lambda plan: plan.targets,
}


@bp.get("/")
def home() -> str:
    engine: Engine = current_app.extensions["engine"]
    lang = chosen_language()
    asked = {name: one(url_values(), name) or "" for name in url_values()}
    given = {name: asked.get(name, "") for name in ("text", "province", "year", "sort")}
    try:
        known = engine.version
    except StoreError:
        known = None
    plans = kept(planlist.plans, lang) if known else ()
    found = _sorted(
        planlist.chosen(plans, given["text"], given["province"], given["year"]), given["sort"]
    )
    number = page_number(asked.get("page"))
    require_page(number, -(-len(found) // _ROWS))
    catalogue = questions()
    return render_template(
        "home.html",
        plans=found[(number - 1) * _ROWS : number * _ROWS],
        found=len(found),
        total=len(plans),
        given={name: value for name, value in given.items() if value},
        number=number,
        pages=-(-len(found) // _ROWS),
        provinces=sorted({plan.province for plan in plans if plan.province}),
        years=sorted({plan.year for plan in plans if plan.year}, reverse=True),
        counts={
            "plans": sum(plan.is_local for plan in plans),
            "national": sum(not plan.is_local for plan in plans),
            "tasks": sum(plan.tasks for plan in plans),
            "targets": sum(plan.targets for plan in plans),
            "findings": kept(planlist.findings) if known else 0,
        },
        first=[catalogue[name] for name in FIRST if name in catalogue],
        questions=len(catalogue),
        local_path=local_path,
    )


def _sorted(plans: list[Plan], sort: str) -> list[Plan]:
    if not sort:
        return plans
    key = _SORTS.get(sort.removeprefix("-"))
    if key is None:
        raise unknown_value("sort", sort, _SORTS)
    return sorted(plans, key=key, reverse=sort.startswith("-"))


@bp.get("/favicon.ico")
def icon() -> Response:
    return current_app.send_static_file("icon.svg")


@bp.get("/robots.txt")
def robots() -> Response:
    """Pages may be read by anybody; queries cost too much to be asked by who only counts links."""
    lines = ("User-agent: *", "Disallow: /sparql?", "Disallow: /search?", "Disallow: /network.", "")
    return Response("\n".join(lines), mimetype="text/plain")
