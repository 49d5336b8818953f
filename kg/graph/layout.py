"""Where each thing of a network stands in its picture: the same network, the same places.

Only additions, products, quotients and square roots of single numbers are used, and every
step is rounded, so that no library for linear algebra and no last bit of a processor shows
in the result. Places are whole numbers, multiples of `GRID`; one unit is one pixel at zoom 1.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from math import ceil, floor, sqrt
from typing import Any, TypeAlias

import networkx as nx

from kg.graph.importance import parted

GRID = 10
"""What every coordinate is a multiple of."""

EDGE = 120
"""How far apart two linked things want to be."""

Place: TypeAlias = tuple[int, int]
Size: TypeAlias = tuple[int, int]
_Cell: TypeAlias = tuple[int, int]
# numpy is imported where it is used: it costs a tenth of a second, and small pieces need none.
Array: TypeAlias = Any

_WHOLE = 300  # up to so many things are laid out at once, by the distances between all of them
_FINE = 64  # every step is rounded to a 64th of a pixel
_CELL = 30  # pieces are packed by the cells of this size that they cover


def places(
    network: nx.Graph,
    sizes: Mapping[str, Size] | None = None,
    company: Sequence[Sequence[str]] = (),
    *,
    seed: int = 7,
) -> dict[str, Place]:
    """Return the centre of each node's box, in pixels at zoom 1, x to the right and y down.

    ``sizes`` are the boxes' width and height, label included; boxes of one piece do not
    overlap if it has up to 300 nodes. Pieces that hang together are packed side by side, the
    largest in the middle; nodes without an edge stand in rows below. ``company`` are the groups
    in which a large piece is laid out; without them they are looked for.

    >>> places(nx.Graph([("a", "b")]))
    {'a': (-60, 0), 'b': (60, 0)}
    """
    sizes = sizes or {}
    graph = nx.Graph()
    graph.add_nodes_from(sorted(network))
    graph.add_edges_from(sorted({(min(a, b), max(a, b)) for a, b in network.edges() if a != b}))
    pieces = sorted((sorted(piece) for piece in nx.connected_components(graph)), key=_largest)
    linked = [_piece(graph, piece, sizes, company, seed) for piece in pieces if len(piece) > 1]
    placed = _packed(linked, graph, sizes)
    lonely = [piece[0] for piece in pieces if len(piece) == 1]
    placed.update(_rows(lonely, sizes, placed))
    return _centred(placed, [name for piece in pieces if len(piece) > 1 for name in piece])


def _largest(piece: Sequence[str]) -> tuple[int, str]:
    return -len(piece), piece[0]


class _Piece:
    """Nodes that hang together, and their places around the origin."""

    def __init__(self, spots: Mapping[str, tuple[float, float]], sizes: Mapping[str, Size]) -> None:
        boxes = [(*spot, *_size(name, sizes)) for name, spot in spots.items()]
        left, right = min(x - w / 2 for x, _, w, _ in boxes), max(x + w / 2 for x, _, w, _ in boxes)
        top, bottom = min(y - h / 2 for _, y, _, h in boxes), max(y + h / 2 for _, y, _, h in boxes)
        self.width, self.height = round(right - left) + 30, round(bottom - top) + 30
        across, down = (left + right) / 2, (top + bottom) / 2
        self.spots = {name: (x - across, y - down) for name, (x, y) in spots.items()}

    def cells(self, graph: nx.Graph, sizes: Mapping[str, Size], cell: int) -> list[_Cell]:
        """Return the cells that its boxes and edges cover, in order."""
        covered = set()
        for name, (x, y) in self.spots.items():
            wide, high = (_size(name, sizes)[0] + 24) / 2, (_size(name, sizes)[1] + 12) / 2
            for a in range(floor((x - wide) / cell), floor((x + wide) / cell) + 1):
                for b in range(floor((y - high) / cell), floor((y + high) / cell) + 1):
                    covered.add((a, b))
            for other in graph[name]:
                if name < other and other in self.spots:
                    covered.update(_on_the_way((x, y), self.spots[other], cell))
        return sorted(covered)

    def moved(self, x: float, y: float) -> dict[str, tuple[float, float]]:
        """Return the places if the piece's middle stands there."""
        return {name: (a + x, b + y) for name, (a, b) in self.spots.items()}


def _on_the_way(start: tuple[float, float], end: tuple[float, float], cell: int) -> Iterator[_Cell]:
    steps = max(1, ceil(max(abs(end[0] - start[0]), abs(end[1] - start[1])) / cell))
    for i in range(steps + 1):
        x = start[0] + (end[0] - start[0]) * i / steps
        y = start[1] + (end[1] - start[1]) * i / steps
        yield floor(x / cell), floor(y / cell)


def _size(name: str, sizes: Mapping[str, Size]) -> Size:
    return sizes.get(name, (60, 40))


