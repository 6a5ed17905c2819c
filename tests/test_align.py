"""Plans beside the documents above them: what is said of pairs of targets and tasks, and what people decide.

The plan and the resolution in data/invented-chain are invented, and say so; the answers were found by hand.
"""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from kg.align import DecisionsError, compare_targets, compare_tasks, load_decisions
from kg.align.decisions import Decision, append_decisions, decisions_path, seal
from kg.align.describing import comparison_iri
from kg.align.model import Target, Task
from kg.align.renewing import renew_alignments
from kg.align.routes import Relations, routes
from kg.align.wording import THRESHOLD
from kg.catalogue import answer, find_question
from kg.cli import main
from kg.names import BASE, GRAPH_ALIGNMENTS, KH
from kg.pipeline import build, remove
from kg.store import Dataset, open_dataset

from .conftest import DATA

CHAIN = DATA / "invented-chain"
PLAN_FILE, ABOVE_FILE = "gia-dinh-ke-hoach.txt", "gia-dinh-nghi-quyet.txt"
IRI = f"{BASE}doc/vn-51/ubnd/kh/2021/9101"
ABOVE = f"{BASE}doc/vn/cp/nq/2021/9100"
SHARED = Path(__file__).parent.parent.parent / "shared" / "plans"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


def rows(
    dataset: Dataset, name: str, lang: str = "en", **parameters: str
) -> list[dict[str, object]]:
    table = answer(find_question(name), dataset, lang=lang, parameters=parameters)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


# Targets


def target(
    indicator: str,
    value: str,
    comparator: str = "eq",
    year: int | None = 2030,
    *,
    document: str = "plan",
    unit: str = "unit/PERCENT",
    kind: str = "share",
    name: str | None = None,
) -> Target:
    return Target(
        iri=f"{document}/{indicator}/{year}",
        document=document,
        indicator=indicator,
        name=name or indicator,
        value=Decimal(value),
        comparator=comparator,
        unit=unit,
        value_type=kind,
        year=year,
    )


def types(own: list[Target], above: list[Target]) -> list[tuple[str, str | None, str | None]]:
    found = compare_targets(own, [("above", above)])
    return [(m.type, m.own, m.other) for m in found]


@pytest.mark.parametrize(
    ("own", "above", "expected"),
    [
        (("eq", "40", 2030), ("eq", "40", 2030), "same"),
        (("gt", "40", 2030), ("gt", "40", 2030), "same"),
        (("ge", "40", 2030), ("eq", "40", 2030), "same"),  # a number to be reached
        (("gt", "45", 2030), ("gt", "40", 2030), "stricter"),
        (("gt", "40", 2030), ("ge", "40", 2030), "stricter"),
        (("ge", "40", 2030), ("gt", "40", 2030), "weaker"),
        (("approx", "40", 2030), ("eq", "40", 2030), "weaker"),
        (("eq", "38", 2030), ("gt", "40", 2030), "weaker"),
        (("le", "3", 2030), ("le", "5", 2030), "stricter"),  # the less, the more it asks for
        (("lt", "5", 2030), ("le", "3", 2030), "weaker"),
        (("eq", "40", 2028), ("eq", "40", 2030), "stricter"),  # sooner
        (("eq", "40", 2035), ("eq", "40", 2030), "weaker"),  # later
    ],
)
def test_how_two_targets_compare(
    own: tuple[str, str, int], above: tuple[str, str, int], expected: str
) -> None:
    one = target("ty-le-x", own[1], own[0], own[2])
    other = target("ty-le-x", above[1], above[0], above[2], document="above")
    (match,) = compare_targets([one], [("above", [other])])
    assert (match.type, match.own, match.other) == (expected, one.iri, other.iri)
    assert all(match.why)


