"""Every kind of page in a real browser: no violation, no error in its log, nothing asked of another host."""

from __future__ import annotations

import pytest

from .conftest import Open
from .pages import PAGES

QUICK = ("home",)
CASES = [
    pytest.param(
        name,
        lang,
        dark,
        id=f"{name}-{lang}-{'dark' if dark else 'light'}",
        marks=[] if name in QUICK and (lang, dark) == ("vi", False) else [pytest.mark.slow],
    )
    for name in PAGES
    for lang in ("vi", "en")
    for dark in (False, True)
]


@pytest.mark.parametrize(("name", "lang", "dark"), CASES)
def test_a_page_is_accessible_quiet_and_ours(visit: Open, name: str, lang: str, dark: bool) -> None:
    page = visit(PAGES[name], lang=lang, dark=dark)
    assert page.status == 200
    assert page.page.locator("html").get_attribute("lang") == lang
    page.page.wait_for_load_state("networkidle")
    assert page.axe() == []
    if lang == "en":
        assert page.unmarked() == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_whole_menu_is_seen_on_a_phone(visit: Open, lang: str) -> None:
    page = visit("/", lang=lang, width=390).page
    ends = page.eval_on_selector_all(
        "header nav a", "all => all.map((a) => a.getBoundingClientRect().right)"
    )
    assert len(ends) >= 7
    assert max(ends) <= 390


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(visit: Open, name: str) -> None:
    assert visit(PAGES[name], lang="vi", width=390).overflow() == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_the_same_without_scripts(visit: Open, name: str) -> None:
    page = visit(PAGES[name], lang="vi", scripts=False)
    assert page.status == 200
    assert page.page.locator("main h1").count() == 1
