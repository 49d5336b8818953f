"""What matters most in a network, and what keeps company: its order of rank, and its groups.

Whole numbers and a seed, so that the same network gives the same answer on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import networkx as nx

_ROUNDS = 24
_UNIT = 1 << 24  # the share of rank that each node is given, as a whole number
_SMALL = 12  # a piece of so few nodes is a group of its own


def ranks(network: nx.Graph) -> dict[str, int]:
    """Return each node's rank, 0 for the most central: PageRank along edges of both directions.

    Equals stand in the order of their names.

    >>> ranks(nx.Graph([("hub", "a"), ("hub", "b"), ("hub", "c"), ("c", "d")]))
    {'hub': 0, 'c': 1, 'd': 2, 'a': 3, 'b': 4}
    """
    beside = _neighbours(network)
    score = dict.fromkeys(beside, _UNIT)
    for _ in range(_ROUNDS):
        share = {
            name: score[name] * 85 // (100 * len(others))
            for name, others in beside.items()
            if others
        }
        score = {
            name: _UNIT * 15 // 100 + sum(share[other] for other in others)
            for name, others in beside.items()
        }
    ordered = sorted(score, key=lambda name: (-score[name], name))
    return {name: rank for rank, name in enumerate(ordered)}


def foremost(network: nx.Graph, most: int, beside: int = 8) -> list[str]:
    """Return up to ``most`` nodes to show first, by name: the most central, with neighbours.

    The most central nodes of a large network are seldom linked to each other; each brings up to
    ``beside`` of its own neighbours, the most central first.

    >>> foremost(nx.Graph([("hub", "a"), ("hub", "b"), ("hub", "c"), ("c", "d")]), 3)
    ['a', 'c', 'hub']
    """
    order, beside_of = ranks(network), _neighbours(network)
    chosen: dict[str, None] = {}
    for name in order:
        near = sorted(
            (other for other in beside_of[name] if other not in chosen), key=order.__getitem__
        )
        chosen.update(dict.fromkeys([name, *near[:beside]]))
        if len(chosen) >= most:
            break
    return sorted(list(chosen)[:most])


def groups(network: nx.Graph, *, seed: int = 7) -> list[list[str]]:
    """Return the nodes in groups that keep company, the largest first, each sorted by name.

    A piece of up to twelve nodes is a group; larger ones are parted by Louvain's method.

    >>> groups(nx.Graph([("a", "b"), ("b", "c"), ("x", "y")]))
    [['a', 'b', 'c'], ['x', 'y']]
    """
    graph = nx.Graph()
    graph.add_nodes_from(sorted(network))
    graph.add_edges_from(sorted({(min(a, b), max(a, b)) for a, b in network.edges() if a != b}))
    found: list[list[str]] = []
    for piece in map(sorted, nx.connected_components(graph)):
        found += [piece] if len(piece) <= _SMALL else parted(graph, piece, seed)
    return sorted(found, key=lambda group: (-len(group), group[0]))


def parted(graph: nx.Graph, names: Sequence[str], seed: int) -> list[list[str]]:
    """Return the communities among the names, the largest first, each sorted by name."""
    # Numbers instead of names: sets of strings have another order in every process.
    row = {name: i for i, name in enumerate(names)}
    numbered = nx.Graph()
    numbered.add_nodes_from(range(len(names)))
    pairs = ((row[a], row[b]) for a, b in graph.subgraph(names).edges())
    # Which end of an edge comes first has another order too, and ties hang on it.
    numbered.add_edges_from(sorted((min(pair), max(pair)) for pair in pairs))
    found = nx.community.louvain_communities(numbered, seed=seed)
    named = [sorted(names[i] for i in group) for group in found]
    return sorted(named, key=lambda group: (-len(group), group[0]))


def _neighbours(network: nx.Graph) -> Mapping[str, Sequence[str]]:
    beside: dict[str, dict[str, None]] = {name: {} for name in sorted(network)}
    for one, other in network.edges():
        if one != other:
            beside[one][other] = None
            beside[other][one] = None
    return {name: tuple(others) for name, others in beside.items()}