def test_where_less_is_better_without_a_sign() -> None:
    poor = "Tỷ lệ hộ nghèo"
    above = [target("ty-le-ho-ngheo", "3", document="above", name=poor)]
    assert types([target("ty-le-ho-ngheo", "4", name=poor)], above)[0][0] == "weaker"
    fall = "Mức giảm tỷ lệ hộ nghèo"
    above = [target("muc-giam", "3", document="above", name=fall)]
    assert types([target("muc-giam", "4", name=fall)], above)[0][0] == "stricter"


def test_grdp_stands_for_gdp_only_where_it_is_a_word() -> None:
    above = [target("ty-trong-x-trong-gdp", "40", document="above")]
    assert types([target("ty-trong-x-trong-grdp", "40")], above)[0][0] == "localised"
    assert types([target("ty-trong-x-trong-grdp", "45")], above)[0][0] == "stricter"
    kinds = [t for t, _, _ in types([target("ty-trong-x-trong-grdpx", "40")], above)]
    assert kinds == ["similar"]  # like words, for a person to look at


def test_what_stands_on_one_side_only() -> None:
    own = [target("a-b-c", "1"), target("d-e-f", "2", year=2025)]
    above = [target("a-b-c", "1", document="above"), target("g-h-i", "3", document="above")]
    assert types(own, above) == [
        ("same", "plan/a-b-c/2030", "above/a-b-c/2030"),
        ("added", "plan/d-e-f/2025", None),
        ("dropped", None, "above/g-h-i/2030"),
    ]


def test_a_lower_target_for_an_earlier_year_is_a_step_on_the_way_and_not_compared() -> None:
    own = [target("x-y-z", "25", year=2025), target("x-y-z", "40", year=2030)]
    above = [target("x-y-z", "40", year=2030, document="above")]
    assert [t for t, _, _ in types(own, above)] == ["same", "added"]
    # nor a higher one, where the plan has a target for that year as well
    own[0] = target("x-y-z", "41", year=2025)
    assert sorted(t for t, _, _ in types(own, above)) == ["added", "same"]


def test_like_words_are_proposed_and_not_called_added() -> None:
    one = target(
        "a",
        "70",
        "gt",
        name="Tỷ lệ dân số từ 15 tuổi trở lên có chữ ký số hoặc chữ ký điện tử cá nhân",
    )
    other = target(
        "b", "70", "ge", document="above",
        name="Tỷ lệ dân số trưởng thành có chữ ký hoặc chữ ký điện tử cá nhân",
    )  # fmt: skip
    (match,) = compare_targets([one], [("above", [other])])
    assert (match.type, match.other, match.method) == ("similar", other.iri, "wording")
    assert match.similarity is not None
    assert match.similarity > 0.6
    assert match.confidence < 0.5
    kinds = [
        m.type
        for m in compare_targets(
            [target("a", "70", year=2025, name=one.name)], [("above", [other])]
        )
    ]
    assert kinds == ["added", "dropped"]  # another year


def test_added_only_where_all_above_was_read() -> None:
    above = [target("g-h-i", "3", document="above")]
    one = compare_targets([target("d-e-f", "2")], [("above", above)], ["71/NQ-CP"])[0]
    assert (one.type, one.why[1]) == (
        "not-found",
        "not found in those read; 1 above not read: 71/NQ-CP",
    )
    assert compare_targets([target("d-e-f", "2")], [("above", above)])[0].type == "added"


def test_what_a_plan_states_twice_counts_once() -> None:
    from dataclasses import replace

    one = target("a-b-c", "45")
    again = replace(one, iri=f"{one.iri}-2")
    assert (
        len(compare_targets([one, again], [("above", [target("a-b-c", "45", document="above")])]))
        == 1
    )


def test_other_units_are_not_compared_by_number() -> None:
    above = [target("x-y-z", "40", document="above", unit="unit/ty-dong", kind="level")]
    assert types([target("x-y-z", "40")], above)[0][0] == "partial"


