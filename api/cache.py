"""Answers kept for the next who asks the same of the same version of the dataset."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

V = TypeVar("V")
# Each of these gives something else every time, whatever stands before or after it.  What a comment behind it
# hides is not looked for: that would read the rest of the text once for every such word.
_CHANGING = re.compile(r"(?:now|rand|uuid|bnode)\s*+[(#]|\\u", re.IGNORECASE)
_WORDS = ("now", "rand", "uuid", "bnode", "\\u")


def is_lasting(text: str) -> bool:
    """Whether the same query has the same answer as long as the dataset is the same."""
    folded = text.lower()  # most texts hold none of the letters: seen faster than by the expression
    return not any(word in folded for word in _WORDS) or _CHANGING.search(text) is None


def entity_tag(version: str, *parts: object) -> str:
    """A strong ETag: the same for the same request of the same dataset."""
    digest = hashlib.sha256(repr((version, *parts)).encode("utf-8", "surrogatepass"))
    return f'"{digest.hexdigest()[:32]}"'


class Cache(Generic[V]):
    """The answers used last, up to *limit* bytes in all and a sixteenth of that each."""

    def __init__(self, limit: int = 64 << 20) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()
        self.hits = 0
        self.misses = 0

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                self.misses += 1
                return None
            self.hits += 1
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: V, size: int) -> None:
        size += 512
        if size > self._limit // 16:
            return
        with self._lock:
            if key in self._kept:
                self._size -= self._kept.pop(key)[1]
            self._kept[key] = (value, size)
            self._size += size
            while self._size > self._limit:
                self._size -= self._kept.popitem(last=False)[1][1]

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0
