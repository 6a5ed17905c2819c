"""Texts that nobody wrote: reading never raises, keeps every word, quotes its places, and stays linear."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.extract import extract
from kg.extract.as_json import plan_json
from kg.model import Document, Plan
from kg.passages import make_passage
from kg.registry import load_registry
from kg.resolution import resolve
from kg.structure import find_clauses

PIECES = (
    "KẾ HOẠCH", "QUYẾT ĐỊNH", "PHỤ LỤC I", "I. ", "II- ", "A. ", "1. ", "1.1. ", "2.1.1 ", "a) ", "đ) ", "(1) ", "- ", "+ ",
    "Nhiệm vụ 1. ", "Điều 3. ", "Bước 2: ", "|", "| a | b |", "|---|", "## ", "**", "*", "\\", "<br>", "Số: 06/KH-UBND",
    "Cơ quan chủ trì: ", "Đơn vị phối hợp: ", "Thời gian thực hiện: ", "(Chủ trì: ", "Sản phẩm: ", "Nội dung: ", "nt",
    "Sở Y tế", "Sở Nội vụ, Tư pháp", "UBND các xã: A, B", "các sở, ban, ngành", "Bộ trưởng", "Giám đốc các Sở: ", "Đề nghị ", "Giao ",
    "phối hợp với ", "chủ trì, ", "có trách nhiệm ", "trước ngày 31/02/2025 ", "quý IV/2025 ", "hằng năm ", "năm 2021 - 2030 ",
    "Nghị quyết số 57-NQ/TW ngày 22/12/2024 ", "12,5% ", "1.500.000 lượt khách ", "từ 60-70% ", "≥ 5 ", "trong đó ", "GRDP ",
    "Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn A", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", ".", ":", ";", ", ", "\n",
    "\n\n", " ", "\r\n", "\ufeff", "e\u0302\u0301", "(", ")", "“", "\x0b", "\u2028", "İ", "ǆ", "0" * 40, "1.",
)  # fmt: skip
soups = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def read(text: str) -> Plan:
    return extract(find_clauses(Document("x.txt", "txt", text, "0" * 64)))


def words(text: str) -> str:
    return "".join(c for c in make_passage(text, 0, len(text)).text if c.isalnum())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(soups)
def test_a_soup_is_read_whole_and_every_item_quotes_its_place(text: str) -> None:
    plan = read(text)
    document = plan.outline.document
    for task in plan.tasks:
        assert words(task.text) == words(document.quote(task.span))
        for role in task.roles:
            assert 0 <= role.mention.span.start <= role.mention.span.end <= len(text)
            assert role.mention.name.strip()
    for target in plan.targets:
        assert words(target.amount.quote) == words(document.quote(target.amount.span))
    for reference in plan.references:
        assert document.quote(reference.span)
    assert len({t.key for t in plan.tasks}) == len(plan.tasks)
    assert len({c.path for c in plan.outline.clauses}) == len(plan.outline.clauses)
    plan_json(resolve(plan, load_registry()))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_no_word_of_a_soup_is_lost(pieces: list[str]) -> None:
    """Each word stands in the head, in a clause, at the foot or in the names of a table's columns."""
    text = "".join(f"{piece}Từ{number}x " for number, piece in enumerate(pieces))
    outline = find_clauses(Document("x.txt", "txt", text, "0" * 64))
    parts = [p.text for p in (*outline.header, *outline.recipients, *outline.signature)]
    for clause in outline.clauses:
        parts += [clause.passage.text, *clause.columns]
    kept = " ".join(parts)
    assert [n for n in range(len(pieces)) if f"Từ{n}x" not in kept] == []


SHAPES: dict[str, Callable[[int], str]] = {
    "short lines": lambda n: "\n".join(f"{i}. Sở Y tế làm việc {i}" for i in range(n)),
    "nested": lambda n: "\n".join(
        ("I. ", "1. ", "1.1. ", "a) ", "- ", "+ ")[i % 6] + "Sở Y tế: phối hợp với" for i in range(n)
    ),
    "groups as headings": lambda n: "KẾ HOẠCH\nI. NHIỆM VỤ\n"
    + "\n\n".join(f"{i % 900}. Các doanh nghiệp lớn hoạt động\n\n- Làm việc {i}." for i in range(n)),
    "one opener": lambda n: "KẾ HOẠCH\nI. NHIỆM VỤ\n\nSở Y tế có trách nhiệm:\n\n"
    + "\n\n".join(f"a) Làm việc {i}." for i in range(n)),
    "one sentence": lambda n: "KẾ HOẠCH\n1. " + "Sở Y tế, " * n,
    "labels": lambda n: "KẾ HOẠCH\n1. Việc này. " + "Đơn vị chủ trì: Sở Y tế. " * n,
    "rows": lambda n: "| a | b | Sở Y tế |\n" * n,
    "cells": lambda n: "|\nSở Y tế\n|\n1\n" * n,
    "numbers": lambda n: "KẾ HOẠCH\nI. MỤC TIÊU\n1. " + "đạt 12,5% và trên 3.000 ha; " * n,
    "citations": lambda n: "Căn cứ " + "Nghị quyết số 57-NQ/TW ngày 22/12/2024; " * n,
    "bold": lambda n: "**a\n" + "**b** c\n" * n,
    "brackets": lambda n: "1. " + "(" * n + "Chủ trì: Sở Y tế",
    "capitals": lambda n: "SỞ Y TẾ " * n,
}  # fmt: skip


def seconds(text: str) -> float:
    start = time.process_time()
    read(text)
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_length_and_no_faster(shape: str) -> None:
    """Eight times the text may not take forty times as long (a square would take sixty-four)."""
    small, large = SHAPES[shape](1_000), SHAPES[shape](8_000)
    read(small)
    before = max(min(seconds(small) for _ in range(3)), 0.02)
    assert min(seconds(large) for _ in range(2)) < 40 * before


@pytest.mark.slow
def test_five_megabytes_and_a_hundred_thousand_lines_are_read(plan_file: Path) -> None:
    text = plan_file.read_text("utf-8")
    long = text * (5_000_000 // len(text.encode()) + 1)
    assert len(long.encode()) > 5_000_000
    assert len(read(long).tasks) >= 36
    assert read(SHAPES["short lines"](100_000)).tasks
    assert len(read(SHAPES["nested"](10_000)).outline.clauses) == 10_000