def test_the_nearest_document_counts_and_nothing_is_dropped_twice() -> None:
    own = [target("a-b-c", "1")]
    near = [target("a-b-c", "1", document="near"), target("d-e-f", "2", document="near")]
    far = [
        target("a-b-c", "9", document="far"),
        target("d-e-f", "2", document="far"),
        target("g-h-i", "3", document="far"),
    ]
    found = compare_targets(own, [("near", near), ("far", far)])
    assert [(m.type, m.document) for m in found] == [
        ("same", "near"),
        ("dropped", "near"),
        ("dropped", "far"),
    ]


def test_similar_names_are_only_partly_sure() -> None:
    above = [target("ty-le-ho-gia-dinh-co-internet-bang-rong", "80", document="above")]
    (match,) = compare_targets(
        [target("ty-le-ho-gia-dinh-co-internet-bang-rong-co-dinh", "80")], [("above", above)]
    )
    assert (match.type, match.method, match.confidence) == ("partial", "names", 0.5)


def test_what_a_doubtful_source_says_is_less_sure() -> None:
    from dataclasses import replace

    other = replace(target("a-b-c", "1", document="above"), confidence=0.8)
    (match,) = compare_targets([target("a-b-c", "1")], [("above", [other])])
    assert match.confidence == 0.8


def test_nothing_is_added_where_nothing_above_is_known() -> None:
    assert compare_targets([target("a-b-c", "1")], [("above", [])]) == ()
    assert compare_targets([target("a-b-c", "1")], []) == ()


# Tasks


def tasks(document: str, *texts: str) -> list[Task]:
    return [Task(f"{document}/{n}", document, text) for n, text in enumerate(texts)]


NOISE = ("Tổ chức thực hiện Kế hoạch này", "Xây dựng, triển khai nhiệm vụ được giao")


def test_tasks_with_the_same_words_are_the_same_and_common_words_are_no_likeness() -> None:
    own = tasks("own", "Công bố danh mục bài toán lớn của tỉnh", NOISE[0], "Trồng rừng ngập mặn")
    above = tasks("above", "Công bố danh mục bài toán lớn của tỉnh", NOISE[1])
    found = compare_tasks(own, above, "above")
    assert [(m.type, m.own, m.other) for m in found] == [("same", "own/0", "above/0")]
    assert found[0].similarity == 1.0
    assert "danh mục" in found[0].why[0]


def test_near_words_are_similar_with_their_likeness() -> None:
    own = tasks("own", "Công bố danh mục các bài toán lớn về chuyển đổi số của tỉnh", *NOISE)
    above = tasks(
        "above",
        "Công bố danh mục các bài toán lớn về khoa học và chuyển đổi số của đất nước",
        "Xây dựng luật dữ liệu",
    )
    (match,) = compare_tasks(own, above, "above")
    assert (match.type, match.other) == ("similar", "above/0")
    assert match.similarity is not None
    assert THRESHOLD <= match.similarity < 1
    assert 0 < match.confidence < 1


@given(st.lists(st.text(max_size=40), max_size=6), st.lists(st.text(max_size=40), max_size=6))
def test_any_texts_can_be_compared(own: list[str], above: list[str]) -> None:
    found = compare_tasks(tasks("own", *own), tasks("above", *above), "above")
    assert all(m.similarity is not None and THRESHOLD - 0.001 <= m.similarity <= 1 for m in found)
    again = compare_tasks(tasks("own", *own), tasks("above", *above), "above")
    assert found == again


# Which documents stand above


def doc(path: str) -> str:
    return f"{BASE}doc/{path}"


PARTY, PROGRAMME, AMENDING = (
    doc("vn/bct-tw/nq/2024/57"), doc("vn/cp/nq/2025/03"), doc("vn/cp/nq/2025/71"),
)  # fmt: skip
LAW, LOCAL = doc("vn/qh/luat/2025/72"), doc("vn-56/2025/ubnd/kh/2025/17")


def relations(**links: dict[str, set[str]] | set[str]) -> Relations:
    return Relations(
        implements=links.get("implements", {}),  # type: ignore[arg-type]
        based_on=links.get("based_on", {}),  # type: ignore[arg-type]
        amends=links.get("amends", {}),  # type: ignore[arg-type]
        held=links.get("held", set()),
        with_content=links.get("with_content", set()),
    )


