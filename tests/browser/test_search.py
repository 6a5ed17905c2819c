"""Searching as a reader does: with suggestions, by keyboard, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Open


def test_suggestions_are_chosen_by_keyboard(visit: Open) -> None:
    page = visit("/", lang="vi").page
    box = page.get_by_role("combobox")
    box.press_sequentially("so cong thuong")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Sở Công Thương")
    box.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    page.wait_for_url(re.compile(r"/agency/vn-73/so-cong-thuong\.html\?lang=vi$"))


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False])
def test_the_box_leads_to_a_page_of_results(visit: Open, scripts: bool) -> None:
    page = visit("/", lang="en", scripts=scripts).page
    page.get_by_role("combobox" if scripts else "searchbox").fill("dai phat thanh")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".hit").first).to_contain_text("Radio and Television Station")
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.slow
def test_escape_closes_the_suggestions(visit: Open) -> None:
    page = visit("/", lang="vi").page
    box = page.get_by_role("combobox")
    box.press_sequentially("ủy ban")
    expect(page.get_by_role("listbox")).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
