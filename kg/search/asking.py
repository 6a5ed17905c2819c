"""Searching an index: names first, then the words of passages, each answer within a time."""

from __future__ import annotations

import contextlib
import json
import math
import queue
import sqlite3
import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .closeness import BEGINS, PHRASE, WORDS, Closeness, closeness
from .corrections import correct
from .entries import KINDS, NAMED, PASSAGES
from .index import FORM
from .query import Query, SearchError, parse_query
from .results import Found, Group, Hit
from .snippets import marks, snippet

SECONDS = 2.0
PAGE = 20  # hits of one kind on a page
_FEW = 5  # … where all kinds are shown
MOST = 1000  # hits of one kind that are counted
_CANDIDATES = 3000  # names that are looked at
_FOR_A_LIST = 600  # … for a list of suggestions
_SHORT = 8  # words of a search for which passages in other spellings are looked for
_STEPS = 20_000  # of the engine, between two looks at the clock
Range = tuple[int, int]


class SearchTimeout(SearchError):
    """A search that took longer than it may."""


class Index:
    """An index, open for reading from any thread.  *source*: its file, or an open connection."""

    def __init__(self, source: Path | sqlite3.Connection) -> None:
        """``ValueError`` where the file is no index of this form."""
        self._file = source if isinstance(source, Path) else None
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        try:
            first = self._open() if isinstance(source, Path) else source
            (form,) = first.execute("PRAGMA user_version").fetchone()
        except sqlite3.Error as fault:
            raise ValueError(f"{source}: {fault}") from None
        if form != FORM:
            raise ValueError(f"{source}: an index of another form")
        rows = first.execute("SELECT kind, first, last FROM span WHERE plan = ''").fetchall()
        self._ranges: dict[str, Range] = {kind: (a, b) for kind, a, b in rows}
        self._idle.put(first)
        self.close = weakref.finalize(self, _close, self._idle)

    def search(
        self,
        text: str,
        *,
        lang: str = "vi",
        kind: str | None = None,
        plan: str | None = None,
        page: int = 1,
        size: int | None = None,
        types: Iterable[str] = (),
    ) -> Found:
        """What is called *text* or holds its words, by kind.

        *kind*: only that one, *page* by page of *size*; *plan*: only what that plan (an IRI) names or holds; *types*: only
        named things of one of these (IRIs).  Raises ``SearchError`` for a text that is no search.
        """
        asked = parse_query(text)
        if kind is not None and kind not in KINDS:
            raise SearchError(f"there is no kind «{kind}»; they are {', '.join(KINDS)}")
        if not asked.plain:
            return Found(text)
        with self._connection() as connection:
            session = _Session(connection, self._ranges, asked, lang, plan, frozenset(types))
            groups = session.groups(kind, page, size or (PAGE if kind else _FEW))
            instead = correct(connection, asked) if not groups and page == 1 else None
            best = groups[0].hits[0] if groups and groups[0].hits else None
            return Found(text, tuple(groups), best, instead)

    def suggest(
        self,
        text: str,
        *,
        lang: str = "vi",
        limit: int = 10,
        kinds: Sequence[str] = NAMED,
        types: Iterable[str] = (),
    ) -> list[Hit]:
        """Names that go on as *text* begins, the likeliest first."""
        asked = parse_query(text)
        if not asked.plain:
            return []
        with self._connection() as connection:
            session = _Session(connection, self._ranges, asked, lang, None, frozenset(types))
            found = [(rank, thing) for thing, rank in session.named().items() if rank.kind in kinds]
            found.sort()
            return [session.hit(thing, rank.step) for rank, thing in found[:limit]]

    def describe(self, iris: Sequence[str], lang: str = "vi") -> dict[str, Hit]:
        """What the index knows of the things called *iris*."""
        with self._connection() as connection:
            session = _Session(connection, self._ranges, parse_query(""), lang, None, frozenset())
            found = {}
            for iri in iris:
                row = connection.execute("SELECT id FROM thing WHERE iri = ?", (iri,)).fetchone()
                if row is not None:
                    found[iri] = session.hit(row[0], 0)
            return found

    def _open(self) -> sqlite3.Connection:
        assert self._file is not None
        # Never altered once written: no locks, and no file but this one is opened.
        return sqlite3.connect(
            f"{self._file.absolute().as_uri()}?mode=ro&immutable=1",
            uri=True,
            check_same_thread=False,
        )

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else uses, and that gives up after ``SECONDS``."""
        try:
            connection = self._idle.get(block=self._file is None)
        except queue.Empty:
            connection = self._open()
        until = time.monotonic() + SECONDS
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        try:
            yield connection
        except sqlite3.OperationalError as fault:
            if "interrupted" in str(fault):
                raise SearchTimeout(
                    f"the search took longer than {SECONDS:g} seconds; give fewer or rarer words"
                ) from None
            raise
        finally:
            connection.set_progress_handler(None, 0)
            self._idle.put(connection)


def _close(idle: queue.LifoQueue[sqlite3.Connection]) -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            idle.get_nowait().close()


class _Session:
    """One search on one connection."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        ranges: dict[str, Range],
        asked: Query,
        lang: str,
        plan: str | None,
        types: frozenset[str],
    ) -> None:
        self._connection = connection
        self._ranges = ranges
        self._asked = asked
        self._lang = lang
        self._plan = plan
        self._types = types
        self._is_cut = False
        self._called: dict[int, str] = {}

    # -- names ----------------------------------------------------------------------------------------

    def named(self, most: int = _CANDIDATES) -> dict[int, Closeness]:
        """How close each thing is by the closest of its names; *most* names of each sort are looked at."""
        found: dict[int, Closeness] = {}
        for thing, exact, plain, kind, weight, types, text in self._candidates(most):
            if self._types and not self._types & set(json.loads(types)):
                continue
            rank = closeness(self._asked, exact, plain, kind, weight)
            if rank is not None and (thing not in found or rank < found[thing]):
                found[thing] = rank
                self._called[thing] = text
        return self._types_first(found)

    def _candidates(self, most: int) -> Iterator[tuple[int, str, str, str, int, str, str]]:
        """The names that may be meant: equal ones, those that begin so, and those that hold the words."""
        begins: set[int] = set()
        for _, plain in self._asked.spellings:
            for match in (f"plain : ^{_phrase(plain)} *", f"plain : {_all_words(plain)}"):
                rows = self._connection.execute(
                    "SELECT rowid FROM names WHERE names MATCH ? LIMIT ?", (match, most)
                ).fetchall()
                self._is_cut |= len(rows) == most
                begins.update(row[0] for row in rows)
            rows = self._connection.execute(
                "SELECT id FROM name WHERE plain = ? LIMIT ?", (plain, most)
            ).fetchall()
            begins.update(row[0] for row in rows)
        within = (
            "AND thing.id IN (SELECT thing FROM charge WHERE plan = :plan)" if self._plan else ""
        )
        yield from self._connection.execute(
            f"""SELECT thing.id, name.exact, name.plain, thing.kind, thing.weight, thing.types,
                       name.text
                FROM json_each(:ids) JOIN name ON name.id = json_each.value
                JOIN thing ON thing.id = name.thing {within}""",
            {"ids": json.dumps(sorted(begins)), "plan": self._plan},
        )

    def _types_first(self, found: dict[int, Closeness]) -> dict[int, Closeness]:
        """Where several agencies of one type are meant alike, and plans name them, the type is what was asked for;
        where one is, it comes before its type."""
        best = min(found.values(), default=None)
        if best is None or best.kind not in ("agency", "type"):
            return found
        alike = [
            thing
            for thing, rank in found.items()
            if rank.kind in ("agency", "type") and rank.step <= best.step + 2
        ]
        rows = self._connection.execute(
            "SELECT id, iri, kind, weight, types FROM thing WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(alike),),
        ).fetchall()
        leader = min(alike, key=lambda thing: found[thing])
        types = {iri: thing for thing, iri, kind, _, _ in rows if kind == "type"}
        of = {thing: types.keys() & set(json.loads(its)) for thing, _, _, _, its in rows}
        wanted = {iri for iri, thing in types.items() if thing == leader} or of[leader]
        named = [
            thing
            for thing, _, kind, weight, _ in rows
            if kind == "agency" and weight and of[thing] & wanted
        ]
        if sum(found[thing].step == best.step for thing in named) > 1:
            first = types[min(wanted)]
        elif len(named) == 1 and best.kind == "type":
            first = named[0]
        else:
            return found
        return {**found, first: best.before(found[first].kind)}

    # -- passages -------------------------------------------------------------------------------------

    def passages(self, kind: str, most: int, *, is_name: bool = False) -> list[tuple[int, int]]:
        """(thing, step) of the passages of *kind*: the words together and as typed, together, and anywhere; where they
        are the name of a body (*is_name*), only together."""
        span = self._span(kind)
        if span is None:
            return []
        found: dict[int, int] = {}
        spellings = (
            self._asked.spellings if len(self._asked.plain) <= _SHORT else self._asked.spellings[:1]
        )
        typed = [_phrase(exact) for exact, _ in spellings if exact]
        plain = [plain for _, plain in spellings]
        asked = [
            (PHRASE, " OR ".join(f"exact : {one}" for one in typed)),
            (
                PHRASE + self._asked.has_marks,
                " OR ".join(f"plain : {_phrase(one)}" for one in plain),
            ),
            (WORDS, " OR ".join(f"(plain : {_all_words(one, is_whole=True)})" for one in plain)),
        ]
        if len(self._asked.plain[-1]) > 2:
            asked.append((WORDS + 1, f"plain : {_all_words(plain[0])}"))
        for step, match in asked:
            if is_name and step >= WORDS:
                break
            if not match or len(found) >= most or (step > WORDS and found):
                continue
            rows = self._connection.execute(
                "SELECT rowid FROM texts WHERE texts MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?",
                (match, *span, most),
            )
            for (thing,) in rows:
                if len(found) < most:
                    found.setdefault(thing, step)
        return list(found.items())

    def _span(self, kind: str) -> Range | None:
        if self._plan is None:
            return self._ranges.get(kind)
        row: Range | None = self._connection.execute(
            "SELECT first, last FROM span WHERE kind = ? AND plan = ?", (kind, self._plan)
        ).fetchone()
        return row

    # -- groups ---------------------------------------------------------------------------------------

    def groups(self, kind: str | None, page: int, size: int) -> list[Group]:
        """The hits by kind, the group of the best first."""
        first = (page - 1) * size
        is_name = False
        found: list[tuple[Any, Group]] = []
        by_kind: dict[str, list[tuple[Closeness, int]]] = {}
        for thing, rank in self.named().items():
            is_name |= rank.step < BEGINS and rank.kind in ("agency", "type", "unit")
            by_kind.setdefault(rank.kind, []).append((rank, thing))
        for one, ranked in by_kind.items():
            if kind in (None, one):
                ranked.sort()
                hits = [self.hit(t, rank.step) for rank, t in ranked[first : first + size]]
                group = Group(one, len(ranked), self._is_cut, tuple(hits))
                found.append(((ranked[0][0].order, 0), group))
        for one in PASSAGES if kind is None else {kind} & set(PASSAGES):
            if passages := self.passages(one, MOST + 1, is_name=is_name):
                shown = passages[:MOST][first : first + size]
                hits = [self.hit(thing, step) for thing, step in shown]
                group = Group(one, min(len(passages), MOST), len(passages) > MOST, tuple(hits))
                found.append((((math.inf,), KINDS.index(one)), group))
        found.sort(key=lambda pair: pair[0])
        return [group for _, group in found]

    def hit(self, thing: int, step: int) -> Hit:
        row = self._connection.execute(
            """SELECT iri, kind, vi, en, about_vi, about_en, weight, types, text, cited_vi, cited_en, clause,
                      plan, number FROM thing WHERE id = ?""",
            (thing,),
        ).fetchone()
        label, about, cited = (row[i] if self._lang == "vi" else row[i + 1] for i in (2, 4, 9))
        marked = () if row[1] in PASSAGES else marks(label, self._asked)
        called = "" if marked or row[1] in PASSAGES else self._called.get(thing, "")
        if called and self._lang == "en" and row[2] != label:
            called = row[
                2
            ]  # the official name says more than a short form or a name without diacritics
        return Hit(
            iri=row[0],
            kind=row[1],
            label=label,
            about=about or "",
            marks=marked,
            called=called,
            snippet=snippet(row[8], self._asked) if row[1] in PASSAGES else None,
            closeness=step,
            weight=row[6],
            types=tuple(json.loads(row[7])),
            plan=row[12],
            number=row[13],
            cited=label if row[1] == "clause" else cited or "",
            clause=row[0] if row[1] == "clause" else row[11],
        )


def _phrase(words: str) -> str:
    """*words*, which hold letters and digits only, as a phrase of the engine."""
    return f'"{words}"'


def _all_words(words: str, *, is_whole: bool = False) -> str:
    """All of *words* in any order, the last as the beginning of a word unless *is_whole*."""
    quoted = [f'"{word}"' for word in dict.fromkeys(words.split())]
    return "(" + " AND ".join(quoted) + ("" if is_whole else " *") + ")"