def test_the_chain_goes_up_and_by_the_act_that_amends() -> None:
    found = routes(
        IRI,
        relations(
            based_on={IRI: {PARTY, AMENDING, LAW, LOCAL}},
            implements={PROGRAMME: {PARTY}},
            amends={AMENDING: {PROGRAMME}},
            held={PROGRAMME},
            with_content={PROGRAMME},
        ),
    )
    assert [(r.document, r.through, r.is_held, r.unseen) for r in found] == [
        (PARTY, (), False, ()),
        (AMENDING, (), False, ()),
        (PROGRAMME, (AMENDING,), True, (AMENDING,)),
    ]


def test_a_programme_that_carries_out_the_same_document_is_found_beside() -> None:
    found = routes(
        IRI,
        relations(
            based_on={IRI: {PARTY}},
            implements={PROGRAMME: {PARTY}},
            held={PROGRAMME},
            with_content={PROGRAMME},
        ),
    )
    assert [(r.document, r.through) for r in found] == [(PARTY, ()), (PROGRAMME, (PARTY,))]


def test_documents_that_implement_each_other_end() -> None:
    found = routes(
        IRI, relations(implements={IRI: {PARTY}, PARTY: {PROGRAMME}, PROGRAMME: {PARTY, IRI}})
    )
    assert [r.document for r in found] == [PARTY, PROGRAMME]


# The bundled plan


def test_the_targets_of_the_bundled_plan_beside_the_national_ones(dataset: Dataset) -> None:
    found = rows(dataset, "alignment/targets")
    kinds = [(r["year"], r["typeLabel"]) for r in found]
    assert kinds.count(("2030", "Localised")) == 3
    assert kinds.count(("2030", "Same")) == 5
    assert kinds.count(("2025", "Added")) == 7
    assert len(kinds) == 15
    for row in found:
        assert row["reviewLabel"] == "Unverified"
        assert str(row["printed"]) in str(row["quote"])
        above = (row["documentNumber"], row["nationalWords"], bool(row["source"]))
        if row["typeLabel"] != "Added":
            assert above == ("124/NQ-CP", "wording not established", True)
            assert row["nationalYear"] == "2030"
    grdp = [r for r in found if "GRDP" in str(r["indicator"]) and r["year"] == "2030"]
    assert {r["typeLabel"] for r in grdp} == {"Localised"}
    assert {str(r["nationalValue"]) for r in grdp} == {"> 40 %", "~ 30 %", "> 20 %"}


def test_what_the_bundled_plan_leaves_out(dataset: Dataset) -> None:
    (dropped,) = rows(dataset, "alignment/dropped", lang="vi")
    assert "CIP" in str(dropped["indicator"])
    assert dropped["nationalWords"] == "chưa xác lập lời văn"
    assert rows(dataset, "alignment/tasks") == []
    assert {
        (r["documentNumber"], r["textHeld"], r["targets"])
        for r in rows(dataset, "alignment/documents")
    } == {
        ("124/NQ-CP", False, 9),
        ("23-NQ/TW", False, 9),
    }


def test_proposals_do_not_stand_among_the_facts(dataset: Dataset) -> None:
    ask = "ASK { ?a a kh:Alignment }"
    assert not bool(dataset.query(ask))
    inside = f"ASK {{ GRAPH <{GRAPH_ALIGNMENTS}> {{ ?a a kh:Alignment }} }}"
    assert bool(dataset.query(inside))
    bare = f"""SELECT ?a WHERE {{ GRAPH <{GRAPH_ALIGNMENTS}> {{ ?a a kh:Alignment
        FILTER NOT EXISTS {{ ?a kh:confidence ?c ; kh:reviewStatus ?s ; kh:alignmentMethod ?m ; kh:alignmentType ?t ;
            kh:partOfComparison/kh:comparedDocument ?d ; rdfs:label ?vi , ?en .
            FILTER(LANG(?vi) = "vi" && LANG(?en) = "en") }} }} }}"""
    assert list(dataset.query(bare)) == []  # type: ignore[arg-type]


