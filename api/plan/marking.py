"""Words with their marks as HTML: marks may lie within others or across them."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup, escape

from kg.passages import make_passage

from .layout import Block, Stretch
from .model import Mark

Address = Callable[[str], str]


def by_block(blocks: Sequence[Block], marks: Iterable[Mark]) -> list[list[Mark]]:
    """For each block the marks that have words in it."""
    starts = [block.start for block in blocks]
    found: list[list[Mark]] = [[] for _ in blocks]
    for mark in marks:
        place = max(0, bisect_left(starts, mark.start + 1) - 1)
        while place < len(blocks) and starts[place] < mark.end:
            if blocks[place].end > mark.start:
                found[place].append(mark)
            place += 1
    return found


class Marker:
    """Writes stretches of *text*; a mark gets its ``id`` where it is first written.

    *address* gives the link to a fact's fragment.  Every mark is a ``span``; words within one that has a colour are
    a link to what the innermost such mark proves, so that no link ever lies in another.  Words that only decide on a
    theme are no link: they are not painted unless asked for, and a link that looks like text is none.
    """

    def __init__(self, text: str, address: Address) -> None:
        self._text = text
        self._address = address
        self._named: set[str] = set()

    def html(self, stretch: Stretch, marks: Sequence[Mark]) -> Markup:
        """The words of a stretch: single spaces, without layout marks, otherwise as they stand."""
        passage = make_passage(self._text, *stretch)
        words = passage.text
        queue: list[tuple[int, int, bool, int, Mark]] = []
        for rank, mark in enumerate(marks):
            begin = bisect_left(passage.offsets, mark.start)
            stop = bisect_left(passage.offsets, mark.end)
            while stop > begin and words[stop - 1] == " ":
                stop -= 1
            if begin < stop:
                queue.append((begin, -stop, mark.kind != "", rank, mark))
        heapq.heapify(queue)
        out: list[str] = []
        stack: list[tuple[int, Mark]] = []
        at = 0
        while queue or stack:
            begin = queue[0][0] if queue else len(words)
            if stack and stack[-1][0] <= begin:
                end, _ = stack[-1]
                out.append(self._leaf(words[at:end], stack))
                out.append("</span>")
                at = end
                stack.pop()
                continue
            begin, negative, painted, rank, mark = heapq.heappop(queue)
            stop = -negative
            out.append(self._leaf(words[at:begin], stack))
            at = begin
            if stack and stop > stack[-1][0]:  # across the end of the one it began in
                heapq.heappush(queue, (stack[-1][0], negative, painted, rank, mark))
                stop = stack[-1][0]
            out.append(self._open(mark))
            stack.append((stop, mark))
        out.append(self._leaf(words[at:], stack))
        return Markup("".join(out))

    def _open(self, mark: Mark) -> str:
        kind = f"m k-{mark.kind}" if mark.kind else "m"
        if mark.fragment in self._named:
            return f'<span class="{kind}">'
        self._named.add(mark.fragment)
        return f'<span class="{kind}" id="{escape(mark.fragment)}">'

    def _leaf(self, words: str, stack: Sequence[tuple[int, Mark]]) -> str:
        if not words:
            return ""
        for _, mark in reversed(stack):
            if mark.kind not in ("", "theme") and mark.fact:
                return f'<a href="{escape(self._address(mark.fact))}">{escape(words)}</a>'
        return str(escape(words))
