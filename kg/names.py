"""Namespaces, and how an identifier is made.

Numbers of documents are unique only within one year of one issuer, so the IRI of a document holds
jurisdiction, issuer, type, year and number (Decree 30/2020/NĐ-CP on numbering; the same "23-NQ/TW"
was given to four documents).  Paths are ASCII; đ is "dd" as an enumerator and "d" in a slug.
"""

from __future__ import annotations

import re
import unicodedata

from rdflib import Namespace

BASE = "https://w3id.org/kehoach/"
KH = Namespace(BASE + "ont#")
VOC = Namespace(BASE + "voc/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
OA = Namespace("http://www.w3.org/ns/oa#")
ORG = Namespace("http://www.w3.org/ns/org#")
PROV = Namespace("http://www.w3.org/ns/prov#")
QUDT = Namespace("http://qudt.org/schema/qudt/")
UNIT = Namespace("http://qudt.org/vocab/unit/")
SCHEMA = Namespace("https://schema.org/")
TIME = Namespace("http://www.w3.org/2006/time#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
DCTERMS = Namespace("http://purl.org/dc/terms/")
SH = Namespace("http://www.w3.org/ns/shacl#")
FREQUENCY = Namespace("http://publications.europa.eu/resource/authority/frequency/")

PREFIXES = {
    "kh": str(KH),
    "voc": str(VOC),
    "eli": str(ELI),
    "oa": str(OA),
    "org": str(ORG),
    "prov": str(PROV),
    "qudt": str(QUDT),
    "unit": str(UNIT),
    "schema": str(SCHEMA),
    "time": str(TIME),
    "foaf": str(FOAF),
    "dcterms": str(DCTERMS),
    "sh": str(SH),
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "void": "http://rdfs.org/ns/void#",
    "vann": "http://purl.org/vocab/vann/",
}

GRAPH_ONTOLOGY = BASE + "graph/ontology"
GRAPH_REFERENCE = BASE + "graph/reference"
GRAPH_INFERRED = BASE + "graph/inferred"
GRAPH_FINDINGS = BASE + "graph/findings"
GRAPH_ALIGNMENTS = BASE + "graph/alignments"
# In a remote engine beside the graphs: their marks, and their merge (see ``remote.content``).
GRAPH_PUBLISHED = BASE + "graph/published"
GRAPH_MERGED = BASE + "graph/merged"

# Akoma Ntoso prefixes of the layout units (OASIS Akoma Ntoso Naming Convention 1.0).
CLAUSE_PREFIX = {
    "phuluc": "att",
    "phan": "part",
    "chuong": "chp",
    "muc": "sec",
    "dieu": "art",
    "khoan": "para",
    "diem": "point",
    "gach": "indent",
    "cong": "subindent",
    "doan": "al",
    "bang": "table",
    "hang": "tr",
}


def slug(text: str) -> str:
    """ASCII words joined by hyphens: "Sở Công Thương" → "so-cong-thuong"."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def enumerator(number: str) -> str:
    """A layout number as it stands in an identifier: "đ" → "dd", "1.2" → "1.2", "II" → "II"."""
    written = number.replace("đ", "dd").replace("Đ", "DD")
    plain = unicodedata.normalize("NFD", written)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain).strip("-.")


def document_iri(jurisdiction: str, issuer: str, kind: str, year: int, number: str) -> str:
    """``document_iri("vn-73", "ubnd", "kh", 2021, "06")`` → …/doc/vn-73/ubnd/kh/2021/06"""
    return f"{BASE}doc/{jurisdiction}/{issuer}/{slug(kind)}/{year}/{slug(number)}"


def unit_iri(path: str) -> str:
    return f"{BASE}unit/{path}"


def concept_iri(scheme: str, notation: str) -> str:
    return f"{BASE}voc/{scheme}/{notation}"