def test_grdp_has_the_gdp_that_it_stands_for(dataset: Dataset) -> None:
    found = rows(dataset, "target/grdp", lang="vi")
    assert {str(r["above"]) for r in found} == {
        "Tỷ trọng công nghiệp trong GDP: > 40",
        "Tỷ trọng công nghiệp chế biến, chế tạo trong GDP: ~ 30",
        "Tỷ trọng công nghiệp chế tạo trong GDP: > 20",
    }


# An invented chain, built


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(CHAIN, tmp_path / "plans"))
    assert build([folder], tmp_path / "store").left_out == []
    return tmp_path


def test_the_invented_files_say_so() -> None:
    for file in CHAIN.iterdir():
        assert "VĂN BẢN GIẢ ĐỊNH DÙNG ĐỂ KIỂM THỬ" in file.read_text("utf-8")


def test_stricter_weaker_localised_added_dropped(chain: Path) -> None:
    dataset = open_dataset(chain / "store")
    found = {str(r["indicator"]): r for r in rows(dataset, "alignment/targets", lang="vi")}
    assert {name: r["typeLabel"] for name, r in found.items()} == {
        "Tỷ trọng kinh tế số trong GRDP": "Địa phương hóa",
        "Tỷ lệ lao động qua đào tạo": "Cao hơn",
        "Tỷ lệ hộ nghèo": "Thấp hơn",
        "Tỷ lệ che phủ rừng": "Kế hoạch bổ sung",
    }
    trained = found["Tỷ lệ lao động qua đào tạo"]
    assert (trained["printed"], trained["nationalValue"]) == ("75%", "70 %")
    assert trained["nationalWords"] == "Tỷ lệ lao động qua đào tạo đạt 70% vào năm 2030"
    (dropped,) = rows(dataset, "alignment/dropped", lang="vi")
    assert dropped["indicator"] == "Tỷ lệ đô thị hóa"
    changed = {
        str(r["indicatorLabel"]): r["difference"]
        for r in rows(dataset, "corpus/changed-numbers", lang="vi")
    }
    assert changed == {"Tỷ lệ lao động qua đào tạo": 5, "Tỷ lệ hộ nghèo": 1}


def test_tasks_taken_up_and_left_out(chain: Path) -> None:
    dataset = open_dataset(chain / "store")
    taken = {
        (r["nationalPath"], r["path"], r["typeLabel"]): r for r in rows(dataset, "alignment/tasks")
    }
    assert set(taken) == {("II.1.a", "II.1.a", "Similar wording"), ("II.2.a", "II.2.a", "Same")}
    one = taken["II.1.a", "II.1.a", "Similar wording"]
    assert "Science and Technology" in str(one["leads"])
    assert (one["reviewLabel"], one["similarity"]) == ("Unverified", 0.873)
    assert [r["nationalPath"] for r in rows(dataset, "alignment/left-out")] == ["II.1.b"]
    (copied,) = rows(dataset, "corpus/copied-from-national")
    assert (copied["path"], copied["documentPath"]) == ("II.2.a", "II.2.a")


@pytest.mark.slow
def test_what_is_built_later_is_compared_as_if_it_had_been_there(chain: Path) -> None:
    store = chain / "other"
    build([chain / "plans" / PLAN_FILE], store)
    assert rows(open_dataset(store), "alignment/tasks") == []
    assert [r["textHeld"] for r in rows(open_dataset(store), "alignment/documents")] == [False]
    build([chain / "plans" / ABOVE_FILE], store)
    both = (open_dataset(place).store for place in (store, chain / "store"))
    first, second = ({str(quad) for quad in one} for one in both)
    assert first == second
    remove(ABOVE, store)
    assert rows(open_dataset(store), "alignment/tasks") == []
    remove(IRI, store)
    graph = ox.NamedNode(GRAPH_ALIGNMENTS)
    assert list(open_dataset(store).store.quads_for_pattern(None, None, None, graph)) == []