def _piece(
    graph: nx.Graph,
    names: Sequence[str],
    sizes: Mapping[str, Size],
    company: Sequence[Sequence[str]],
    seed: int,
) -> _Piece:
    if len(names) == 2:
        gap = max(EDGE, (_size(names[0], sizes)[0] + _size(names[1], sizes)[0]) / 2 + 40)
        return _Piece({names[0]: (0.0, 0.0), names[1]: (float(gap), 0.0)}, sizes)
    if len(names) <= _WHOLE:
        return _Piece(_whole(graph, names, sizes, seed), sizes)
    within = set(names)
    known = [group for group in company if group[0] in within]
    return _Piece(_grouped(graph, names, sizes, known or parted(graph, names, seed), seed), sizes)


# ------------------------------------------------------------------ one piece


def _whole(
    graph: nx.Graph, names: Sequence[str], sizes: Mapping[str, Size], seed: int
) -> dict[str, tuple[float, float]]:
    import numpy as np

    row = {name: i for i, name in enumerate(names)}
    length = np.full((len(names), len(names)), np.inf)
    for a in names:
        for b in graph[a]:
            if b in row:  # a hub needs longer spokes, or its neighbours cover each other
                crowd = min(max(graph.degree(a), graph.degree(b)), 40)
                length[row[a], row[b]] = EDGE * (0.85 + 0.05 * crowd)
    wide = np.array([_size(name, sizes)[0] for name in names], dtype=float)
    high = np.array([_size(name, sizes)[1] for name in names], dtype=float)
    spots = _spread(length, seed)
    if len(names) > 2:
        spots = _apart(_upright(spots), wide + 12, high + 8)
    return {name: (float(spots[0][i]), float(spots[1][i])) for name, i in row.items()}


def _spread(length: Array, seed: int) -> tuple[Array, Array]:
    """Place points so that their distances come near the lengths of the shortest ways."""
    import numpy as np

    ways = length.copy()
    np.fill_diagonal(ways, 0.0)
    for middle in range(len(ways)):
        ways = np.minimum(ways, ways[:, middle : middle + 1] + ways[middle : middle + 1, :])
    reached = ways[np.isfinite(ways)]
    ways[~np.isfinite(ways)] = reached.max() + EDGE
    x, y = _start(ways, seed)
    weight = 1.0 / np.maximum(ways, 1.0) ** 2
    np.fill_diagonal(weight, 0.0)
    total = weight.sum(axis=1)
    for _ in range(160):
        dx, dy = x[:, None] - x[None, :], y[:, None] - y[None, :]
        pull = weight * (ways / np.sqrt(np.maximum(dx * dx + dy * dy, 1e-4)))
        there_x = ((weight * x[None, :]) + pull * dx).sum(axis=1) / total
        there_y = ((weight * y[None, :]) + pull * dy).sum(axis=1) / total
        x, y = _fine(x + 0.8 * (there_x - x)), _fine(y + 0.8 * (there_y - y))
    return x, y


def _start(ways: Array, seed: int) -> tuple[Array, Array]:
    # Two pairs of far-away nodes span the first drawing; a little noise parts what coincides.
    noise = random.Random(seed)  # noqa: S311  (a drawing, not a secret)
    first = int(ways.sum(axis=1).argmax())
    second = int(ways[first].argmax())
    third = int((ways[first] * ways[second]).argmax())
    fourth = int((ways[first] * ways[second] * ways[third]).argmax())
    x = ways[first] - ways[second]
    y = ways[third] - ways[fourth]
    jitter = [[noise.random() * 20 - 10 for _ in range(len(ways))] for _ in range(2)]
    return _fine(x + jitter[0]), _fine(y + jitter[1])


def _fine(values: Array) -> Array:
    import numpy as np

    return np.round(values * _FINE) / _FINE


def _upright(spots: tuple[Array, Array]) -> tuple[Array, Array]:
    """Turn a tall drawing on its side: screens and labels are wide."""
    x, y = spots
    if (y.max() - y.min()) > (x.max() - x.min()):
        return y, -x
    return x, y


def _apart(spots: tuple[Array, Array], wide: Array, high: Array) -> tuple[Array, Array]:
    """Push overlapping boxes apart, each pair along the way that is shorter."""
    import numpy as np

    x, y = spots[0] * 1.15, spots[1]
    need_x, need_y = (wide[:, None] + wide[None, :]) / 2, (high[:, None] + high[None, :]) / 2
    order = np.sign(np.arange(len(x))[:, None] - np.arange(len(x))[None, :])
    for _ in range(240):
        dx, dy = x[:, None] - x[None, :], y[:, None] - y[None, :]
        over_x, over_y = need_x - np.abs(dx), need_y - np.abs(dy)
        clash = (over_x > 0) & (over_y > 0)
        np.fill_diagonal(clash, False)
        if not clash.any():
            break
        sideways = clash & (over_x < over_y * 1.3)
        upwards = clash & ~sideways
        left = np.where(dx == 0, order, np.sign(dx))
        up = np.where(dy == 0, order, np.sign(dy))
        x = _fine(x + (sideways * left * (over_x + 2)).sum(axis=1) * 0.34)
        y = _fine(y + (upwards * up * (over_y + 2)).sum(axis=1) * 0.34)
    return x, y


