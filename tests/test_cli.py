"""The command line: exit codes, one-line errors, results apart from progress."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main

from .conftest import PLAN


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


@pytest.mark.parametrize(
    "command",
    [
        "read",
        "extract",
        "correct",
        "build",
        "remove",
        "diff",
        "validate",
        "findings",
        "ask",
        "query",
        "network",
        "dump",
        "load",
        "serve",
    ],
)
def test_every_command_helps_with_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"kg {command}" in result.output


def test_extract_prints_json_and_a_table() -> None:
    found = json.loads(run("extract", PLAN).stdout)
    assert (found["document"]["number"], len(found["tasks"]), len(found["targets"])) == (
        "06/KH-UBND",
        36,
        15,
    )
    table = run("extract", PLAN, "--format", "table").stdout
    assert "36 tasks" in table
    assert "lead: Sở Công Thương" in table


def test_read_prints_the_outline_or_the_text() -> None:
    outline = run("read", PLAN).stdout
    assert "[sec_II__para_2__point_dd] đ Các sở, ban, ngành tỉnh" in outline
    assert run("read", PLAN, "--format", "text").stdout_bytes == PLAN.read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("extract", "missing.txt"), 2, "no such file"),
        (("read", "."), 2, "this is a folder"),
        (("ask", "task/nothing"), 2, "there is no question"),
        (("ask", "task/list", "x=1"), 2, "has no parameter «x»"),
        (("ask", "task/list", "x"), 2, "not of the form name=value"),
        (("ask", "task/list", "--format", "xlsx"), 2, "add -o answer.xlsx"),
        (("query", "SELECT * { ?s ?p }"), 2, "line 1, column"),
        (("query", "CLEAR ALL {}"), 2, "only reads"),
        (("query", "missing.rq"), 2, "neither a query nor a file"),
        (("validate", "missing.ttl"), 2, "cannot be read"),
        (("validate", "plan.doc"), 2, "unknown type"),
        (("load", "missing.nq", "--store", "s"), 2, "cannot be read"),
        (("build", "missing.txt", "--store", "s"), 2, "no such file"),
    ],
)
def test_faults_are_one_line(
    store_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if words[0] in ("ask", "query"):
        words = (*words, "--store", str(store_folder))
    result = run(*words)
    assert result.exit_code == code
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "s" / "current").exists()


def test_build_tells_what_is_left_out_and_by_exit_code(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "good.txt").write_bytes(PLAN.read_bytes())
    first = run("build", folder, "--store", tmp_path / "s")
    assert first.exit_code == 0
    assert "06/KH-UBND" in first.stdout
    (folder / "empty.txt").write_bytes(b"")
    result = run("build", folder, "--store", tmp_path / "s")
    assert result.exit_code == 1
    assert "empty.txt: the file is empty" in result.stderr
    assert "0 built, 1 unchanged, 1 left out" in result.stdout
    assert run("build", folder / "empty.txt", "--store", tmp_path / "t").exit_code == 2


def test_a_text_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Xin chào các bạn, đây là một đoạn văn không có cấu trúc nào cả.\n", "utf-8")
    result = run("extract", file)
    assert result.exit_code == 2
    assert "nothing of an administrative document" in result.stderr
    assert run("build", file, "--store", tmp_path / "s").exit_code == 2


def test_a_draft_is_built_with_the_identity_that_is_told(tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    text = PLAN.read_text("utf-8").replace("Số: 06/KH-UBND", "Số:    /KH-UBND")
    draft.write_text(
        text.replace("14 tháng 01 năm 2021\n|\nKẾ", "    tháng 01 năm 2021\n|\nKẾ"), "utf-8"
    )
    assert json.loads(run("extract", draft).stdout)["document"]["date"] is None
    assert run("build", draft, "--store", tmp_path / "s").exit_code == 2
    told = run(
        "build", draft, "--store", tmp_path / "s", "--number", "07/KH-UBND", "--date", "2021-02-01"
    )
    assert told.exit_code == 0, told.output
    assert "07/KH-UBND" in told.stdout
    assert run("validate", "--store", tmp_path / "s").exit_code == 0
    query = (
        "SELECT ?n ?d WHERE { ?p a kh:AdministrativePlan ; eli:id_local ?n ; eli:date_document ?d }"
    )
    assert run("query", query, "--store", tmp_path / "s", "--format", "csv").stdout.split() == [
        "n,d",
        "07/KH-UBND,2021-02-01",
    ]


def test_validate_by_exit_code(store_folder: Path, tmp_path: Path) -> None:
    assert run("validate", "--store", store_folder).exit_code == 0
    file = tmp_path / "plan.ttl"
    assert run("dump", "--store", store_folder, "--format", "turtle", "-o", file).exit_code == 0
    assert run("validate", file).exit_code == 0
    from rdflib import Graph

    from kg.names import KH

    from .test_graph import node

    graph = Graph().parse(file)
    graph.remove((node("task/II.1.a.p1"), KH.leadAgency, None))
    graph.serialize(file, format="turtle")
    result = run("validate", file)
    assert result.exit_code == 1
    assert "Shortcut-leadAgency" in result.stdout
    assert "II.1.a.p1" in result.stdout
    assert "đoạn 1, điểm a, khoản 1, Mục II" in result.stdout
    assert "task/II.1.a.p1" in result.stdout


def test_findings_name_what_is_open(store_folder: Path) -> None:
    result = run("findings", "--store", store_folder)
    assert result.exit_code == 0
    for words in ("II.7.a.p1", "II.7.b", "2045"):
        assert words in result.stdout
    assert "II.7.b" in run("findings", "--store", store_folder, "--format", "csv").stdout
    assert (
        len(json.loads(run("findings", "--store", store_folder, "--format", "json").stdout)) == 36
    )


def test_a_query_of_a_store_asks_no_other_server(store_folder: Path) -> None:
    query = "SELECT * WHERE { SERVICE <http://127.0.0.1:1/x> { ?s ?p ?o } }"
    answer = run("query", query, "--store", store_folder)
    assert answer.exit_code == 2
    assert "SERVICE asks another server" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_ask_query_dump_load(store_folder: Path, tmp_path: Path) -> None:
    assert "task/innovation-coordinators" in run("ask").stdout
    assert "Which agencies" in run("ask", "--lang", "en").stdout
    answer = run("ask", "task/list", "--store", store_folder, "--format", "csv")
    assert answer.stdout_bytes.count(b"\r\n") == 37
    workbook = tmp_path / "a.xlsx"
    assert (
        run(
            "ask", "task/list", "--store", store_folder, "--format", "xlsx", "-o", workbook
        ).exit_code
        == 0
    )
    assert workbook.read_bytes()[:2] == b"PK"
    file = tmp_path / "q.rq"
    file.write_text("SELECT (COUNT(?t) AS ?n) { ?t a kh:Task }", "utf-8")
    assert run("query", file, "--store", store_folder, "--format", "csv").stdout.split() == [
        "n",
        "36",
    ]
    everything = tmp_path / "all.nq"
    assert run("dump", "--store", store_folder, "-o", everything).exit_code == 0
    assert run("load", everything, "--store", tmp_path / "copy").exit_code == 0
    copy = run("query", file, "--store", tmp_path / "copy", "--format", "csv")
    assert copy.stdout.split() == ["n", "36"]


def test_the_bundled_store_is_built_once_and_again_when_something_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg import pipeline

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    said: list[str] = []
    first = pipeline.default_store(said.append)
    assert said[0] == "building the bundled plan"
    said.clear()
    assert pipeline.default_store(said.append) == first
    assert said == []
    monkeypatch.setattr(pipeline, "bundle_fingerprint", lambda: "other")
    pipeline.default_store(said.append)
    assert said[0] == "building the bundled plan"


def test_a_loaded_turtle_file_is_checked_too(store_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.ttl"
    assert run("dump", "--store", store_folder, "--format", "turtle", "-o", file).exit_code == 0
    text = file.read_text("utf-8").replace(
        'eli:id_local "06/KH-UBND"', 'eli:id_local "06/KH-UBND" , "x"'
    )
    file.write_text(text, "utf-8")
    assert run("load", file, "--store", tmp_path / "s").exit_code == 0
    result = run("validate", "--store", tmp_path / "s")
    assert result.exit_code == 1
    assert "Plan-number" in result.stdout


def test_a_file_that_does_not_parse_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("<a> <b", "utf-8")
    result = run("validate", bad)
    assert result.exit_code == 2
    assert "bad.ttl: does not parse as Turtle" in result.stderr
    bad.write_text("", "utf-8")
    assert "no statements" in run("validate", bad).stderr
