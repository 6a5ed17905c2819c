"""``make diagram``: where the classes of the ontology and the lines between them stand in its drawing.

Graphviz (Debian: ``apt-get install graphviz``) lays it out; what is kept is ``api/entities/diagram.json``, from which
the service draws it in either language.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).parent.parent
KH = "https://w3id.org/kehoach/ont#"
OWL, RDFS = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
POINTS = 72
# Whom a task is given to is an agency or a group alike; the drawing has one box for both.
AGENTS = {
    "http://www.w3.org/ns/prov#Agent": "Agency",
    "http://www.w3.org/ns/org#FormalOrganization": "Agency",
}
# Lines that say what another one says, the other way round or less generally.
LEFT_OUT = {
    "assignedTheme", "alignedWith", "assignmentOf", "clauseOf", "coordinates", "elementOf", "expandedFrom", "hasBaseline",
    "implementedThrough", "inTaskGroup", "issuePlace", "leads", "reviewedClause", "states", "targetOf", "themeAssignmentOf",
}  # fmt: skip


def main() -> None:
    store = ox.Store()
    store.load(path=ROOT / "ontology" / "kh.ttl", format=ox.RdfFormat.TURTLE)
    nodes, lines = read(store)
    made = subprocess.run(
        ["dot", "-Tplain"], input=dot(nodes, lines), capture_output=True, text=True, check=True
    )
    target = ROOT / "api" / "entities" / "diagram.json"
    target.write_text(json.dumps(placed(made.stdout), indent=1, sort_keys=True) + "\n", "utf-8")
    sys.stdout.write(f"{target.relative_to(ROOT)}: {len(nodes)} classes, {len(lines)} lines\n")


def read(store: ox.Store) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """The classes with the longer of their two labels, and (from, to, property; "" for subclasses)."""

    def values(subject: str, predicate: str) -> list[str]:
        found = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None)
        return sorted(q.object.value for q in found)

    def typed(kind: str) -> list[str]:
        found = store.quads_for_pattern(None, ox.NamedNode(TYPE), ox.NamedNode(OWL + kind))
        return sorted(q.subject.value for q in found if q.subject.value.startswith(KH))

    def local(iri: str) -> str | None:
        return AGENTS.get(iri) or (iri[len(KH) :] if iri.startswith(KH) else None)

    labels = {iri[len(KH) :]: max(values(iri, RDFS + "label"), key=len) for iri in typed("Class")}
    lines = [
        (above, name, "")
        for name in labels
        for parent in values(KH + name, RDFS + "subClassOf")
        if (above := local(parent))
    ]
    between: dict[tuple[str, str], list[str]] = {}
    for iri in typed("ObjectProperty"):
        name = iri[len(KH) :]
        ends = [local(e) for p in ("domain", "range") for e in values(iri, RDFS + p)]
        if len(ends) == 2 and all(ends) and name not in LEFT_OUT:
            between.setdefault((str(ends[0]), str(ends[1])), []).append(name)
    lines = [line for line in lines if line[0] != line[1]]
    return labels, [
        *((a, b, "") for a, b, _ in lines),
        *((a, b, " ".join(n)) for (a, b), n in between.items()),
    ]


def dot(nodes: dict[str, str], lines: list[tuple[str, str, str]]) -> str:
    """The graph as Graphviz reads it: each class as wide as its longer label."""
    rows = [
        "digraph {",
        "graph [rankdir=LR, nodesep=0.16, ranksep=0.55, splines=true, margin=0]",
        'node [shape=box, height=0.34, fixedsize=true, fontsize=12, label=""]',
        "edge [fontsize=9]",
    ]
    rows += [f'"{name}" [width={0.3 + 0.092 * len(label):.2f}]' for name, label in nodes.items()]
    for start, end, name in lines:
        rows.append(f'"{start}" -> "{end}" [{label(name)}]')
    return "\n".join([*rows, "}"])


def label(name: str) -> str:
    """A property has an arrow and its name; what is a subclass is only joined."""
    return f'label="{name.replace(" ", "|")}"' if name else "dir=none"


def placed(plain: str) -> dict[str, object]:
    """The layout in points, its origin at the upper left."""
    nodes: dict[str, list[float]] = {}
    edges: list[dict[str, object]] = []
    width = height = 0.0
    for line in plain.splitlines():
        kind, *rest = re.findall(r'"[^"]*"|\S+', line)
        words = [word.strip('"') for word in rest]
        if kind == "graph":
            width, height = (round(float(n) * POINTS, 1) for n in words[1:3])
        elif kind == "node":
            x, y, w, h = (float(n) * POINTS for n in words[1:5])
            nodes[words[0]] = [round(n, 1) for n in (x, height - y, w, h)]
        elif kind == "edge":
            count = int(words[2])
            numbers = [float(n) * POINTS for n in words[3 : 3 + 2 * count]]
            points = [
                [round(x, 1), round(height - y, 1)]
                for x, y in zip(numbers[::2], numbers[1::2], strict=True)
            ]
            edge: dict[str, object] = {"from": words[0], "to": words[1], "points": points}
            if words[3 + 2 * count] not in ("solid", ""):
                edge["properties"] = words[3 + 2 * count].split("|")
                x, y = (float(n) * POINTS for n in words[4 + 2 * count : 6 + 2 * count])
                edge["label"] = [round(x, 1), round(height - y, 1)]
            edges.append(edge)
    return {"width": width, "height": height, "nodes": nodes, "edges": edges}


if __name__ == "__main__":
    main()
