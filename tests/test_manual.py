"""The manual: it is built, its links lead somewhere, and what it tells its reader to do works."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kg.catalogue import questions
from kg.cli import main

from .documented import Block, Sandbox, blocks, missing, steps

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md"))
LANGUAGES = ("vi", "en")
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))
# What stands in ```sh and is not run here, since it needs the network or a program of another field.
NOT_RUN = ("pip ", "apt-get ", "sudo ", "git clone ", "ocrmypdf ", "Rscript ", ".venv/bin/python -m build ", "make docs", "make test", "make score", "make manual-pictures", "python -m http.server ")  # fmt: skip


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_tells_to_do_works(name: str, tmp_path: Path, cache: Path) -> None:
    """Pages in Vietnamese tell the same to do, which a test below sees to: run are those that differ in language."""
    page = (DOCS / name).read_text("utf-8")
    if name.startswith("vi/") and list(blocks(page)) == list(
        blocks((DOCS / name.replace("vi/", "en/")).read_text("utf-8"))
    ):
        pytest.skip("the page tells nothing that the one in English does not")
    if not any(b.language in ("console", "python", "sparql", "diff") for b in blocks(page)):
        pytest.skip("the page tells nothing to be run")
    changes = any(b.language == "diff" or b.title.startswith("queries/") for b in blocks(page))
    with Sandbox(tmp_path, cache, own_copy=changes) as sandbox:
        sandbox.follow(page)


@pytest.mark.parametrize("name", PAGES)
def test_what_is_not_run_is_of_other_programs(name: str) -> None:
    for block in blocks((DOCS / name).read_text("utf-8")):
        assert block.language != "bash", "use console (run) or sh (not run)"
        if block.language == "sh":
            for line in block.text.splitlines():
                elsewhere = (
                    line.startswith(("kg ", "curl ")) and "http" in line
                )  # another service is meant
                assert elsewhere or line.startswith(("#", *NOT_RUN)), line


def test_the_runner_sees_what_does_not_hold(tmp_path: Path, cache: Path) -> None:
    with Sandbox(tmp_path, cache, own_copy=False) as sandbox:
        sandbox.follow("```python\nprint('mot')\n```\n```text\nm…t\n```\n")
        sandbox.follow('```text title="a.txt"\nmot\n```\n```console\n$ cat a.txt\nm…t\n```\n')
        for page in (
            "```console\n$ cat a.txt\nhai\n```\n",
            "```console\n$ false\n```\n",
            "```python\nraise SystemExit(1)\n```\n",
            "```python\nprint('mot')\n```\n```text\nhai\n```\n",
            "```diff\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-hai\n+ba\n```\n",
        ):
            with pytest.raises(AssertionError):
                sandbox.follow(page)


def test_the_lines_of_a_console() -> None:
    assert list(steps("$ a \\\n    b\nx\n\n$ c\n")) == [("a  b", ["x"]), ("c", [])]
    assert missing(["x …", "y"], "x  1\ny\n") == []
    assert missing(["y", "x …"], "x  1\ny\n") == ["x …"]


def test_every_page_of_a_language_is_there_in_the_other() -> None:
    vi, en = ({p.name for p in (DOCS / lang).glob("*.md")} for lang in LANGUAGES)
    assert vi == en


@pytest.mark.parametrize("name", [p for p in PAGES if p.startswith("vi/")])
def test_both_languages_tell_the_same_to_do(name: str) -> None:
    """The same blocks in the same order, but for comments and the language of labels in programs."""
    here = list(blocks((DOCS / name).read_text("utf-8")))
    there = list(blocks((DOCS / name.replace("vi/", "en/")).read_text("utf-8")))
    assert [b.language for b in here] == [b.language for b in there]
    for one, other in zip(here, there, strict=True):
        assert _done_by(one) == _done_by(other)


@pytest.mark.parametrize("name", [p for p in PAGES if p.startswith(("vi/", "en/"))])
def test_a_page_asks_for_its_own_language(name: str) -> None:
    here = name.partition("/")[0]
    for block in blocks((DOCS / name).read_text("utf-8")):
        for lang in re.findall(r"""\blang(?:="?| )(vi|en)\b""", block.text):
            assert lang == here, block.text


