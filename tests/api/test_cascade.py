"""Pages that lay plans beside the documents above them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from kg.api import create_app

from kg.pipeline import build

from ..conftest import DATA
from .test_entities import page, words

DOC = "/doc/vn-73/ubnd/kh/2021/06"
NATIONAL = "/doc/vn/cp/nq/2020/124"
INVENTED, ABOVE = "/doc/vn-51/ubnd/kh/2021/9101", "/doc/vn/cp/nq/2021/9100"


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The service over the invented chain; the plan has words that would do harm if they were let."""
    folder = tmp_path_factory.mktemp("chain")
    plans = Path(shutil.copytree(DATA / "invented-chain", folder / "plans"))
    file = plans / "gia-dinh-ke-hoach.txt"
    text = file.read_text("utf-8")
    changed = text.replace("bài toán lớn về", "bài toán lớn <script>alert(1)</script> về")
    assert changed != text
    file.write_text(changed, "utf-8")
    assert build([plans], folder / "store").left_out == []
    app = create_app({"STORE": folder / "store"})
    yield app.test_client()
    app.extensions["engine"].close()


def test_the_plan_page_shows_its_targets_beside_the_national_ones(client: FlaskClient) -> None:
    seen = words(page(client, f"{DOC}.html", "en")).split("Beside the document above")[1]
    assert seen.count("Localised") == 3
    assert seen.count("Added") == 7
    assert "wording not established" in seen
    assert "> 40 %" in seen
    assert "Thứ hạng năng lực cạnh tranh" in seen  # what the plan has not
    assert "Unverified" in seen


@pytest.mark.parametrize(("lang", "kind"), [("vi", "Địa phương hóa"), ("en", "Localised")])
def test_a_target_page_shows_both_sides(client: FlaskClient, lang: str, kind: str) -> None:
    own = page(client, f"{DOC}/target/2030-ty-trong-cong-nghiep-trong-grdp.html", lang)
    assert kind in words(own)
    assert f"{NATIONAL}/target/2030-industry-share" in own
    above = page(client, f"{NATIONAL}/target/2030-industry-share.html", lang)
    assert kind in words(above)
    assert "Tỷ trọng công nghiệp trong GRDP đạt trên 40%" in words(above)  # the plan's quote


def test_a_document_page_leads_to_who_takes_it_up(client: FlaskClient) -> None:
    assert f"/cascade?document={NATIONAL}".replace("/", "%2F").replace(
        "%2Fcascade", "/cascade"
    ) in page(client, f"{NATIONAL}.html")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_cascade_names_what_is_lacking(client: FlaskClient, lang: str) -> None:
    assert "124/NQ-CP" in words(page(client, "/cascade", lang))
    seen = words(page(client, f"/cascade?document={NATIONAL}", lang))
    assert ("lời văn chưa xác lập" if lang == "vi" else "wording not established") in seen
    none = words(page(client, "/cascade?document=/doc/vn/cp/nq/1999/1", lang))
    assert ("được đặt cạnh" if lang == "vi" else "beside nothing") in none


def test_national_tasks_with_who_takes_them_up_and_who_does_not(chain: FlaskClient) -> None:
    html = page(chain, f"/cascade?document={ABOVE}", "en")
    seen = words(html).split("Tasks from the nation")[-1].split("Not found in")[-1]
    first, second = seen.split("Xây dựng trung tâm dữ liệu quốc gia")
    assert "9101/KH-UBND II.1.a" in first
    assert "Department of Science and Technology" in first
    assert "Unverified" in first
    assert second.split("II.2.a")[0].endswith("9101/KH-UBND ")
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;" in html
    assert "II.1.b" in words(page(chain, f"/cascade?plan={INVENTED}", "vi"))


@pytest.mark.parametrize(
    "query", ["document=x", "plan=/doc/<b>", "document=/doc/../..&page=9999999", "page=x"]
)
def test_addresses_that_mean_nothing(client: FlaskClient, query: str) -> None:
    assert client.get(f"/cascade?{query}").status_code == 200
