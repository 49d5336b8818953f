"""The network as a pyvis drawing: places, colours and shapes given, nothing left to chance.

pyvis writes titles and options into live HTML and places things by physics in the reader's
browser. Here every title is escaped, physics is off, and the lists are filled directly, since
pyvis' own methods search all nodes for every edge.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.graph.importance import foremost, groups, ranks
from kg.graph.layout import places

if TYPE_CHECKING:
    from kg.graph.tunable import Drawing


@dataclass(frozen=True)
class Look:
    """How things of a class are drawn; every colour keeps 3:1 on white and on near-black."""

    colour: str
    figure: str
    """The page's own shape."""
    shape: str
    """The nearest shape that vis-network knows."""
    inner: str = ""
    """What tells a subclass from its class: "dot" or "bar" inside the figure."""


LOOKS: Mapping[str, Look] = {
    "Country": Look("#cf4b3f", "star", "star"),
    "Region": Look("#3c9152", "triangle", "triangle"),
    "Organization": Look("#8a6642", "square", "square"),
    "Person": Look("#bd5b9b", "pentagon", "dot"),
    "Policy": Look("#7a63cc", "page", "square"),
    "Strategy": Look("#7a63cc", "page", "square", "dot"),
    "Regulation": Look("#7a63cc", "page", "square", "bar"),
    "Initiative": Look("#cc7a1b", "diamond", "diamond"),
    "Concept": Look("#3b7fc4", "circle", "dot"),
    "Technology": Look("#15908c", "hexagon", "hexagon"),
    "Event": Look("#9a7d0a", "cross", "star"),
    "Indicator": Look("#6d8a1e", "wedge", "triangleDown"),
    "Quantity": Look("#74808f", "octagon", "hexagon"),
    "Time": Look("#a0716a", "hourglass", "triangleDown"),
}
SPARES = (
    Look("#5c7fd6", "octagon", "hexagon"),
    Look("#b0662f", "wedge", "triangleDown"),
    Look("#2f8f75", "pentagon", "dot"),
    Look("#a8569c", "hourglass", "diamond"),
    Look("#7f7f3a", "cross", "star"),
    Look("#c25468", "diamond", "diamond"),
)
"""For classes that somebody adds to the ontology."""

CROWD = 800
"""From so many things on, the page does not begin with all of them."""
FIRST = 300
"""So many are shown first then."""

EM = 13
"""The size of a label of middling weight, in pixels."""

_LINE = 9.0  # a label's line holds so many Chinese characters
_HIDDEN_LINE = "href"  # pyvis takes any title that holds this word for a link, and runs it


def look(kind: str, others: Iterable[str] = ()) -> Look:
    """Return how a class is drawn; unknown ones share out the spares, in order of their names.

    >>> look("Country").figure, look("Budget", ["Budget", "Award"]) == SPARES[1]
    ('star', True)
    """
    if kind in LOOKS:
        return LOOKS[kind]
    unknown = sorted({name for name in (*others, kind) if name not in LOOKS})
    return SPARES[unknown.index(kind) % len(SPARES)]


