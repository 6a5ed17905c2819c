"""Where each node of a network stands: forces between the nodes, the same in every run.

After Fruchterman and Reingold (1991): nodes push each other away, edges pull, and how far a node may go in one
step shrinks to nothing.  Between few nodes each push is computed; between many, all are computed at once as a
convolution on a grid, which takes time in proportion to the number of nodes.  Positions are rounded in every
step, so that what machines add up differently in the last digit never grows to something one sees.
"""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import numpy as np
from numpy.typing import NDArray

SEED = 20210114
_EXACT = 300  # nodes up to which every push is computed
_MANY = 4000  # nodes from which a coarse grid is only good for the beginning
_STEPS = 200
_GRAIN = 2.0**20
Points = NDArray[np.float64]
Position = tuple[float, float]


def lay_out(graph: nx.Graph[str]) -> dict[str, Position]:
    """A place for each node; parts that hang together in themselves stand side by side.

    Two nodes that are tied are about one unit apart.
    """
    names = sorted(graph)
    index = {name: n for n, name in enumerate(names)}
    edges = sorted(
        {(min(p), max(p)) for u, v in graph.edges() if (p := (index[u], index[v]))[0] != p[1]}
    )
    plain: nx.Graph[int] = nx.Graph()
    plain.add_nodes_from(range(len(names)))
    plain.add_edges_from(edges)
    parts = sorted(
        (sorted(part) for part in nx.connected_components(plain)), key=lambda p: (-len(p), p)
    )
    place_of = {
        node: (number, place)
        for number, part in enumerate(parts)
        for place, node in enumerate(part)
    }
    ties: list[list[tuple[int, int]]] = [[] for _ in parts]
    for u, v in edges:
        ties[place_of[u][0]].append((place_of[u][1], place_of[v][1]))
    placed = [place(len(part), pairs) for part, pairs in zip(parts, ties, strict=True)]
    found: dict[str, Position] = {}
    for part, points in zip(parts, _beside(placed), strict=True):
        for node, (x, y) in zip(part, points.tolist(), strict=True):
            found[names[node]] = (round(x, 3), round(y, 3))
    return found


def place(count: int, edges: Sequence[tuple[int, int]]) -> Points:
    """Places for *count* nodes that hang together, as an array of *count* × 2."""
    if count == 1:
        return np.zeros((1, 2))
    random = np.random.Generator(np.random.PCG64(SEED))
    size = np.sqrt(count)
    points: Points = (random.random((count, 2)) - 0.5) * size
    ends = np.array(edges, dtype=np.intp).reshape(-1, 2)
    degree = np.bincount(ends.ravel(), minlength=count).astype(np.float64)
    # Who has many ties would be pulled into one heap with all of them.
    strength = 1 / np.maximum(1.0, np.minimum(degree[ends[:, 0]], degree[ends[:, 1]]))
    push = _push_each if count <= _EXACT else _Grid(128)
    for step in range(_STEPS):
        if count > _MANY and step == _STEPS * 2 // 3:
            push = _Grid(256)  # what is near each other parts in the last steps
        move = push(points)
        along = points[ends[:, 0]] - points[ends[:, 1]]
        pull = along * (np.sqrt((along**2).sum(axis=1)) * strength)[:, None]
        for axis in (0, 1):
            move[:, axis] -= np.bincount(ends[:, 0], pull[:, axis], count)
            move[:, axis] += np.bincount(ends[:, 1], pull[:, axis], count)
        length = np.maximum(np.sqrt((move**2).sum(axis=1)), 1e-9)
        most = size * 0.1 * (1 - step / _STEPS) ** 2 + 0.002
        points = points + move * (np.minimum(length, most) / length)[:, None]
        points = np.round(points * _GRAIN) / _GRAIN
    middle: Points = points.mean(axis=0)
    return points - middle


def _push_each(points: Points) -> Points:
    apart = points[:, None, :] - points[None, :, :]
    square = (apart**2).sum(axis=2)
    result: Points = (apart / np.maximum(square, 1e-4)[:, :, None]).sum(axis=1)
    return result


class _Grid:
    """The same, with each node spread over the four nearest points of a grid of *cells* × *cells*.

    Within a cell the push is softened: the grid cannot tell who is where.
    """

    def __init__(self, cells: int) -> None:
        self._cells = cells
        self._shape = (2 * cells, 2 * cells)
        offset = np.fft.fftfreq(2 * cells, 1 / (2 * cells))
        dx, dy = offset[:, None], offset[None, :]
        square = dx**2 + dy**2 + 0.25
        self._kernels = [np.fft.rfft2(dx / square), np.fft.rfft2(dy / square)]

    def __call__(self, points: Points) -> Points:
        cells = self._cells
        low, high = points.min(axis=0), points.max(axis=0)
        cell = float((high - low).max()) / (cells - 3)
        where = (points - low) / cell + 1
        corner = np.floor(where).astype(np.intp)
        part = where - corner
        slots = [(corner[:, 0] + dx) * cells + corner[:, 1] + dy for dx in (0, 1) for dy in (0, 1)]
        shares = [
            np.abs(1 - dx - part[:, 0]) * np.abs(1 - dy - part[:, 1])
            for dx in (0, 1)
            for dy in (0, 1)
        ]
        mass = np.bincount(np.concatenate(slots), np.concatenate(shares), cells * cells)
        turned = np.fft.rfft2(mass.reshape(cells, cells), self._shape)
        result: Points = np.zeros_like(points)
        for axis, kernel in enumerate(self._kernels):
            field = np.fft.irfft2(turned * kernel, self._shape)[:cells, :cells].ravel()
            for slot, share in zip(slots, shares, strict=True):
                result[:, axis] += field[slot] * share
        return result / cell


def _beside(parts: Sequence[Points]) -> list[Points]:
    """The parts set in rows, the largest first, without touching."""
    sizes = [np.ptp(part, axis=0) + 1.5 for part in parts]
    area = sum(float(width * height) for width, height in sizes)
    widest = max((float(size[0]) for size in sizes), default=0.0)
    limit = max(widest, 1.4 * area**0.5)
    placed: list[Points] = []
    x = y = row = 0.0
    for part, (width, height) in zip(parts, sizes, strict=True):
        if x and x + width > limit:
            x, y, row = 0.0, y + row, 0.0
        placed.append(part - part.min(axis=0) + np.array([x, y]))
        x, row = x + float(width), max(row, float(height))
    if not placed:
        return placed
    every = np.concatenate(placed)
    middle = (every.min(axis=0) + every.max(axis=0)) / 2
    return [part - middle for part in placed]