def test_only_what_has_changed_is_compared_again(chain: Path) -> None:
    base = open_dataset(chain / "store")
    entries, known, rules = (base.manifest[k] for k in ("plans", "alignments", "rules"))
    copy = ox.Store()
    copy.extend(base.store)
    assert renew_alignments(copy, entries, known, rules).renewed == 0
    changed = [{**e, "graph_sha256": "x"} if e["iri"] == ABOVE else e for e in entries]
    assert renew_alignments(copy, changed, known, rules).renewed == 2  # it, and the plan below it
    assert {str(q) for q in copy} == {str(q) for q in base.store}
    assert renew_alignments(copy, entries, known, "other rules").renewed == 2


# What people decide


def ids(chain: Path, what: str = "targets") -> dict[str, str]:
    question = f"alignment/{what}"
    key = "indicator" if what == "targets" else "path"
    return {
        str(r[key]): str(r["alignment"]).rsplit("/", 1)[-1]
        for r in rows(open_dataset(chain / "store"), question, lang="vi")
    }


def status(chain: Path, name: str, what: str = "targets") -> object:
    key = "indicator" if what == "targets" else "path"
    found = rows(open_dataset(chain / "store"), f"alignment/{what}", lang="vi")
    return next(r["reviewLabel"] for r in found if r[key] == name)


def test_a_decision_survives_a_rebuild(chain: Path) -> None:
    one, other = ids(chain)["Tỷ lệ hộ nghèo"], ids(chain, "tasks")["II.1.a"]
    done = run("align", "confirm", one, "--by", "Trần Thị B", "--store", chain / "store")
    assert (done.exit_code, done.stdout) == (0, f"verified: {one}\n")
    done = run(
        "align",
        "reject",
        other,
        "--by",
        "Trần Thị B",
        "--why",
        "hai việc",
        "--store",
        chain / "store",
    )
    assert done.exit_code == 0, done.output
    for _ in range(2):
        assert status(chain, "Tỷ lệ hộ nghèo") == "Đã rà soát"
        assert status(chain, "Tỷ lệ lao động qua đào tạo") == "Chưa rà soát"
        assert status(chain, "II.1.a", "tasks") == "Đã bác"
        left = rows(open_dataset(chain / "store"), "alignment/left-out")
        assert [r["nationalPath"] for r in left] == [
            "II.1.a",
            "II.1.b",
        ]  # what is rejected counts no more
        shutil.rmtree(chain / "store")
        build([chain / "plans"], chain / "store")
    told = load_decisions(chain / "plans" / PLAN_FILE)
    assert told[one].who == "Trần Thị B"
    assert "hộ nghèo" in told[one].own
    who = f"""SELECT ?who ?why WHERE {{ GRAPH <{GRAPH_ALIGNMENTS}> {{
        ?a kh:reviewedBy/<http://xmlns.com/foaf/0.1/name> ?who ; dcterms:date ?day ; kh:reviewReason ?why }} }}"""
    (row,) = open_dataset(chain / "store").query(who)  # type: ignore[misc]
    assert (row["who"].value, row["why"].value) == ("Trần Thị B", "hai việc")


def test_a_decision_on_other_words_is_told_of_and_not_applied(chain: Path) -> None:
    one = ids(chain)["Tỷ lệ hộ nghèo"]
    run("align", "confirm", one, "--by", "B", "--store", chain / "store")
    file = chain / "plans" / PLAN_FILE
    file.write_text(file.read_text("utf-8").replace("còn 4%", "còn 2%"), "utf-8")
    built = run("build", chain / "plans", "--store", chain / "store")
    assert built.exit_code == 0
    assert f"alignment {one} is not applied" in built.stderr
    assert "other words" in built.stderr or "no such alignment" in built.stderr
    found = rows(open_dataset(chain / "store"), "alignment/targets", lang="vi")
    (row,) = [r for r in found if r["indicator"] == "Tỷ lệ hộ nghèo"]
    assert (row["typeLabel"], row["reviewLabel"]) == ("Cao hơn", "Chưa rà soát")


