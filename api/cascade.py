"""From a national document down to the plans of provinces: who takes up what, with which agency."""

from __future__ import annotations

import re

from flask import Blueprint, render_template

from kg.errors import StoreError
from kg.names import BASE

from . import cascading
from .kept import kept
from .language import chosen_language
from .reading import one, url_values
from .tables import local_path

bp = Blueprint("cascade", __name__)
_PATH = re.compile(r"/doc/[A-Za-z0-9._/-]{1,200}$")


@bp.get("/cascade")
def page() -> str:
    """``?document=/doc/vn/cp/nq/2020/124`` or ``?plan=``, a path or an IRI; without either, what there is."""
    values = url_values()
    lang = chosen_language()
    kind, path = "", ""
    for name in ("plan", "document"):
        given = (one(values, name) or "").removeprefix(BASE.rstrip("/"))
        if _PATH.match(given):
            kind, path = name, given
    number = one(values, "page") or "1"
    place = int(number) if re.fullmatch(r"[0-9]{1,6}", number) else 1
    try:
        found = kept(cascading.beside, lang, kind, BASE + path[1:], place) if kind else None
        chains = kept(cascading.chains, lang) if found is None else ()
    except StoreError:
        found, chains = None, ()
    return render_template(
        "cascade.html",
        kind=kind,
        found=found,
        chains=chains,
        local_path=local_path,
        chosen={kind: path} if kind else {},
    )
