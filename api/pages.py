"""The home page."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from kg.catalogue import questions
from kg.errors import StoreError

from .engine import Engine
from .language import chosen_language
from .tables import local_path

bp = Blueprint("pages", __name__)
FIRST = ("task/innovation-coordinators", "report/duties", "quality/findings")


@bp.get("/")
def home() -> str:
    engine: Engine = current_app.extensions["engine"]
    try:
        plans = engine.manifest.get("plans", [])
        version = engine.manifest["version"]
    except StoreError:
        plans, version = [], None
    counts = {
        name: sum(int(plan.get(name) or 0) for plan in plans)
        for name in ("tasks", "targets", "clauses", "findings", "triples")
    }
    known = questions()
    return render_template(
        "home.html",
        lang=chosen_language(),
        plans=[{**plan, "href": local_path(plan["iri"])} for plan in plans],
        counts=counts,
        version=version,
        first=[known[name] for name in FIRST if name in known],
    )