def drawing(network: nx.MultiDiGraph) -> Drawing:
    """Return the network as a pyvis ``Network`` with fixed places; parallel edges survive.

    Its own page, as ``write_html`` gives it, is hardened: see `kg.graph.tunable`.

    Nodes need ``label`` and ``kind`` and may have ``kind_label``; edges may have ``label``,
    ``confidence``, ``status`` and ``assertions``. The size of a node grows with its degree.
    A node carries the extra entries ``kind``, ``degree``, ``rank`` (0 for the most central) and
    ``group`` (0 for the largest community), an edge ``relation`` and ``assertions``, for the page.
    Of more than `CROWD` nodes, `FIRST` have a place in a drawing of their own too, ``front``.

    >>> pair = nx.MultiDiGraph()
    >>> pair.add_node("id:a", label="<b>", kind="Concept")
    >>> pair.add_node("id:b", label="B", kind="Person")
    >>> _ = pair.add_edge("id:a", "id:b", key="uses", label="uses")
    >>> drawn = drawing(pair)
    >>> drawn.nodes[0]["title"], drawn.nodes[0]["x"], drawn.nodes[1]["x"], drawn.edges[0]["to"]
    ('&lt;b&gt;', -60, 60, 'id:b')
    """
    from kg.graph.tunable import Drawing

    drawn = Drawing(height="100vh", width="100%", directed=True, cdn_resources="in_line")
    drawn.toggle_physics(False)
    degrees = _degrees(network)
    sizes = {name: _box(str(of.get("label", name)), degrees[name]) for name, of in _nodes(network)}
    together = groups(network)
    spots = places(network, sizes, together)
    kinds = sorted({str(of.get("kind", "")) for _, of in _nodes(network)})
    order = ranks(network)
    company = {name: i for i, group in enumerate(together) for name in group}
    first = foremost(network, FIRST) if len(network) > CROWD else []
    front = places(network.subgraph(first), sizes)
    for name, of in _nodes(network):
        # The box's centre is placed; the figure stands at its upper edge, the label below.
        x, y = spots[name]
        radius = size(degrees[name])
        node = _node(name, of, radius, look(str(of.get("kind", "")), kinds))
        node.update(x=x, y=y - round(sizes[name][1] / 2 - radius), degree=degrees[name])
        node.update(rank=order[name], group=company[name])
        if name in front:
            node["front"] = [front[name][0], front[name][1] - round(sizes[name][1] / 2 - radius)]
        drawn.nodes.append(node)
        drawn.node_ids.append(name)
        drawn.node_map[name] = node
    drawn.edges.extend(_edges(network))
    return drawn


def _nodes(network: nx.MultiDiGraph) -> list[tuple[str, dict[str, Any]]]:
    # networkx promises no type for what hangs on a node.
    return sorted(network.nodes(data=True), key=lambda node: str(node[0]))


def _degrees(network: nx.MultiDiGraph) -> Mapping[str, int]:
    degrees: Counter[str] = Counter(dict.fromkeys(network, 0))
    for subject, object_ in network.edges():
        degrees.update({subject, object_})
    return degrees


def size(degree: int) -> int:
    """Return a node's radius in pixels: its area grows with its degree, within bounds.

    >>> [size(degree) for degree in (0, 1, 4, 9, 25, 400)]
    [6, 8, 10, 13, 17, 24]
    """
    return min(24, round(6 + 2.2 * sqrt(degree)))


def _box(label: str, degree: int) -> tuple[int, int]:
    width = sum(0.56 if ord(letter) < 0x2E80 else 1.0 for letter in label)
    lines = 1 if width <= _LINE else 2
    radius = size(degree)
    across = min(_LINE, width if lines == 1 else max(width / 2 + 0.5, 4))
    return max(round(across * EM), 2 * radius), 2 * radius + 4 + lines * (EM + 4)


def _node(name: str, of: Mapping[str, Any], radius: int, drawn: Look) -> dict[str, Any]:
    label = str(of.get("label", name))
    return {
        "id": name,
        "label": label,
        "title": _title(label, of.get("kind_label")),
        "kind": str(of.get("kind", "")),
        "shape": drawn.shape,
        "color": drawn.colour,
        "size": radius,
        "physics": False,
    }


def _title(*parts: object) -> str:
    text = html.escape(" · ".join(str(part) for part in parts if part))
    return text.replace(_HIDDEN_LINE, _HIDDEN_LINE[0] + "\u2060" + _HIDDEN_LINE[1:])


def _edges(network: nx.MultiDiGraph) -> list[dict[str, Any]]:
    side_by_side: Counter[tuple[str, str]] = Counter()
    edges = []
    triples: Sequence[tuple[str, str, str, dict[str, Any]]] = sorted(
        network.edges(keys=True, data=True),
        key=lambda edge: (str(edge[0]), str(edge[1]), str(edge[2])),
    )
    for subject, object_, key, of in triples:
        between = (min(subject, object_), max(subject, object_))
        side_by_side[between] += 1
        label = str(of.get("label", key))
        edge = {
            "from": subject,
            "to": object_,
            "relation": str(key),
            "label": label,
            "title": _title(label, of.get("confidence")),
            "arrows": "to",
            "dashes": str(of.get("status", "asserted")) != "asserted",
            "assertions": [str(assertion) for assertion in of.get("assertions", ())],
        }
        if side_by_side[between] > 1:
            edge["smooth"] = {"type": "curvedCW", "roundness": 0.15 * (side_by_side[between] - 1)}
        edges.append(edge)
    return edges
