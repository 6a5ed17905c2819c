"""The page of a plan as one uses it: from a mark to its fact and back, switches, filters, citing a place."""

from __future__ import annotations

import pytest

from .conftest import Open
from .pages import DOC
from .watched import Watched

PAGE = f"{DOC}.html"
MARK, FACT = "m-as-II.4.a-lead-1", "f-task-II.4.a.p1"
COLOUR = "e => getComputedStyle(e).backgroundColor"


def in_window(page: Watched, name: str) -> bool:
    found: bool = page.page.evaluate(
        "id => { const r = document.getElementById(id).getBoundingClientRect();"
        " return r.top >= 0 && r.bottom <= innerHeight; }",
        name,
    )
    return found


def colour(page: Watched, query: str) -> str:
    found: str = page.page.locator(query).first.evaluate(COLOUR)
    return found


def test_from_a_fact_to_its_words_and_back(visit: Open) -> None:
    page = visit(PAGE, lang="vi", width=1600)
    plain = colour(page, f'[id="{MARK}"]')
    page.page.locator(f'[id="{FACT}"] a[href="#{MARK}"]').click()
    lit = page.page.locator(f'.facts .lit a[href="#{MARK}"]')
    lit.first.wait_for()
    assert in_window(page, MARK)
    assert colour(page, f'[id="{MARK}"]') != plain
    # The words are shared by two tasks: both facts light up.
    assert lit.count() == 2
    page.page.locator(f'[id="{MARK}"] a').click()
    page.page.locator(f'[id="{MARK}"].lit').wait_for()
    assert in_window(page, FACT)


@pytest.mark.slow
def test_without_scripts_the_links_do_the_same(visit: Open) -> None:
    page = visit(PAGE, lang="vi", width=1600, scripts=False)
    page.page.locator(f'[id="{FACT}"] a[href="#{MARK}"]').click()
    assert page.page.locator(f'[id="{MARK}"]:target').is_visible()
    page.page.locator(f'[id="{MARK}"] a').click()
    assert page.page.locator(f'[id="{FACT}"]:target').is_visible()
    page.page.locator("#show-lead").uncheck()
    assert colour(page, ".source .k-lead") == "rgba(0, 0, 0, 0)"
    page.page.select_option("select[name=time]", "yearly")
    page.page.locator(".filters button").click()
    rows = page.page.locator("table.tasks tbody tr").count()
    assert 0 < rows < 36
    assert page.page.locator("select[name=time] option:checked").inner_text().endswith(f"({rows})")


@pytest.mark.slow
def test_a_switch_hides_one_kind_of_mark(visit: Open) -> None:
    page = visit(PAGE, lang="en", width=1600)
    before = colour(page, ".source .k-coordinator")
    page.page.locator("#show-lead").uncheck()
    assert colour(page, ".source .k-lead") == "rgba(0, 0, 0, 0)"
    assert colour(page, ".source .k-coordinator") == before
    assert colour(page, ".source .k-theme") == "rgba(0, 0, 0, 0)"
    page.page.locator("#show-theme").check()
    assert colour(page, ".source .k-theme") != "rgba(0, 0, 0, 0)"


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False])
def test_any_place_can_be_cited(visit: Open, scripts: bool) -> None:
    page = visit(PAGE, lang="vi", width=1600, scripts=scripts)
    page.page.locator('[id="c-sec_II__para_2__point_a"]').hover()
    page.page.locator('[id="c-sec_II__para_2__point_a"] > .cite').click()
    page.page.locator("#citation-text", has_text="Điểm a").wait_for()
    said = page.page.locator("#citation-text").inner_text()
    assert said == "Điểm a, khoản 2, Mục II, Kế hoạch số 06/KH-UBND ngày 14/01/2021"
    href = page.page.locator("#citation-bib").get_attribute("href")
    assert href == f"{DOC}/c/sec_II__para_2__point_a.bib"
