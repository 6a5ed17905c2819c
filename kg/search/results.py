"""What a search answers."""

from __future__ import annotations

from dataclasses import dataclass

from .snippets import Snippet


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found.

    *label* and *about* are in the language asked for; *marks* are (start, end) of the words in *label*; *snippet* shows
    them in its text; *called* is the name it was found by, where the label shows nothing of it (in English: the Vietnamese label).  *closeness* is from 0 (the name itself, as it is written) to ``WORDS`` (only its words);
    *weight* counts the facts of plans that name it.  *plan*, *number*, *cited* and *clause* say where a passage
    stands.
    """

    iri: str
    kind: str
    label: str
    about: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    called: str = ""
    snippet: Snippet | None = None
    closeness: int = 0
    weight: int = 0
    types: tuple[str, ...] = ()
    plan: str | None = None
    number: str | None = None
    cited: str = ""
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind: those of the page asked for, and how many there are (*count*; more, where *is_more*)."""

    kind: str
    count: int
    is_more: bool
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """*groups* have hits, the one with the best first; *best* is that hit.  *instead*: a spelling that would find
    something, where this one finds nothing."""

    query: str
    groups: tuple[Group, ...] = ()
    best: Hit | None = None
    instead: str | None = None
