"""Where the labels of a drawing go, so that they cover neither each other nor the nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_NARROW, _WIDE = frozenset("fijlrtIJ.,;:'|!()[]{}/ "), frozenset("mwMWĐÔƠ%@")
_LEADING = 1.15
_SIDES = (  # where a label can stand beside its node; the first are the best
    (1, 0), (-1, 0), (0, 1), (0, -1), (0.8, 0.8), (0.8, -0.8), (-0.8, 0.8), (-0.8, -0.8),
    (0.9, 0.4), (0.9, -0.4), (-0.9, 0.4), (-0.9, -0.4),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: Box) -> float:
        """The area that the two have in common."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return width * height if width > 0 and height > 0 else 0.0

    def holds(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """*lines* for the node at (*x*, *y*) with *radius*, in letters *size* high; *needed*: rather over a node than not at
    all."""

    lines: tuple[str, ...]
    x: float
    y: float
    radius: float
    size: float
    needed: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """*lines* from (*x*, *y*), the base of the first, downwards; *anchor* as in SVG."""

    lines: tuple[str, ...]
    x: float
    y: float
    anchor: str
    size: float


def width_of(text: str, size: float) -> float:
    """About how long *text* is in a sans-serif face."""
    return size * sum(
        0.3 if c in _NARROW else 0.85 if c in _WIDE else 0.66 if c.isupper() else 0.56 for c in text
    )


def wrap(text: str, most: int, lines: int) -> tuple[str, ...]:
    """*text* in at most *lines* lines of about *most* characters, cut with an ellipsis."""
    found: list[str] = []
    for word in text.split():
        if found and len(found[-1]) + 1 + len(word) <= most:
            found[-1] += " " + word
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], found[lines - 1] + " …"]
    return tuple(line if len(line) <= 2 * most else line[: 2 * most - 1] + "…" for line in found)


def letter(wanted: Sequence[Wanted], obstacles: Sequence[Box], page: Box) -> Iterator[Placed]:
    """The labels that find room, the first first; none over another."""
    taken: list[Box] = []
    for want in wanted:
        best: tuple[float, int, Placed, Box] | None = None
        for number, (placed, box) in enumerate(_candidates(want)):
            if not page.holds(box):
                continue
            if any(box.covers(other) for other in taken):
                continue
            cost = sum(box.covers(other) for other in obstacles)
            if best is None or (cost, number) < best[:2]:
                best = (cost, number, placed, box)
            if cost == 0:
                break
        if best is None or (best[0] > 0 and not want.needed):
            continue
        taken.append(best[3])
        yield best[2]


def _candidates(want: Wanted) -> Iterator[tuple[Placed, Box]]:
    width = max(width_of(line, want.size) for line in want.lines)
    height = want.size * _LEADING * len(want.lines)
    for away in (3.0, 3.0 + want.size, 3.0 + 2.5 * want.size, 3.0 + 4 * want.size):
        reach = want.radius + away
        for across, down in _SIDES:
            x, y = want.x + across * reach, want.y + down * reach
            anchor = "start" if across > 0 else "end" if across < 0 else "middle"
            left = x if across > 0 else x - width if across < 0 else x - width / 2
            top = y if down > 0 else y - height if down < 0 else y - height / 2
            yield (
                Placed(want.lines, x, top + want.size * 0.9, anchor, want.size),
                Box(left, top, left + width, top + height),
            )
