"""A dataset as a folder that can be published and cited: ``kg dump --release``.

Nothing in it depends on when, where or by whom it was made: the same store and the same program give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import DCAT, DCTERMS, RDF, RDFS, VOID, Graph, Literal, URIRef

from .diff import compare, diff_text, read_facts
from .errors import KgError
from .manifest import rules_fingerprint
from .names import BASE, PREFIXES
from .resources import resource_files
from .store import Dataset, dump

SUMS = "SHA256SUMS"
DATA = "data/kehoach.nq"
_RESOURCES = {"ontology": ".ttl", "shapes": ".ttl", "queries": ".rq"}
_APACHE = "https://www.apache.org/licenses/LICENSE-2.0"
# The ontology names its licence itself (``dcterms:license`` in kh.ttl); all else is under the Apache License.
_ONTOLOGY = BASE + "ont"
_SPDX = {"https://creativecommons.org/licenses/by/4.0/": ("CC-BY-4.0", "Creative Commons Attribution 4.0 (CC BY 4.0)")}  # fmt: skip
_RIGHTS = {
    "vi": "Bản thể học (ontology/kh.ttl và các phát biểu của nó trong dữ liệu): {ontology}. Mọi phần khác: Apache-2.0. Nguyên văn kế hoạch: văn bản hành chính, không thuộc phạm vi bảo hộ quyền tác giả.",
    "en": "The ontology (ontology/kh.ttl, and its statements within the data): {ontology}. All else: Apache-2.0. The words of the plans: official documents, outside copyright.",
}


def write_release(dataset: Dataset, folder: Path, since: Path | None = None) -> int:
    """Write the release of *dataset* into *folder*, which must be new or empty; how many files it has.

    *since*: a store or a data file of before, which the changelog is told from.  A release that cannot be finished leaves
    nothing behind.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise KgError(f"{folder}: is there already; name a folder that is new or empty")
    files = _files(dataset, since)
    files[SUMS] = "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)
    ).encode("utf-8")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name, data in files.items():
                (aside / name).parent.mkdir(parents=True, exist_ok=True)
                (aside / name).write_bytes(data)
            aside.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as fault:
        raise KgError(f"{folder}: cannot be written ({fault.strerror})") from None
    return len(files)


def _files(dataset: Dataset, since: Path | None) -> dict[str, bytes]:
    files: dict[str, bytes] = {DATA: _nquads(dataset)}
    plans = [plan for plan in dataset.manifest.get("plans", []) if plan.get("iri")]
    for plan in plans:
        out = io.BytesIO()
        dump(dataset, "turtle", out, graph=plan["iri"])
        files[f"data/plans/{_slug(plan['iri'])}.ttl"] = out.getvalue()
    for name, suffix in _RESOURCES.items():
        for file in resource_files(name, suffix):
            path = str(file).replace("\\", "/").rpartition(f"/{name}/")[2]
            files[f"{name}/{path}"] = file.read_bytes()
    versions = _versions(dataset)
    files["VERSIONS.json"] = (json.dumps(versions, indent=1, ensure_ascii=False) + "\n").encode()
    files["void.ttl"] = _void(dataset, files)
    files["CHANGELOG.md"] = _changelog(dataset, versions, plans, files[DATA], since).encode("utf-8")
    files["CITATION.cff"] = _citation(dataset, versions, plans).encode("utf-8")
    files["LICENSE"] = _licence()
    files["NOTICE.md"] = _notice().encode("utf-8")
    files["README.md"] = _readme(dataset, versions, plans).encode("utf-8")
    return files


def _nquads(dataset: Dataset) -> bytes:
    """Every statement with its graph, in order."""
    out = io.BytesIO()
    dump(dataset, "nquads", out)
    return b"".join(sorted(out.getvalue().splitlines(keepends=True)))


def _versions(dataset: Dataset) -> dict[str, Any]:
    store = ox.Store()
    for file in resource_files("ontology", "kh.ttl"):
        store.load(file.read_bytes(), format=ox.RdfFormat.TURTLE)
    info = ox.NamedNode(PREFIXES["owl"] + "versionInfo")
    ontology = sorted(str(q.object.value) for q in store.quads_for_pattern(None, info, None) if isinstance(q.object, ox.Literal))  # fmt: skip
    return {
        "dataset": dataset.version,
        "program": dataset.manifest.get("program", version("kehoach")),
        "released_with": version("kehoach"),
        "rules": dataset.manifest.get("rules"),
        "rules_now": rules_fingerprint(),
        "ontology": ontology[0] if ontology else None,
        "pyoxigraph": version("pyoxigraph"),
    }


