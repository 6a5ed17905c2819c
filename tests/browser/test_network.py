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


OVERLAPS = """() => {
  const { width, height } = document.getElementById("stage").getBoundingClientRect();
  const boxes = JSON.parse(document.getElementById("stage").dataset.names);
  const over = boxes.filter((a, i) => boxes.slice(i + 1).some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom));
  const cut = boxes.filter((a) => a.left < 0 || a.top < 0 || a.right > width || a.bottom > height);
  return [boxes.length, over.length, cut.length];
}"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 1600])
def test_no_name_is_written_over_another_or_cut(visit: Open, width: int) -> None:
    page = visit("/network?view=graph", lang="vi", width=width).page
    expect(page.locator("#graph")).to_have_attribute("data-drawn", "56")
    expect(page.locator("#stage")).to_have_attribute("data-names", re.compile("left"))
    names, over, cut = page.evaluate(OVERLAPS)
    assert names > 6
    assert (over, cut) == (0, 0)


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
