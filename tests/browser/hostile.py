"""The bundled dataset with hostile words in place of its labels and literals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import pyoxigraph as ox

from kg.names import PREFIXES
from kg.store import Dataset

# Each sets window.hit, opens a dialog or asks for something if any page runs it.
STRINGS = (
    "<script>window.hit=1</script>",
    "</script><script>window.hit=2</script>",
    "<img src=x onerror=window.hit=3>",
    '"><svg onload=window.hit=4>',
    "' onmouseover='window.hit=5' autofocus onfocus='window.hit=5",
    '" onfocus="window.hit=6" autofocus="',
    "<iframe srcdoc='<script>parent.hit=7</script>'></iframe>",
    "<a href='javascript:window.hit=8'>x</a>",
    "javascript:window.hit=9",
    "data:text/html,<script>parent.hit=10</script>",
    "</title><script>window.hit=11</script>",
    "</textarea><script>window.hit=12</script>",
    "</style><script>window.hit=13</script>",
    "<style>@import 'http://198.51.100.1/x.css';</style>",
    "<link rel=stylesheet href=//198.51.100.1/x.css>",
    "<meta http-equiv=refresh content='0;url=http://198.51.100.1/'>",
    "<base href=http://198.51.100.1/>",
    "<form action=//198.51.100.1><button autofocus>x",
    "{{ 7*7 }}{% include '/etc/passwd' %}",
    "${alert(20)}`${window.hit=20}`",
    '=HYPERLINK("http://198.51.100.1","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u202egnort\u202c \u2066x\u2069",
    "a\u0000b".replace("\u0000", "\ufffd") + "\u0007\u001b[31m",
    "Z\u0351\u036b\u0343" * 40,
    "]]><!--<script>window.hit=28</script>-->",
    "&lt;script&gt;window.hit=29&lt;/script&gt;&#x3c;",
    '<math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=window.hit=30 src>">',
    "Sở Công Thương <b>đậm</b>",
)
_WORDS = {
    PREFIXES["rdfs"] + "label",
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["skos"] + "altLabel",
    PREFIXES["skos"] + "definition",
    PREFIXES["kh"] + "heading",
    PREFIXES["kh"] + "elementText",
    PREFIXES["kh"] + "clauseText",
    PREFIXES["kh"] + "timeText",
    PREFIXES["eli"] + "title",
    PREFIXES["eli"] + "id_local",
    PREFIXES["sh"] + "resultMessage",
}
_LINKS = (
    "javascript:window.hit=41",
    "data:text/html,%3Cscript%3Eparent.hit=42%3C/script%3E",
)


def hostile(dataset: Dataset) -> Iterator[ox.Quad]:
    """The quads of *dataset*, their words replaced in turn, and links to hostile addresses added."""
    words = cycle(STRINGS)
    see = ox.NamedNode(PREFIXES["rdfs"] + "seeAlso")
    for quad in sorted(dataset.store, key=str):
        value = quad.object
        if quad.predicate.value in _WORDS and isinstance(value, ox.Literal):
            kept = (
                ox.Literal(next(words), language=value.language)
                if value.language
                else ox.Literal(next(words), datatype=value.datatype)
            )
            yield ox.Quad(quad.subject, quad.predicate, kept, quad.graph_name)
            if isinstance(quad.subject, ox.NamedNode):
                for place in _LINKS:
                    yield ox.Quad(quad.subject, see, ox.NamedNode(place), quad.graph_name)
        else:
            yield quad