def _void(dataset: Dataset, files: Mapping[str, bytes]) -> bytes:
    """What the release holds, for tools (VoID) and portals (DCAT).  Its own address is not known, so parts are named
    relative to this file."""
    graph = Graph()
    for prefix, namespace in (("void", VOID), ("dcat", DCAT), ("dcterms", DCTERMS)):
        graph.bind(prefix, str(namespace))
    this = URIRef("#dataset")
    for kind in (VOID.Dataset, DCAT.Dataset):
        graph.add((this, RDF.type, kind))
    graph.add((this, DCTERMS.title, Literal("Kế hoạch hành chính dưới dạng đồ thị tri thức", "vi")))
    graph.add((this, DCTERMS.title, Literal("Administrative plans as a knowledge graph", "en")))
    graph.add((this, DCTERMS.identifier, Literal(dataset.version)))
    ontology, name = _ontology_licence()
    both = (URIRef(_APACHE), URIRef(ontology))
    rights = [Literal(text.format(ontology=name), lang) for lang, text in _RIGHTS.items()]
    for told, predicate in ((both, DCTERMS.license), (rights, DCTERMS.rights)):
        for each in told:
            graph.add((this, predicate, each))
    part = URIRef("#ontology")
    graph.add((this, VOID.subset, part))
    graph.add((part, RDF.type, VOID.Dataset))
    graph.add((part, DCTERMS.source, URIRef(_ONTOLOGY)))
    graph.add((part, DCTERMS.license, URIRef(ontology)))
    graph.add((part, RDFS.seeAlso, URIRef("ontology/kh.ttl")))
    graph.add((this, VOID.triples, Literal(dataset.quads)))
    graph.add((this, VOID.uriSpace, Literal(BASE)))
    for name in ("kh", "skos", "eli", "prov", "org", "oa", "qudt"):
        graph.add((this, VOID.vocabulary, URIRef(PREFIXES[name])))
    for name in sorted(n for n in files if n.startswith("data/")):
        media_type = "application/n-quads" if name.endswith(".nq") else "text/turtle"
        part = URIRef("#" + re.sub(r"[^A-Za-z0-9]+", "-", name))
        graph.add((this, DCAT.distribution, part))
        graph.add((this, VOID.dataDump, URIRef(name)))
        graph.add((part, RDF.type, DCAT.Distribution))
        graph.add((part, DCAT.downloadURL, URIRef(name)))
        graph.add((part, DCAT.mediaType, URIRef(f"https://www.iana.org/assignments/media-types/{media_type}")))  # fmt: skip
        graph.add((part, DCAT.byteSize, Literal(len(files[name]))))
        for licence in both if name == DATA else both[:1]:
            graph.add((part, DCTERMS.license, licence))
        if name == DATA:
            for each in rights:
                graph.add((part, DCTERMS.rights, each))
    return graph.serialize(format="turtle", encoding="utf-8")


def _changelog(
    dataset: Dataset,
    versions: Mapping[str, Any],
    plans: list[dict[str, Any]],
    data: bytes,
    since: Path | None,
) -> str:
    lines = [
        "# Changelog",
        "",
        f"## {dataset.version}",
        "",
        f"{len(plans)} plan(s), {dataset.quads:,} statements, made by kehoach {versions['program']}.",
        "",
    ]
    if since is None:
        return "\n".join([*lines, "No earlier release was named when this one was made.", ""])
    with tempfile.TemporaryDirectory() as place:
        now = Path(place, "now.nq")
        now.write_bytes(data)
        found = compare(read_facts(since), read_facts(now))
    return "\n".join(
        [*lines, f"Since {since.name}:", "", "```", diff_text(found).rstrip("\n"), "```", ""]
    )