def test_decisions_outlive_the_file_of_their_plan(chain: Path) -> None:
    one = ids(chain)["Tỷ lệ hộ nghèo"]
    run("align", "confirm", one, "--by", "B", "--store", chain / "store")
    for name in (PLAN_FILE, f"{PLAN_FILE}.alignments.toml"):
        (chain / "plans" / name).unlink()
    above = chain / "plans" / ABOVE_FILE
    above.write_text(above.read_text("utf-8").replace("trên 50%", "trên 55%"), "utf-8")
    build([above], chain / "store")
    assert status(chain, "Tỷ lệ hộ nghèo") == "Đã rà soát"
    refused = run("align", "confirm", one, "--by", "B", "--store", chain / "store")
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "is not there" in refused.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["confirm", "zzz", "--by", "B"], "no alignment is called «zzz»"),
        (["confirm", "http://[", "--by", "B"], "is no IRI"),
        (["confirm", "{id}", "--by", "B\nC"], "is not one line"),
    ],
)
def test_what_cannot_be_decided(chain: Path, words: list[str], says: str) -> None:
    one = ids(chain)["Tỷ lệ hộ nghèo"]
    done = run("align", *[w.replace("{id}", one) for w in words], "--store", chain / "store")
    assert done.exit_code == 2
    assert says in done.stderr
    assert not decisions_path(chain / "plans" / PLAN_FILE).exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("= no toml", "not TOML"),
        ("format = 2", "format 2 is not known"),
        ("decision = 1", "under a line [[decision]]"),
        ('[[decision]]\nalignment = "a"', "sha256 is missing"),
        (
            '[[decision]]\nalignment = "a"\nsha256 = "b"\nstatus = "sure"\nwho = "x"\nwhen = 2025-01-01',
            "status is one of",
        ),
        (
            '[[decision]]\nalignment = "a"\nsha256 = "b"\nstatus = "verified"\nwho = "x"\nwhen = "y"',
            "when is a date",
        ),
        ('[[decision]]\ncolour = "a"', "«colour» is not known"),
    ],
)
def test_a_damaged_file_of_decisions(tmp_path: Path, text: str, says: str) -> None:
    plan = tmp_path / "plan.txt"
    decisions_path(plan).write_text(text, "utf-8")
    with pytest.raises(DecisionsError, match=r"plan\.txt\.alignments\.toml") as fault:
        load_decisions(plan)
    assert says in str(fault.value)


def test_a_damaged_file_stops_no_build(chain: Path) -> None:
    decisions_path(chain / "plans" / PLAN_FILE).write_text("= no toml", "utf-8")
    built = run("build", chain / "plans", "--store", chain / "store")
    assert built.exit_code == 0
    assert "not TOML" in built.stderr