# ------------------------------------------------------------------ a piece too large for that


def _grouped(
    graph: nx.Graph,
    names: Sequence[str],
    sizes: Mapping[str, Size],
    groups: Sequence[Sequence[str]],
    seed: int,
) -> dict[str, tuple[float, float]]:
    """Lay out communities one by one, then the communities among each other."""
    drawn = [_Piece(_compact(graph, group, sizes, seed), sizes) for group in groups]
    of = {name: i for i, group in enumerate(groups) for name in group}
    between = nx.Graph()
    between.add_nodes_from(f"{i:06}" for i in range(len(groups)))
    for a, b in sorted((min(pair), max(pair)) for pair in graph.subgraph(names).edges()):
        if of[a] != of[b]:
            between.add_edge(f"{of[a]:06}", f"{of[b]:06}")
    boxes = {f"{i:06}": (piece.width, piece.height) for i, piece in enumerate(drawn)}
    centres = _compact(between, sorted(between), boxes, seed)
    spots: dict[str, tuple[float, float]] = {}
    for i, piece in enumerate(drawn):
        x, y = centres[f"{i:06}"]
        spots.update(piece.moved(x, y))
    return spots


def _compact(
    graph: nx.Graph, names: Sequence[str], sizes: Mapping[str, Size], seed: int
) -> dict[str, tuple[float, float]]:
    if len(names) == 1:
        return {names[0]: (0.0, 0.0)}
    if len(names) <= _WHOLE:
        return _whole(graph, names, sizes, seed)
    halves = parted(graph, names, seed + 1)
    if len(halves) > 1 and len(halves[0]) < len(names) * 0.9:
        return _grouped(graph, names, sizes, parted(graph, names, seed + 1), seed + 1)
    return _rows(names, sizes, {})


# ------------------------------------------------------------------ all pieces


def _packed(
    pieces: Sequence[_Piece], graph: nx.Graph, sizes: Mapping[str, Size]
) -> dict[str, tuple[float, float]]:
    """Stand the pieces around the largest: each as near to its middle as the others let it."""
    area = sum(piece.width * piece.height for piece in pieces)
    cell = max(_CELL, round(sqrt(area / 4000)))  # a large picture is packed more coarsely
    covered = [(piece.cells(graph, sizes, cell), piece) for piece in pieces]
    taken: set[_Cell] = set()
    rings: list[list[_Cell]] = []
    full = 0
    tried: dict[frozenset[_Cell], int] = defaultdict(int)  # no room for this form before that ring
    placed: dict[str, tuple[float, float]] = {}
    for cells, piece in sorted(covered, key=lambda it: (-len(it[0]), min(it[1].spots))):
        while all(spot in taken for spot in _ring(full, rings)):
            full += 1
        form = frozenset(cells)
        tried[form], column, row = next(
            (distance, a, b)
            for distance in count(max(full, tried[form]))
            for a, b in _ring(distance, rings)
            if not any((x + a, y + b) in taken for x, y in cells)
        )
        taken.update((x + column, y + row) for x, y in cells)
        placed.update(piece.moved(column * cell, row * cell))
    return placed


def _ring(distance: int, rings: list[list[_Cell]]) -> list[_Cell]:
    """Return the cells so far from the middle, the nearest first; ``rings`` remembers them."""
    while len(rings) <= distance:
        k = len(rings)
        side = range(-k, k + 1)
        edge = {(a, b) for a in side for b in (-k, k)} | {(a, b) for b in side for a in (-k, k)}
        rings.append(sorted(edge, key=lambda spot: (spot[0] ** 2 + spot[1] ** 2, spot)))
    return rings[distance]


def _rows(
    names: Sequence[str],
    sizes: Mapping[str, Size],
    placed: Mapping[str, tuple[float, float]],
) -> dict[str, tuple[float, float]]:
    """Stand the names in rows below what is already placed."""
    if not names:
        return {}
    left = min((x for x, _ in placed.values()), default=0.0)
    right = max((x for x, _ in placed.values()), default=0.0)
    breadth = max(right - left, sqrt(len(names)) * 150)
    y = max((y for _, y in placed.values()), default=-160.0) + 160
    x, spots = left, {}
    for name in names:
        wide = max(_size(name, sizes)[0] + 20, 90)
        if x + wide > left + breadth and x > left:
            x, y = left, y + 90
        spots[name] = (x + wide / 2, y)
        x += wide
    return spots


def _centred(spots: Mapping[str, tuple[float, float]], middle: Sequence[str]) -> dict[str, Place]:
    named = [spots[name] for name in middle] or list(spots.values())
    if not named:
        return {}
    x0 = (min(x for x, _ in named) + max(x for x, _ in named)) / 2
    y0 = (min(y for _, y in named) + max(y for _, y in named)) / 2
    return {
        name: (round((x - x0) / GRID) * GRID, round((y - y0) / GRID) * GRID)
        for name, (x, y) in sorted(spots.items())
    }
