"""The pages of the things that are no documents with a text: which job and which template for which class."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pyoxigraph as ox
from flask import Response, current_app, make_response, render_template, request

from kg.names import BASE, KH, PREFIXES
from kg.store import Dataset

from ..cache import Cache
from ..engine import Engine
from ..language import chosen_language
from ..reading import page_number, require_page, unknown_value
from . import (
    agents,
    clauses,
    concepts,
    documents,
    elements,
    findings,
    statements,
    targets,
    tasks,
    terms,
    units,
)
from .duties import ROLES

Job = Callable[[Dataset, str, str, Mapping[str, str]], dict[str, object] | None]
Renderer = Callable[[Engine, str, str], Response | None]
_KEPT: Cache[bytes] = Cache(32 << 20)
_OWL, _SKOS, _SH = PREFIXES["owl"], PREFIXES["skos"], PREFIXES["sh"]
_PATH = re.compile(r"/?[A-Za-z0-9._/-]{1,300}$")
_ASKED = ("page", "plan", "show", "way", "of", "view", "day")
_VALUES = {
    "show": (*ROLES, "recurring", "inferred"),
    "way": ("in", "out"),
    "view": ("all",),
}


def asked() -> dict[str, str]:
    """What the address asks for besides the thing; refused where it cannot be."""
    found = {name: value for name in _ASKED if (value := request.args.get(name, ""))}
    for name, known in _VALUES.items():
        if name in found and found[name] not in known:
            raise unknown_value(name, found[name], known)
    if "page" in found:
        found["page"] = str(page_number(found["page"]))
    if not _PATH.match(found.get("plan", "/")):
        raise unknown_value("plan", found["plan"])
    try:
        ox.NamedNode(found.get("of", BASE))
    except ValueError:
        raise unknown_value("of", found["of"]) from None
    if "day" in found:
        try:
            found["day"] = date.fromisoformat(found["day"]).isoformat()
        except ValueError:
            raise unknown_value("day", found["day"]) from None
    return found


def wants_statements() -> bool:
    """Whether every statement is asked for rather than the page made for things of this kind."""
    return asked().get("view") == "all"


def page(
    engine: Engine, template: str, path: str, read: Callable[[], Mapping[str, Any] | None]
) -> Response | None:
    """The page of *path* as *template* shows what *read* gives; kept as long as the dataset is the same."""
    today = date.today()  # pages tell how things stand today
    key = (engine.folder, engine.version, template, request.full_path, chosen_language(), today)
    body = _KEPT.get(key)
    if body is None:
        content = read()
        if content is None:
            return None
        _require_there(content)
        body = render_template(
            f"entities/{template}.html",
            path=path,
            iri=_iri(path),
            has_network=any(rule.rule == "/network" for rule in current_app.url_map.iter_rules()),
            **content,
        ).encode("utf-8")
        _KEPT.put(key, body, len(body))
    response = make_response(body)
    response.headers["Vary"] = "Accept, Accept-Language"
    response.add_etag()
    response.make_conditional(request)
    return response


def _require_there(content: Mapping[str, Any]) -> None:
    """Refuses a page beyond the last, and a plan that is none of those to choose from."""
    wanted = asked()
    place = content.get("slice")
    if place is not None:
        require_page(int(wanted.get("page", "1")), place.pages)
    if content.get("is_unknown"):
        raise unknown_value("plan", wanted.get("plan", ""))


def _iri(path: str) -> str:
    return BASE + re.sub(r"^ont/(?!\d)", "ont#", path)


def _made(job: Job, template: str) -> Renderer:
    def render(engine: Engine, path: str, lang: str) -> Response | None:
        return page(engine, template, path, lambda: engine.call(job, path, lang, asked()))

    return render


PAGES: tuple[tuple[str, Renderer], ...] = (
    (str(KH.PolicyDocument), _made(documents.page, "document")),
    (str(KH.Task), _made(tasks.page, "task")),
    (str(KH.Target), _made(targets.target_page, "target")),
    (str(KH.NationalTarget), _made(targets.target_page, "target")),
    (str(KH.TaskGroup), _made(elements.page, "element")),
    (str(KH.Goal), _made(elements.page, "element")),
    (str(KH.Purpose), _made(elements.page, "element")),
    (str(KH.Requirement), _made(elements.page, "element")),
    (str(KH.Clause), _made(clauses.page, "clause")),
    (str(KH.Indicator), _made(targets.indicator_page, "indicator")),
    (str(KH.AgentGroup), _made(agents.page, "agent")),
    (str(KH.Agency), _made(agents.page, "agent")),
    (PREFIXES["org"] + "FormalOrganization", _made(agents.page, "agent")),
    (PREFIXES["org"] + "Organization", _made(agents.page, "agent")),
    (str(KH.AdministrativeUnit), _made(units.page, "unit")),
    (str(KH.PolicyTheme), _made(concepts.theme_page, "theme")),
    (_SKOS + "ConceptScheme", _made(concepts.scheme_page, "scheme")),
    (_SKOS + "Concept", _made(concepts.concept_page, "concept")),
    (_SH + "ValidationResult", _made(findings.page, "finding")),
    (_OWL + "Ontology", _made(terms.ontology_page, "ontology")),
    (_OWL + "Class", _made(terms.term_page, "term")),
    (_OWL + "ObjectProperty", _made(terms.term_page, "term")),
    (_OWL + "DatatypeProperty", _made(terms.term_page, "term")),
)


def statements_page(engine: Engine, path: str, lang: str) -> Response | None:
    """The page that lists what is stated of any thing; None where nothing is known of it."""
    return page(engine, "statements", path, lambda: engine.call(_statements, path, lang, asked()))


def _statements(
    dataset: Dataset, path: str, lang: str, wanted: Mapping[str, str]
) -> dict[str, object] | None:
    node = find(dataset, path)
    return None if node is None else statements.page(dataset, node, lang, wanted)


def find(dataset: Dataset, path: str) -> ox.NamedNode | None:
    """The node of a path: as it stands, or a term of the ontology («ont/Task» is ont#Task)."""
    for iri in (BASE + path, _iri(path)):
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            continue
        for pattern in ((node, None, None), (None, None, node)):
            for ask in (dataset.stated, dataset.hidden):
                if next(ask(*pattern), None) is not None:
                    return _of_version(dataset, node)
    return None


def _of_version(dataset: Dataset, node: ox.NamedNode) -> ox.NamedNode:
    """The ontology, where *node* is the IRI of its version."""
    whole = next(dataset.stated(None, ox.NamedNode(_OWL + "versionIRI"), node), None)
    return whole.subject if whole and isinstance(whole.subject, ox.NamedNode) else node