def test_what_stands_in_the_file_stays_to_the_letter(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    one = Decision("a", "mine", "theirs", seal("mine", "theirs"), "verified", "B", date(2025, 2, 3))
    file = append_decisions(plan, (one,))
    file.write_text(file.read_text("utf-8") + "\n# a note\n", "utf-8")
    before = file.read_text("utf-8")
    append_decisions(
        plan, (Decision("b", "", 'x "y"', "c", "disputed", "C", date(2025, 2, 4), "vì"),)
    )
    assert file.read_text("utf-8").startswith(before)
    assert [d.alignment for d in load_decisions(plan).values()] == ["a", "b"]
    assert load_decisions(plan)["a"] == one


# kg align


def test_kg_align_shows_plan_and_document_side_by_side(chain: Path) -> None:
    done = run(
        "align",
        "--store",
        chain / "store",
        "--plan",
        "9101/KH-UBND",
        "--format",
        "csv",
        "--lang",
        "en",
    )
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert lines[0].startswith("id,number,year,indicator,printed,type,nationalValue")
    assert [line.split(",")[5] for line in lines[1:]] == [
        "Localised",
        "Stricter",
        "Weaker",
        "Added",
        "Dropped",
    ]
    done = run("align", "--store", chain / "store", "--what", "tasks", "--format", "json")
    assert '"similarity": 0.873' in done.stdout


def test_kg_align_says_what_is_lacking(store_folder: Path) -> None:
    done = run("align", "--store", store_folder)
    assert "124/NQ-CP: its text is not in the data: wording not established" in done.stderr
    assert "chưa xác lập lời văn" in done.stdout


def test_a_plan_without_a_document_above(tmp_path: Path) -> None:
    text = (CHAIN / PLAN_FILE).read_text("utf-8")
    start = text.index("Thực hiện Nghị quyết")
    text = text[:start] + text[text.index("I. MỤC TIÊU") :]
    (tmp_path / "plan.txt").write_text(text, "utf-8")
    build([tmp_path / "plan.txt"], tmp_path / "store")
    done = run("align", "--store", tmp_path / "store")
    assert "9101/KH-UBND: no document above it is known" in done.stderr
    assert done.exit_code == 0


def test_an_amendment_that_was_not_seen_is_told() -> None:
    """The act that amends the resolution is named by the reference data or a plan; its text is not there."""
    store = ox.Store()
    amends = ox.Quad(
        ox.NamedNode(AMENDING), ox.NamedNode("http://data.europa.eu/eli/ontology#amends"), ox.NamedNode(PROGRAMME),
        ox.NamedNode(f"{BASE}graph/reference"),
    )  # fmt: skip
    based = ox.Quad(
        ox.NamedNode(IRI),
        ox.NamedNode("http://data.europa.eu/eli/ontology#based_on"),
        ox.NamedNode(AMENDING),
        ox.NamedNode(IRI),
    )
    text = ox.Quad(
        ox.NamedNode(PROGRAMME),
        ox.NamedNode(KH.hasClause),
        ox.NamedNode(PROGRAMME + "/c/1"),
        ox.NamedNode(PROGRAMME),
    )
    store.extend([amends, based, text])
    renew_alignments(store, [{"iri": IRI}], {}, "rules")
    node = ox.NamedNode(comparison_iri(IRI, PROGRAMME))
    unseen = store.quads_for_pattern(node, ox.NamedNode(KH.unseenAmendment), None, None)
    assert [str(q.object) for q in unseen] == [f"<{AMENDING}>"]


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real plans are not beside the project")
def test_a_real_chain_with_a_gap(tmp_path: Path) -> None:
    """57-NQ/TW → 03/NQ-CP (amended by 71/NQ-CP, which is not at hand) → plans of two provinces."""
    names = ("national/vn_nq03-nq-cp_2025_full.md", "ad5aff6c13929815.md", "f004d93b21e7fc5f.md")
    build([SHARED / name for name in names], tmp_path / "store")
    dataset = open_dataset(tmp_path / "store")
    compared = [
        r for r in rows(dataset, "alignment/documents") if r["documentNumber"] == "03/NQ-CP"
    ]
    assert {(r["number"], r["textHeld"], r["unseen"]) for r in compared} == {
        ("144/KH-UBND", True, "71/NQ-CP"),
        ("179/KH-UBND", True, "71/NQ-CP"),
    }
    taken = rows(dataset, "alignment/tasks", lang="vi")
    best = max(taken, key=lambda r: float(str(r["similarity"])))
    assert (best["number"], best["path"]) == ("179/KH-UBND", "V.4.e")
    assert {r["unseen"] for r in taken} == {"71/NQ-CP"}
    assert {r["reviewLabel"] for r in taken} == {"Chưa rà soát"}
    left = rows(dataset, "alignment/left-out", lang="vi")
    assert {r["number"] for r in left} == {"144/KH-UBND", "179/KH-UBND"}
    assert "71/NQ-CP" in run("align", "--store", tmp_path / "store").stderr
