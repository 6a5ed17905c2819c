"""The tasks of a plan beside those of a document above it, by their words.

A text is the set of its syllables and of the pairs of neighbouring ones (a Vietnamese word mostly has two), each
weighted by how rare it is in the two documents (tf-idf); two texts are as alike as their vectors point the same
way (cosine).  Weights come from the two documents alone, so that a comparison does not change with what else is in
the store.  Measured on a real chain against ratios of edit distance, which mistake the common words of
administration for likeness: docs/alignment.md.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import regex as re

from ..text import fold
from .model import Match, Task, Type

_SYLLABLE = re.compile(r"\w+")
THRESHOLD = 0.26  # where about half of the matches judged by hand were right: docs/alignment.md
NEARLY_ALL = 0.97  # from here on the words are the same but for the place's name and the like
# From this likeness on, so many of those judged by hand were right.
_JUDGED = ((NEARLY_ALL, 0.99), (0.5, 0.9), (0.4, 0.65), (0.35, 0.6), (0.3, 0.55), (0.0, 0.5))
_MOST = 3  # tasks above that one task may be worded like
_NEAR_BEST = 0.75  # of the likeness of the best of them
_SHOWN = 3  # runs of words that are named as what decided

Vector = Mapping[str, float]


def compare_tasks(own: Sequence[Task], above: Sequence[Task], document: str) -> tuple[Match, ...]:
    """For each task of a plan those of *document* that its words are nearest to, if they are near enough.

    ``similarity`` is the cosine; ``confidence`` the share of matches of that likeness that a person found right.
    """
    vectors = _vectors([task.text for task in (*own, *above)])
    mine, theirs = vectors[: len(own)], vectors[len(own) :]
    having: dict[str, list[tuple[int, float]]] = {}
    for place, vector in enumerate(theirs):
        for term, weight in vector.items():
            having.setdefault(term, []).append((place, weight))
    found: list[Match] = []
    for task, vector in zip(own, mine, strict=True):
        likeness: dict[int, float] = {}
        for term, weight in vector.items():
            for place, other in having.get(term, ()):
                likeness[place] = likeness.get(place, 0.0) + weight * other
        ranked = sorted(likeness.items(), key=lambda pair: (-round(pair[1], 6), pair[0]))[:_MOST]
        for place, score in ranked:
            if score >= THRESHOLD and score >= _NEAR_BEST * ranked[0][1]:
                found.append(_match(task, above[place], document, score, vector, theirs[place]))
    return tuple(found)


def _match(
    one: Task, other: Task, document: str, score: float, mine: Vector, theirs: Vector
) -> Match:
    kind: Type = "same" if score >= NEARLY_ALL else "similar"
    words = ", ".join(f"«{run}»" for run in _in_common(one.text, mine, theirs)[:_SHOWN])
    why = (f"từ ngữ chung: {words or '?'}", f"words in common: {words or '?'}")
    return Match(
        kind, one.iri, other.iri, document, sure(score), "wording", why, min(1.0, round(score, 3))
    )


def _in_common(text: str, mine: Vector, theirs: Vector) -> list[str]:
    """The runs of words of *text* that the other text has too, those that weigh most first."""
    syllables = _SYLLABLE.findall(fold(text))
    runs: list[tuple[float, list[str]]] = []
    grown = False
    for first, second in pairwise(syllables):
        pair = f"{first} {second}"
        if pair not in theirs:
            grown = False
            continue
        weight = mine[pair] * theirs[pair]
        if grown:
            runs[-1] = (runs[-1][0] + weight, [*runs[-1][1], second])
        else:
            runs.append((weight, [first, second]))
        grown = True
    runs.sort(key=lambda run: (-run[0], run[1]))
    return list(dict.fromkeys(" ".join(words) for _, words in runs))


def sure(score: float) -> float:
    """How often a match of this likeness was found right by hand."""
    return next(share for least, share in _JUDGED if score >= least)


def _vectors(texts: Sequence[str]) -> list[Vector]:
    """The texts as vectors of length 1 (of no length where they have no words)."""
    counted = [Counter(_terms(text)) for text in texts]
    spread = Counter(term for counts in counted for term in counts)
    found: list[Vector] = []
    for counts in counted:
        weights = {
            term: (1 + math.log(times)) * (1 + math.log((1 + len(texts)) / (1 + spread[term])))
            for term, times in counts.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        found.append({term: weight / length for term, weight in weights.items()})
    return found


def _terms(text: str) -> list[str]:
    syllables = _SYLLABLE.findall(fold(text))
    return syllables + [f"{a} {b}" for a, b in pairwise(syllables)]
