"""Concepts and their schemes; a policy theme with the tasks that are on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pyoxigraph as ox

from kg.store import Dataset

from .counting import counted
from .duties import in_order, task
from .reader import Reader, Ref, cut, node_at

SIZE = 40
_MATCHES = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch")


def concept_page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    del asked
    reader = Reader(dataset, lang)
    return _concept(reader, node_at(path))


def _concept(reader: Reader, node: ox.NamedNode) -> dict[str, object]:
    notations = reader.texts(node, "skos:notation")
    return {
        "this": reader.ref(node),
        "definition": reader.text(node, "skos:definition"),
        "note": reader.text(node, "skos:scopeNote"),
        "schemes": reader.refs(reader.nodes(node, "skos:inScheme")),
        "broader": reader.refs(reader.nodes(node, "skos:broader")),
        "narrower": reader.refs(reader.subjects("skos:broader", node)),
        "names": reader.texts(node, "skos:altLabel"),
        "words": reader.texts(node, "skos:hiddenLabel"),
        "notations": notations,
        "matches": reader.refs(n for name in _MATCHES for n in reader.nodes(node, name)),
        "terms": reader.refs(reader.nodes(node, "rdfs:seeAlso")),
        "sources": reader.refs(reader.nodes(node, "dcterms:source")),
        "used": used(reader, node),
    }


def used(reader: Reader, node: ox.NamedNode) -> list[tuple[Ref, int, list[Ref]]]:
    """By which property it is used, how often, and the first things that use it."""
    counts = counted(
        reader.dataset, f"SELECT ?p (COUNT(*) AS ?n) {{ ?s ?p <{node.value}> }} GROUP BY ?p"
    )
    shown = []
    for name, number in counts:
        if name.endswith(("#inScheme", "#topConceptOf", "#hasTopConcept", "#broader")):
            continue
        found = reader.dataset.stated(None, ox.NamedNode(name), node)
        first = [next(found, None) for _ in range(min(number, 12))]
        refs = [reader.ref(q.subject) for q in first if q and isinstance(q.subject, ox.NamedNode)]
        shown.append((reader.ref(ox.NamedNode(name)), number, sorted(refs)))
    return shown


def theme_page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    """*asked*: ``page`` of the tasks, ``plan`` (a path of ours)."""
    reader = Reader(dataset, lang)
    node = node_at(path)
    on_it = [n for n in reader.subjects("kh:hasTheme", node) if reader.is_a(n, "kh:Task")]
    tasks = in_order(reader, on_it)
    plans = Counter(plan for t in tasks if (plan := reader.one(t, "kh:elementOf")))
    leads = Counter(lead for t in tasks for lead in reader.nodes(t, "kh:leadAgency"))
    chosen = asked.get("plan", "").strip("/")
    if chosen:
        tasks = [t for t in tasks if reader.one(t, "kh:elementOf") == node_at(chosen)]
    place = cut(len(tasks), int(asked.get("page", "1")), SIZE)
    return {
        **_concept(reader, node),
        "plans": [(reader.ref(p), n) for p, n in sorted(plans.items(), key=_most)],
        "leads": [(reader.ref(a), n) for a, n in sorted(leads.items(), key=_most)[:12]],
        "chosen": chosen,
        "is_unknown": bool(chosen) and node_at(chosen) not in plans,
        "tasks": [task(reader, t) for t in tasks[place.first : place.last]],
        "slice": place,
    }


def _most(pair: tuple[ox.NamedNode, int]) -> tuple[int, str]:
    return (-pair[1], pair[0].value)


def scheme_page(
    dataset: Dataset, path: str, lang: str, asked: Mapping[str, str]
) -> dict[str, object] | None:
    """*asked*: ``page`` of the concepts."""
    reader = Reader(dataset, lang)
    node = node_at(path)
    concepts = reader.subjects("skos:inScheme", node)
    labelled = sorted((reader.ref(n).text, n.value, n) for n in concepts)
    place = cut(len(labelled), int(asked.get("page", "1")), 150)
    counts = dict(
        counted(
            dataset,
            f"SELECT ?c (COUNT(?s) AS ?n) {{ ?c skos:inScheme <{node.value}> . ?s ?p ?c "
            "FILTER(?p NOT IN (skos:broader, skos:narrower, skos:hasTopConcept, skos:exactMatch)) }"
            " GROUP BY ?c",
        )
    )
    return {
        "this": reader.ref(node),
        "definition": reader.text(node, "skos:definition") or reader.text(node, "rdfs:comment"),
        "concepts": [
            (reader.ref(n), reader.text(n, "skos:definition"), counts.get(n.value, 0))
            for _, _, n in labelled[place.first : place.last]
        ],
        "slice": place,
    }