def _done_by(block: Block) -> str | list[tuple[str, int]]:
    """What is to be done; of what is printed, in the language of the page, only how many lines."""
    bare = re.sub(r"""\blang(="?| )(vi|en)\b""", "", block.text)
    if block.language == "console":
        return [(command, len(expected)) for command, expected in steps(bare)]
    if block.language in ("python", "r"):
        return re.sub(r"\s+#[^\n]*", "", bare)
    return str(bare.count("\n")) if block.language == "text" and not block.title else bare


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual as built without Chromium and without running the notebooks."""
    from manual.__main__ import make

    folder = tmp_path_factory.mktemp("manual")
    make(folder / "docs", folder / "no-pictures", run=False)
    return folder / "docs"


def text_of(site: Path, name: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser((site / name).read_text("utf-8")).text()


def test_the_manual_is_built_and_no_link_is_dead(site: Path) -> None:
    # ``make`` has followed the links; a fault would have ended it.
    for lang in LANGUAGES:
        for name in ("index", "tutorial", "method", "corrections", "reference-commands"):
            assert (site / lang / f"{name}.html").is_file()


def test_pages_without_pictures_say_so(site: Path) -> None:
    assert "make manual-pictures" in text_of(site, "en/tutorial.html")
    assert "make manual-pictures" in text_of(site, "vi/tutorial.html")


def test_dead_links_are_seen(tmp_path: Path) -> None:
    from manual.checking import faults

    (tmp_path / "b.html").write_text('<p id="a">', "utf-8")
    (tmp_path / "a.html").write_text(
        '<a href="b.html#a">1</a><a href="b.html#c">2</a><a href="c.html">3</a><a href="http://x">4</a>'
        '<script src="https://cdn.example/x.js"></script><a href="https://example.org/">5</a>',
        "utf-8",
    )
    found = "\n".join(faults(tmp_path))
    assert len(found.splitlines()) == 4
    for told in (
        "b.html#c: there is no such anchor",
        "c.html: there is no such file",
        "http://x",
        "loads",
    ):
        assert told in found


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_say_that_they_are_in_english(site: Path, file: Path) -> None:
    from selectolax.lexbor import LexborHTMLParser

    for lang in LANGUAGES:
        page = LexborHTMLParser((site / lang / f"notebook-{file.stem}.html").read_text("utf-8"))
        article = page.css_first("article")
        assert article is not None
        assert article.attributes["lang"] == "en"
        assert all("Tóm tắt" in p.text() for p in article.css("p[lang=vi]"))
        assert len(article.css("p[lang=vi]")) == article.text().count("Tóm tắt.")
    assert "Notebook (tiếng Anh)" in text_of(site, "vi/index.html")


def test_the_way_past_the_menu_says_where_it_leads(site: Path) -> None:
    for lang, told in (("vi", "Chuyển đến nội dung"), ("en", "Skip to content")):
        page = (site / lang / "tutorial.html").read_text("utf-8")
        assert re.search(rf'class="?md-skip"?[^>]*>\s*{told}\s*<', page)


def test_a_page_keeps_its_language_where_it_is_switched(site: Path) -> None:
    assert 'href="../vi/tutorial.html"' in (site / "en" / "tutorial.html").read_text("utf-8")
    assert '<html lang="vi"' in (site / "vi" / "tutorial.html").read_text("utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reference_has_everything(site: Path, lang: str) -> None:
    from kg.api.openapi import document

    told = text_of(site, f"{lang}/reference-questions.html")
    for question in questions().values():
        assert question.id in told
        assert " ".join(question.text(lang).split()) in " ".join(told.split())
    told = text_of(site, f"{lang}/reference-commands.html")
    assert all(f"kg {name}" in told for name in main.commands)
    told = text_of(site, f"{lang}/reference-ontology.html")
    ontology = (ROOT / "ontology" / "kh.ttl").read_text("utf-8")
    for term in re.findall(
        r"^kh:(\w+) a owl:(?:Class|ObjectProperty|DatatypeProperty)", ontology, re.MULTILINE
    ):
        assert f"kh:{term}" in told
    told = text_of(site, f"{lang}/reference-shapes.html")
    for file in (ROOT / "shapes").glob("*.ttl"):
        shapes = file.read_text("utf-8")
        for message in re.findall(rf'sh:message[^;]*?"([^"{{]+)"@{lang}', shapes):
            assert " ".join(message.split()) in " ".join(told.split())
    told = text_of(site, f"{lang}/reference-addresses.html")
    for path in document("http://x")["paths"]:
        if not path.startswith("/q/"):
            assert path in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_figures_of_the_method_are_those_of_the_readme(lang: str) -> None:
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    names = ("document", "references", "details", "targets", "tasks", "roles", "times")
    figures = [re.search(rf"{name} (\d\.\d{{3}})", readme) for name in names]
    row = " | ".join(found.group(1) for found in figures if found)
    assert row.count("|") == len(names) - 1
    assert row in (DOCS / lang / "method.md").read_text("utf-8")


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_are_kept_without_outputs(file: Path) -> None:
    for cell in json.loads(file.read_text("utf-8"))["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.slow
@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_run(
    file: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from manual.notebooks import run

    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    done = run(file, DOCS / "notebooks")
    figures = sum(
        "image/png" in output.get("data", {})
        for cell in done.cells
        for output in cell.get("outputs", [])
    )
    assert figures >= 2, "a notebook has figures"


def test_there_are_three_notebooks() -> None:
    assert len(NOTEBOOKS) == 3
