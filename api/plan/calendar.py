"""When things are due: by day of every year, by date, by the end of a time, and what recurs without a day."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icalendar import Calendar, Event

from .model import Document, Due, Task

_YEARLY = re.compile(r"--(\d\d)-(\d\d)$")
_ONE = datetime.timedelta(days=1)
_NEXT_LEAP = 8  # the most years between two 29ths of February


@dataclass(frozen=True, slots=True)
class Entry:
    """*when* sorts: "--11-10", "2025-11-10", "2025"; *due* where the plan sets a deadline, else the end of a time."""

    when: str
    due: Due | None
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """*recurring*: what comes again and again, by the words that say so, without a day of its own."""

    yearly: tuple[Entry, ...]
    dated: tuple[Entry, ...]
    recurring: tuple[tuple[str, tuple[Task, ...]], ...]

    @property
    def size(self) -> int:
        return len(self.yearly) + len(self.dated) + len(self.recurring)


def agenda(tasks: Sequence[Task]) -> Agenda:
    days: dict[tuple[str, bool | None], tuple[Due | None, list[Task]]] = {}
    recurring: dict[str, list[Task]] = {}
    for task in tasks:
        for due in task.dues:
            days.setdefault((due.day, due.is_inclusive), (due, []))[1].append(task)
        if task.dues or task.time is None:
            continue
        if task.time.frequencies:
            recurring.setdefault(task.time.text, []).append(task)
        elif task.time.end:
            days.setdefault((task.time.end, None), (None, []))[1].append(task)
    entries = [
        Entry(day, due, tuple(found))
        for (day, _), (due, found) in sorted(days.items(), key=lambda d: d[0][0])
    ]
    return Agenda(
        tuple(e for e in entries if e.when.startswith("--")),
        tuple(e for e in entries if not e.when.startswith("--")),
        tuple((words, tuple(found)) for words, found in recurring.items()),
    )


def last_day(due: Due, not_before: datetime.date) -> datetime.date | None:
    """The last day on which it is in time: the first such day that is not before *not_before*, for one that comes
    every year; None where the data holds no day."""
    if yearly := _YEARLY.match(due.day):
        month, day = int(yearly[1]), int(yearly[2])
        for year in range(not_before.year, not_before.year + _NEXT_LEAP + 1):
            found = _day(year, month, day, due.is_inclusive)
            if found and found >= not_before:
                return found
        return None
    try:
        at = datetime.date.fromisoformat(due.day)
    except ValueError:
        return None
    return at if due.is_inclusive else _before(at)


def _day(year: int, month: int, day: int, is_inclusive: bool) -> datetime.date | None:
    try:
        at = datetime.date(year, month, day)
    except ValueError:
        return None
    return at if is_inclusive else _before(at)


def _before(day: datetime.date) -> datetime.date | None:
    return day - _ONE if day > datetime.date.min else None


def icalendar(document: Document, lang: str) -> bytes:
    """The deadlines that have a day, as RFC 5545: all-day events on the last day that is in time.

    What comes every year recurs from the first such day after the plan's own date.  Times that name a year only are
    no events.  The same plan gives the same bytes.
    """
    identity = document.identity
    issued = _date(identity.day) or datetime.date(1970, 1, 1)
    calendar = Calendar()
    calendar.add(
        "prodid",
        "-//kehoach//plan deadlines//VI" if lang == "vi" else "-//kehoach//plan deadlines//EN",
    )
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", identity.label)
    for task, due in _dues(document.tasks):
        day = last_day(due, issued)
        if day is None:
            continue
        event = Event()
        event.add("uid", f"{uuid.uuid5(uuid.NAMESPACE_URL, f'{task.iri} {due.day}')}@kehoach")
        event.add(
            "dtstamp", datetime.datetime(issued.year, issued.month, issued.day, tzinfo=datetime.UTC)
        )
        event.add("dtstart", day)
        event.add("dtend", day + _ONE)
        if due.day.startswith("--"):
            event.add("rrule", {"freq": "yearly"})
        event.add("summary", f"{identity.number} {task.path}: {_short(task.text)}")
        said = task.time.text if task.time else due.day
        event.add("description", f"{said}\n\n{task.text}\n\n{identity.label}")
        event.add("url", task.iri)
        event.add("transp", "TRANSPARENT")
        if agencies := ", ".join(p.agent.label for p in task.of("lead")):
            event.add("comment", agencies)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _dues(tasks: Sequence[Task]) -> Iterator[tuple[Task, Due]]:
    for task in tasks:
        for due in task.dues:
            yield task, due


def _date(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text or "")
    except ValueError:
        return None


def _short(text: str, length: int = 100) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"
