"""Labels and literals that attack: none runs, all are shown."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from playwright.sync_api import Browser

from kg.store import Dataset, load

from .conftest import serving
from .hostile import STRINGS, hostile
from .pages import PAGES
from .watched import Watched

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hostile_site(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("hostile")
    file = place / "all.nq"
    file.write_bytes(ox.serialize(hostile(dataset), format=ox.RdfFormat.N_QUADS) or b"")
    load(file, place / "store")
    with serving(place / "store") as address:
        yield address


@pytest.mark.parametrize("name", PAGES)
def test_nothing_hostile_runs(browser: Browser, hostile_site: str, name: str) -> None:
    page = Watched(browser, hostile_site, PAGES[name], lang="vi")
    page.page.wait_for_load_state("networkidle")
    for handle in page.page.locator("main a, main button, main summary").all()[:40]:
        handle.hover(
            force=True, timeout=10_000, no_wait_after=True
        ) if handle.is_visible() else None
    assert page.page.evaluate("() => window.hit") is None
    assert (
        page.page.locator("[href^='javascript:' i], [href^='data:' i], [href^='//']").count() == 0
    )
    assert page.page.locator("iframe, base, meta[http-equiv]").count() == 0
    page.close()
    page.require_quiet()


def test_every_hostile_label_is_shown_as_it_is(
    browser: Browser, hostile_site: str, dataset: Dataset
) -> None:
    """The page of one thing for each string: its heading is the string, letter by letter."""
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    shown: set[str] = set()
    written = ox.parse(
        ox.serialize(hostile(dataset), format=ox.RdfFormat.N_QUADS) or b"",
        format=ox.RdfFormat.N_QUADS,
    )
    for quad in written:
        value = quad.object
        if quad.predicate != label or not isinstance(value, ox.Literal) or value.value in shown:
            continue
        assert isinstance(quad.subject, ox.NamedNode)
        path = quad.subject.value.removeprefix("https://w3id.org/kehoach")
        if value.language != "vi" or not path.startswith(("/agency/", "/voc/", "/doc/")):
            continue
        page = Watched(browser, hostile_site, path, lang="vi")
        text = page.page.locator("main").text_content() or ""
        assert " ".join(value.value.split()) in " ".join(text.split())
        assert page.page.evaluate("() => window.hit") is None
        page.close()
        page.require_quiet()
        shown.add(value.value)
    assert shown == set(STRINGS)
