"""The query editor, the pickers and the comparison as a reader uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Route, expect

from kg.pipeline import build

from .conftest import Open, serving
from .watched import Watched

PLANS = Path(__file__).parent.parent.parent / "kg" / "plans"
OFFICE = "https://w3id.org/kehoach/agency/vn-73/so-cong-thuong"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service over three plans."""
    folder = tmp_path_factory.mktemp("many")
    text = next(PLANS.glob("*.txt")).read_text("utf-8")
    for name, number in (("Hậu Giang", "06"), ("An Giang", "19"), ("Bến Tre", "27")):
        other = text.replace("Hậu Giang", name).replace("HẬU GIANG", name.upper())
        (folder / f"{number}.txt").write_text(
            other.replace("06/KH-UBND", f"{number}/KH-UBND"), "utf-8"
        )
    build([folder], folder / "store")
    with serving(folder / "store") as site:
        yield site


def test_the_editor_runs_a_query_and_asks_nobody_else(visit: Open) -> None:
    page = visit("/sparql", lang="en").page
    page.click("button.go")
    expect(page.locator(".status")).to_contain_text("13 rows")
    link = page.locator(f'.yasr_results a[href="/{OFFICE.split("kehoach/")[1]}"]')
    expect(link).to_be_visible()  # our own page, not the address elsewhere


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_view_of_results_is_accessible(visit: Open, lang: str, dark: bool) -> None:
    watched = visit("/sparql", lang=lang, dark=dark)
    page = watched.page
    page.select_option("#examples select", "agency/pairs")
    expect(page.locator(".status")).to_contain_text("43")
    assert watched.axe() == []
    page.click(".select_network")
    expect(page.locator(".network canvas").first).to_be_visible()
    expect(page.locator(".yasr_results .note")).to_contain_text("43")
    assert watched.axe() == []
    page.click(".select_response")
    assert watched.axe() == []


@pytest.mark.slow
def test_an_example_that_is_chosen_before_the_editor_is_there_is_taken(visit: Open) -> None:
    page = visit("/sparql", lang="en").page
    held: list[Route] = []
    page.route("**/sparql/terms.json*", lambda route: held.append(route))
    with page.expect_request("**/sparql/terms.json*"):
        page.reload(wait_until="domcontentloaded")
    page.select_option("#examples select", "agency/pairs")
    assert page.locator(".status").count() == 0
    held[0].continue_()
    expect(page.locator(".status")).to_contain_text("43")


@pytest.mark.slow
def test_a_shared_link_opens_with_its_query_and_its_answer(visit: Open) -> None:
    page = visit("/sparql?lang=en#query=SELECT%20%3Fs%20%7B%20%3Fs%20a%20kh%3ATarget%20%7D").page
    expect(page.locator(".status")).to_contain_text("15 rows")


@pytest.mark.slow
def test_words_typed_are_completed_from_our_dataset(visit: Open) -> None:
    page = visit("/sparql?text=SELECT%20%2A%20%7B%20%3Fs%20a%20kh%3ATas%20%7D", lang="vi").page
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+Home")
    for _ in range(len("SELECT * { ?s a kh:Tas")):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("kh:Task")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("Nhiệm vụ")


@pytest.mark.slow
def test_a_wrong_query_is_told_in_plain_words(visit: Open) -> None:
    watched = visit("/sparql?text=SELECT%20%2A%20%7B", lang="vi")
    page = watched.page
    page.locator(".CodeMirror").wait_for()
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.query().catch(() => {})")
    expect(page.locator(".errorResult")).to_contain_text("Truy vấn viết chưa đúng.")
    assert watched.axe() == []
    assert all("400" in fault for fault in watched.faults)  # the browser's own note of the answer
    watched.faults.clear()


@pytest.mark.slow
def test_an_agency_is_picked_without_diacritics(browser: Browser, many: str) -> None:
    watched = Watched(browser, many, "/q/agency/duties", lang="vi")
    page = watched.page
    field = page.locator("main").get_by_role("combobox", name="Cơ quan")
    if field.evaluate("one => one.tagName") == "SELECT":
        pytest.fail("three plans have more agencies than a list holds")
    field.fill("cong thuong an")
    expect(page.get_by_role("option").first).to_contain_text("Sở Công Thương tỉnh An Giang")
    assert watched.axe() == []
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("Sở Công Thương tỉnh An Giang")
    page.get_by_role("button", name="Hỏi").click()
    expect(page.locator("table.answer tbody tr").first).to_contain_text("tỉnh An Giang")
    expect(page.locator("main").get_by_role("combobox", name="Cơ quan")).to_have_value(
        "Sở Công Thương tỉnh An Giang"
    )
    watched.close()
    watched.require_quiet()


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("scripts", [False, True])
def test_plans_are_chosen_and_compared(
    browser: Browser, many: str, dark: bool, scripts: bool
) -> None:
    watched = Watched(browser, many, "/compare", lang="vi", dark=dark, width=390, scripts=scripts)
    page = watched.page
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("button", name="So sánh").click()
    expect(page.locator("table.compare thead th")).to_have_count(3)
    expect(page.locator("table.compare")).to_contain_text("Sở Công Thương")
    if scripts:
        assert watched.axe() == []
        assert watched.overflow() == 0
    watched.close()
    watched.require_quiet()


@pytest.mark.slow
def test_a_network_of_results_without_labels_has_names(visit: Open) -> None:
    query = "SELECT ?task ?agency WHERE { ?task kh:leadAgency ?agency } LIMIT 5"
    page = visit(f"/sparql?text={quote(query)}", lang="vi").page
    page.click(".yasqe_queryButton")
    page.click(".select_network")
    expect(page.locator(".network canvas").first).to_be_visible()
    expect(page.locator(".network")).to_have_attribute("data-told", re.compile("Sở"))