def _citation(dataset: Dataset, versions: Mapping[str, Any], plans: list[dict[str, Any]]) -> str:
    """Citation File Format 1.2.0.  JSON strings are YAML strings too."""
    _, spdx = _ontology_licence()
    told = (
        f"{len(plans)} Vietnamese administrative plan(s) as RDF, each fact with the exact words and the clause it rests on."
        f" {_RIGHTS['en'].format(ontology=spdx)}"
    )
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this dataset, please cite it as below, and each fact by its clause.",
        "type: dataset",
        'title: "kehoach: Vietnamese administrative plans as a knowledge graph"',
        f"abstract: {json.dumps(told)}",
        f"version: {json.dumps(dataset.version)}",
        "authors:",
        "  - name: The kehoach developers",
        "license: Apache-2.0",
        f"url: {json.dumps(BASE)}",
        "keywords: [Vietnam, policy, administrative plans, RDF, knowledge graph]",
        "references:",
        "  - type: software",
        "    title: kehoach",
        f"    version: {json.dumps(str(versions['released_with']))}",
        "    authors:",
        "      - name: The kehoach developers",
        "    license: Apache-2.0",
        "  - type: data",
        "    title: Ontology of Vietnamese administrative plans",
        f"    version: {json.dumps(str(versions['ontology']))}",
        f"    url: {json.dumps(_ONTOLOGY)}",
        "    authors:",
        "      - name: The kehoach developers",
        f"    license: {spdx}",
    ]
    for plan in plans:
        title = f"{plan.get('number') or plan['iri']}: {plan.get('title') or ''}".rstrip(": ")
        lines += ["  - type: government-document", f"    title: {json.dumps(title, ensure_ascii=False)}"]  # fmt: skip
        lines += [f"    url: {json.dumps(plan['iri'])}", "    authors:"]
        issuer = plan.get("issuer") or "not established"
        lines.append(f"      - name: {json.dumps(issuer, ensure_ascii=False)}")
        if re.fullmatch(r"\d{4}-\d\d-\d\d", str(plan.get("date") or "")):
            lines.append(f"    date-released: {plan['date']}")
    return "\n".join(lines) + "\n"


def _licence() -> bytes:
    """The licence that the program is installed with; in a bare checkout the file beside ``kg/``."""
    try:
        text = distribution("kehoach").read_text("licenses/LICENSE")
    except PackageNotFoundError:
        text = None
    if text is None:
        text = (Path(__file__).parent.parent / "LICENSE").read_text("utf-8")
    return text.encode("utf-8")


def _ontology_licence() -> tuple[str, str]:
    """What the ontology says of itself: the address of its licence, and its SPDX name."""
    graph = Graph()
    for file in resource_files("ontology", "kh.ttl"):
        graph.parse(data=file.read_bytes(), format="turtle")
    licence = str(graph.value(URIRef(_ONTOLOGY), DCTERMS.license))
    return licence, _SPDX[licence][0]


def _notice() -> str:
    licence, spdx = _ontology_licence()
    return _NOTICE.format(words=_SPDX[licence][1], spdx=spdx, licence=licence)


_NOTICE = """# Licences

| part | licence |
|---|---|
| `ontology/kh.ttl`, and its statements in `data/kehoach.nq` | {words}: <{licence}> |
| everything else: the other data, `ontology/schemes`, `ontology/reference`, `shapes/`, `queries/` | Apache License 2.0: see LICENSE |

The words of the plans, quoted in the data, are those of official administrative documents, which Vietnamese law does not
protect by copyright (Law on Intellectual Property, article 15). English names marked `kh:labelStatus voc:label-status/ours`
are ours, not official.
"""


def _readme(dataset: Dataset, versions: Mapping[str, Any], plans: list[dict[str, Any]]) -> str:
    rows = [
        f"| {plan.get('number') or ''} | {plan.get('date') or ''} | {_cell(plan.get('issuer'))} | {_cell(plan.get('title'))} |"
        for plan in plans
    ]
    return "\n".join([
        "# kehoach: Vietnamese administrative plans as a knowledge graph",
        "",
        f"Dataset {dataset.version}: {len(plans)} plan(s), {dataset.quads:,} statements; kehoach {versions['program']}.",
        "",
        "| number | date | issuer | title |",
        "|---|---|---|---|",
        *rows,
        "",
        "| file | what |",
        "|---|---|",
        f"| `{DATA}` | everything, with its graphs (N-Quads); `kg load {DATA} --store DIR` makes a store of it |",
        "| `data/plans/*.ttl` | each plan by itself (Turtle) |",
        "| `ontology/`, `shapes/`, `queries/` | the vocabulary and reference data, the checks, the question catalogue |",
        "| `void.ttl` | the dataset described (VoID, DCAT) |",
        "| `VERSIONS.json` | of the dataset, the program, the rules (a fingerprint) and the ontology |",
        "| `CHANGELOG.md`, `CITATION.cff`, `LICENSE`, `NOTICE.md` | what changed, how to cite, on which terms |",
        f"| `{SUMS}` | `sha256sum -c {SUMS}` checks that all is as it was |",
        "",
    ])  # fmt: skip


def _cell(text: object) -> str:
    return " ".join(str(text or "").split()).replace("|", "\\|")


def _slug(iri: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", iri.removeprefix(BASE).removeprefix("doc/")).strip("-")
