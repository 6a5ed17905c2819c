"""The network in a browser: drawn, searched, filtered; the table beside it without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Open


@pytest.mark.slow
def test_the_picture_is_drawn_and_a_node_is_found(visit: Open) -> None:
    page = visit("/network?view=graph", lang="en").page
    expect(page.locator("#graph")).to_have_attribute("data-drawn", "56")
    page.get_by_label("Find in the picture").fill("Department of Construction of Hậu Giang")
    page.get_by_label("Find in the picture").press("Tab")
    expect(page.locator("#detail h3")).to_have_text("Department of Construction of Hậu Giang")
    expect(page.locator("#detail li").first).to_contain_text("Lead")
    page.locator("#detail h3 a").click()
    page.wait_for_url(re.compile(r"/agency/vn-73/so-xay-dung\.html\?lang=en$"))


@pytest.mark.slow
def test_the_view_is_kept_in_the_address(visit: Open) -> None:
    page = visit("/network", lang="vi").page
    expect(page.locator("#tables")).to_be_visible()
    page.get_by_role("button", name="Hình vẽ").click()
    expect(page.locator("#graph")).to_have_attribute("data-drawn", "56")
    expect(page.locator("#tables")).to_be_hidden()
    assert "view=graph" in page.url


def test_without_scripts_the_table_tells_who_does_what(visit: Open) -> None:
    page = visit("/network?theme=innovation", lang="vi", scripts=False).page
    rows = page.locator(".matrix tbody tr")
    expect(rows.filter(has_text="Sở Khoa học và Công nghệ")).to_have_count(1)
    assert page.locator(".matrix .role-coordinating").count() > 0
    expect(page.locator("#graph")).to_be_hidden()
