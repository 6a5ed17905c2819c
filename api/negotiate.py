"""Accept header → media types, best first (RFC 9110, 12.5.1).  Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import pyoxigraph as ox
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from kg.errors import KgError

RESULT_FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/json": ox.RdfFormat.JSON_LD,
    "application/xml": ox.RdfFormat.RDF_XML,
}
GRAPH_TYPES = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")
ANY = (*RESULT_FORMATS, *GRAPH_TYPES)
SHORT = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "ttl": ("text/turtle",),
    "turtle": ("text/turtle",),
    "nt": ("application/n-triples",),
    "jsonld": ("application/ld+json",),
    "rdf": ("application/rdf+xml",),
}


_KEPT = 300  # letters of a header up to which what it says is kept: those that programs send are shorter
_MOST = 100  # media types in a header
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)')  # also one that does not end, so read once
_BLANKS = re.compile(r"\s++")
_WEIGHT = re.compile(r";\s*+q\s*+=\s*+([^;,\s]*+)", re.IGNORECASE)
_NUMBER = re.compile(r"0?\.[0-9]+|0\.?|1(?:\.0*)?")


class MalformedAccept(KgError):
    """An Accept header with a weight that is none, or with too many media types."""


def ranked(accept: str | None, offered: Sequence[str]) -> list[str]:
    """Those of *offered* that *accept* admits, best first; all of them where nothing is said.

    Raises ``MalformedAccept``.

    >>> ranked("text/csv;q=0.5, application/json", ["text/csv", "application/json"])
    ['application/json', 'text/csv']
    """
    if accept is None or not accept.strip():
        return list(offered)
    rank = _ranked if len(accept) > _KEPT else _kept_ranked
    return list(rank(accept, tuple(offered)))


def _ranked(accept: str, offered: tuple[str, ...]) -> list[str]:
    if accept.count(",") >= _MOST:
        raise MalformedAccept(f"the Accept header names more than {_MOST} media types")
    accept = _shortened(accept)
    for weight in _WEIGHT.findall(accept):
        if not _NUMBER.fullmatch(weight):
            raise MalformedAccept(
                f"the Accept header has «q={weight[:40]}»; a weight is a number from 0 to 1"
            )
    header = _without_parameters(accept)
    scored = [(header.quality(one), -place, one) for place, one in enumerate(offered)]
    return [one for quality, _, one in sorted(scored, reverse=True) if quality > 0]


_kept_ranked = lru_cache(1024)(_ranked)


def _without_parameters(accept: str) -> MIMEAccept:
    """The header, with «text/turtle; charset=utf-8» as mere «text/turtle»: we have one form of each."""
    parsed = parse_accept_header(accept, MIMEAccept)
    return MIMEAccept([(value.partition(";")[0].strip(), quality) for value, quality in parsed])


def _shortened(accept: str) -> str:
    """*accept* without what is quoted, and with single blanks: the library reads long ones again and again."""
    return _BLANKS.sub(" ", _QUOTED.sub('""', accept))


def wants_html(accept: str | None) -> bool:
    """A browser: HTML before any machine format."""
    if not accept or accept.count(",") >= _MOST:
        return False
    return (_wants_html if len(accept) > _KEPT else _kept_wants_html)(accept)


def _wants_html(accept: str) -> bool:
    header = parse_accept_header(_shortened(accept), MIMEAccept)
    html = header.quality("text/html")
    if html <= 0 or not any(value in ("text/html", "application/xhtml+xml") for value, _ in header):
        return False
    return all(header.quality(kind) <= html or kind == "application/xml" for kind in ANY)


_kept_wants_html = lru_cache(1024)(_wants_html)
