"""The index of one version of the dataset: one SQLite file, written once, read by many.

Things are numbered kind by kind, the likeliest first, so that the first rows of any answer are its best; names and
words are kept in two spellings, with diacritics and without, as FTS5 folds neither «đ» nor the place of a tone mark.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from .entries import KINDS, PASSAGES, Entry
from .tokens import both

FILE = "search.db"
FORM = 1  # of the tables below; a file of another form is made again
_TABLES = f"""
PRAGMA user_version = {FORM};
CREATE TABLE thing (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, vi TEXT NOT NULL, en TEXT NOT NULL,
    about_vi TEXT, about_en TEXT, weight INTEGER NOT NULL, types TEXT NOT NULL, text TEXT NOT NULL,
    cited_vi TEXT, cited_en TEXT, clause TEXT, plan TEXT, number TEXT, date TEXT);
CREATE TABLE name (
    id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, exact TEXT NOT NULL, plain TEXT NOT NULL,
    text TEXT NOT NULL);
CREATE TABLE span (kind TEXT, plan TEXT, first INTEGER, last INTEGER, PRIMARY KEY (kind, plan)) WITHOUT ROWID;
CREATE TABLE charge (plan TEXT, thing INTEGER, PRIMARY KEY (plan, thing)) WITHOUT ROWID;
CREATE TABLE word (plain TEXT PRIMARY KEY, exact TEXT, uses INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE names USING fts5 (exact, plain, content='', columnsize=0, prefix='1 2 3', tokenize='unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE texts USING fts5 (exact, plain, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0');
"""
_INDICES = """
CREATE UNIQUE INDEX thing_iri ON thing (iri);
CREATE INDEX name_exact ON name (exact);
CREATE INDEX name_plain ON name (plain);
CREATE INDEX name_thing ON name (thing);
ANALYZE;
"""
_SHORTEST = 2  # letters of a word that is proposed for a misspelt one


def write_index(entries: Iterable[Entry], file: Path) -> None:
    """Write the index of *entries* to *file*, which appears when it is whole."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    try:
        connection = sqlite3.connect(aside)
        try:
            fill(connection, entries)
        finally:
            connection.close()
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def fill(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Make the tables in *connection*, an empty database, and put *entries* into them."""
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
    ordered = sorted(entries, key=_place)
    uses: Counter[tuple[str, str]] = Counter()
    name_id = 0
    with connection:
        for number, entry in enumerate(ordered, 1):
            connection.execute(
                "INSERT INTO thing VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", _row(number, entry)
            )
            if entry.kind in PASSAGES:
                exact, plain = both(entry.text)
                row = (number, exact, plain)
                connection.execute("INSERT INTO texts (rowid, exact, plain) VALUES (?,?,?)", row)
                uses.update(zip(plain.split(), exact.split(), strict=True))
                continue
            called: dict[tuple[str, str], str] = {}
            for name in (entry.vi, entry.en, *entry.names):
                called.setdefault(both(name), name)
            for (exact, plain), name in called.items():
                if plain:
                    name_id += 1
                    row = (name_id, exact, plain)
                    connection.execute(
                        "INSERT INTO name VALUES (?,?,?,?,?)", (name_id, number, *row[1:], name)
                    )
                    connection.execute(
                        "INSERT INTO names (rowid, exact, plain) VALUES (?,?,?)", row
                    )
                    uses.update(zip(plain.split(), exact.split(), strict=True))
        _spans(connection, ordered)
        _words(connection, uses)
    connection.executescript(_INDICES)


def _place(entry: Entry) -> tuple[object, ...]:
    """Kind by kind; what plans name most, and of passages those of the newest plans, first."""
    newest = tuple(-ord(c) for c in entry.date)
    if entry.kind in PASSAGES:
        return (KINDS.index(entry.kind), newest, entry.plan or "", entry.order, entry.iri)
    alphabet = both(entry.vi)[1]
    return (
        KINDS.index(entry.kind), -entry.weight, entry.is_past, newest, len(entry.vi), alphabet, entry.iri,
    )  # fmt: skip


def _row(number: int, entry: Entry) -> tuple[object, ...]:
    """The row of *entry*; a clause is its own clause, and its label the citation, which is not said twice."""
    is_clause = entry.kind == "clause"
    cited, clause = ((None, None), None) if is_clause else (entry.cited, entry.clause)
    return (
        number, entry.iri, entry.kind, entry.vi, entry.en, *entry.about, entry.weight,
        json.dumps(entry.types), entry.text, *cited, clause, entry.plan, entry.number, entry.date,
    )  # fmt: skip


def _spans(connection: sqlite3.Connection, ordered: list[Entry]) -> None:
    """Where each kind stands, and in it the passages of each plan; which plans name a thing."""
    spans: dict[tuple[str, str], tuple[int, int]] = {}
    for number, entry in enumerate(ordered, 1):
        keys = [(entry.kind, "")]
        if entry.kind in PASSAGES and entry.plan:
            keys.append((entry.kind, entry.plan))
        for key in keys:
            spans[key] = (spans.get(key, (number, 0))[0], number)
        connection.executemany(
            "INSERT OR IGNORE INTO charge VALUES (?,?)", [(plan, number) for plan in entry.plans]
        )
    connection.executemany(
        "INSERT INTO span VALUES (?,?,?,?)", [(*key, *ends) for key, ends in spans.items()]
    )


def _words(connection: sqlite3.Connection, uses: Counter[tuple[str, str]]) -> None:
    """The words there are, with the spelling that is used most."""
    found: dict[str, tuple[int, str, int]] = {}
    for (plain, exact), count in uses.items():
        best, spelling, total = found.get(plain, (0, "", 0))
        if (count, exact) > (best, spelling):
            best, spelling = count, exact
        found[plain] = (best, spelling, total + count)
    connection.executemany(
        "INSERT INTO word VALUES (?,?,?)",
        [
            (plain, spelling, total)
            for plain, (_, spelling, total) in found.items()
            if len(plain) >= _SHORTEST and plain.isalpha()
        ],
    )
