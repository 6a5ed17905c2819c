"""Pages, files and pictures before other engines: the same as embedded, or for a cause (docs/engines.md)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.names import BASE
from kg.remote.publishing import publish_to
from kg.store import Dataset, load, open_dataset

from ..engines import VIRTUOSO, oxigraph, virtuoso
from .test_entities import PAGES, PLAN
from .test_remote_service import Served, get

FILES = (
    "/", "/q", "/network", "/network.json", "/network.graphml", "/network.gexf", "/network.csv", "/network.svg",
    "/network.json?as=expanded", f"{PLAN}.html", f"{PLAN}.nt", f"{PLAN}.ttl", f"{PLAN}.ics", f"{PLAN}.bib", f"{PLAN}.csl.json",
    "/ont.ttl", "/q/values/agency.json", "/q/values/year.json", "/q/values/plan.json", "/compare",
    "/reconcile?queries=%7B%22q0%22%3A%7B%22query%22%3A%22so%20cong%20thuong%22%7D%7D", "/q/clause/contents.csv",
    "/q/target/list.json", "/q/agency/workload.html",
)  # fmt: skip
# They show the first that come of many, or an excerpt as it comes.
SAMPLES = {
    f"{PLAN}.html?view=all", "/voc/role/lead.html", "/ont.html", "/ont/1.0.0.html", "/ont/Task.html", "/ont/leadAgency.html",
    "/ont/clausePath.html",
}  # fmt: skip
_WORD = re.compile(rb"[^\s;<>]+")
# Virtuoso does not answer who holds the duties of an agency, and garbles what ended or amended a document: pages that
# tell that lack a part, or have other letters in it.  And it has no truth values, but 0 and 1.
VIRTUOSO_DIFFERS = re.compile(
    r"/agency/|/doc/.*/task/[^/]+\.html$|/doc/([^/]+/){4}[^/]+\.html$|.*/time/"
)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("oxigraph", marks=pytest.mark.slow),
        pytest.param(
            "virtuoso",
            marks=[
                pytest.mark.slow,
                pytest.mark.skipif(VIRTUOSO is None, reason="no virtuoso-t here"),
            ],
        ),
    ],
)
def other(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, dataset: Dataset
) -> Iterator[tuple[str, str]]:
    folder = tmp_path_factory.mktemp(request.param)
    start = {"oxigraph": oxigraph, "virtuoso": virtuoso}[request.param]
    with start(folder / "engine") as endpoint:
        publish_to(dataset, endpoint)
        served = Served(folder / "cache", "--remote", endpoint.url, "--timeout", "30")
        yield request.param, served.url
        served.close()


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_pages_and_files_are_the_same(other: tuple[str, str], server: str, path: str) -> None:
    kind, url = other
    here, there = get(server + path), get(url + path)
    assert (there[0], here[0]) == (200, 200)
    if path in SAMPLES or (kind == "virtuoso" and VIRTUOSO_DIFFERS.match(path)):
        return
    # The words: what one cell joins comes in any order, also from one start of the service to the next.
    shown = there[1].replace(url.encode(), b""), here[1].replace(server.encode(), b"")
    assert sorted(_WORD.findall(shown[0])) == sorted(_WORD.findall(shown[1]))


@pytest.mark.parametrize("text", ["so+cong+thuong", "doanh+nghiep&kind=task", "so+khcn"])
def test_searches_find_the_same(other: tuple[str, str], server: str, text: str) -> None:
    def hits(base: str) -> list[str]:
        found = get(f"{base}/search?q={text}")[1].decode()
        return [part.split('"')[0] for part in found.split('"iri":"')[1:]]

    assert hits(other[1])
    assert hits(other[1]) == hits(server)


@pytest.mark.slow
def test_the_service_follows_what_is_published(dataset: Dataset, tmp_path: Path) -> None:
    """A plan that is taken out there goes here too, without a restart."""
    quads = [q for q in dataset.store if q.graph_name.value != BASE[:-1] + PLAN]
    file = tmp_path / "without.nq"
    file.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    load(file, tmp_path / "without")
    with oxigraph(tmp_path / "engine") as endpoint:
        publish_to(dataset, endpoint)
        served = Served(tmp_path / "cache", "--remote", endpoint.url)
        try:
            before = json.loads(get(f"{served.url}/health")[1])
            assert before["plans"] == 1
            publish_to(open_dataset(tmp_path / "without"), endpoint, only=True)
            until = time.monotonic() + 120
            while (now := json.loads(get(f"{served.url}/health")[1]))[
                "plans"
            ] and time.monotonic() < until:
                time.sleep(0.2)
            assert now["plans"] == 0
            assert now["version"] != before["version"]
            assert now["remote"]["reachable"] is True
        finally:
            served.close()
