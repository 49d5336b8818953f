"""The interactive page: one HTML file that needs nothing but a browser.

The graph goes through a pyvis ``Network`` into a template of our own. The page forbids itself
every request and every script that is not named by its hash.
"""

from __future__ import annotations

import json
import logging
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from kg.export.asking import asking, packed_engine
from kg.export.contents import Json, contents
from kg.export.matter import matter
from kg.graph.drawing import drawing
from kg.graph.importance import ranks

if TYPE_CHECKING:
    import networkx as nx

    from kg.graph.store import Graph
    from kg.graph.tunable import Drawing

_log = logging.getLogger(__name__)

HERE = Path(__file__).parent
MOST = 20_000
"""Things that a page shows at most."""
SCRIPTS = (
    "pinyin",
    "words",
    "model",
    "state",
    "survey",
    "find",
    "marks",
    "scene",
    "pens",
    "minimap",
    "canvas",
    "hands",
    "dates",
    "filters",
    "evidence",
    "chosen",
    "overview",
    "card",
    "source",
    "timeline",
    "table",
    "search",
    "rdf",
    "csv",
    "takeaway",
    "tokens",
    "asking",
    "editor",
    "query",
    "arrange",
    "header",
    "main",
)
"""The page's script, in the order in which its files stand in the page."""


def write_page(graph: Graph, path: Path, *, sparql: bool = True, most: int = MOST) -> None:
    """Write the graph as one self-contained HTML file; the same graph gives the same bytes.

    The file opens by double click, without a network, and asks for nothing. Missing parent
    folders are made. Without ``sparql`` it is 2 MB smaller and cannot be queried. Of more than
    ``most`` things the most central are shown; the page says so, and so does a warning of this
    module's logger.
    """
    # One part after the other, and nothing is kept that the next one does not need.
    engine = _engine(graph) if sparql else {}
    drawn, total = _drawn(graph, most)
    if total > most:
        _log.warning("the page shows the %d most central of %d things", most, total)
    held = contents(graph)
    drawn.set_template_dir(str(HERE), "page.html")
    drawn.templateEnv.autoescape = True
    drawn.templateEnv.globals.update(
        **_frame(held["documents"]),
        **engine,
        parts=lambda nodes, edges: _parts(*matter(held, nodes, edges, total)),
    )
    from pyvis.network import Network

    page = Network.generate_html(drawn, "graph.html")  # ours needs no hardening
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")


def _drawn(graph: Graph, most: int) -> tuple[Drawing, int]:
    network = graph.network(everything=True)
    return drawing(network if len(network) <= most else _top(network, most)), len(network)


def _parts(opening: Json, texts: Sequence[Json], ids: Sequence[str]) -> tuple[str, str, str]:
    # A line a text, so that each can be read by itself.
    return embed(opening), "\n".join(map(embed, texts)), embed("\n".join(ids))


def _top(network: nx.MultiDiGraph, most: int) -> nx.MultiDiGraph:
    order = ranks(network)
    return network.subgraph(name for name, rank in order.items() if rank < most)


def _frame(documents: Sequence[Mapping[str, Json]]) -> Mapping[str, str]:
    style, script = _read("page.css"), _script()
    return {
        "policy": _policy(style, script),
        "style": style,
        "script": script,
        "title": _title(documents),
    }


def _engine(graph: Graph) -> Mapping[str, str]:
    module, script = packed_engine()
    asked = dict(asking(graph))
    return {
        "quads": str(asked.pop("quads")),
        "asking": embed(asked),
        "engine": module,
        "engine_script": script,
    }


def write_classic(graph: Graph, path: Path) -> None:
    """Write pyvis' own page, hardened, with vis-network's panels to tune it by hand."""
    from kg.graph.tunable import PANELS

    drawn = graph.pyvis()
    drawn.show_buttons(filter_=list(PANELS))
    drawn.write_html(str(path))


def embed(value: Json) -> str:
    """Return the value as JSON that cannot end the script element it stands in.

    >>> print(embed(["</script>", "a&b", chr(0x2028)]))
    ["\\u003c/script\\u003e","a\\u0026b","\\u2028"]
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # A lone half of a pair cannot be written as UTF-8; its escape can.
    return re.sub(r"[<>&\u2028\u2029\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", text)


def _title(documents: Sequence[Mapping[str, Json]]) -> str:
    return str(documents[0]["title"]) if len(documents) == 1 else ""


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _script() -> str:
    return "(() => {\n'use strict';\n" + "".join(map(_module, SCRIPTS)) + "})();\n"


def _module(name: str) -> str:
    """Return an ES module as a constant of its own, so that all of them fit into one script."""
    text = _read(f"page/{name}.js")
    offered = re.findall(r"(?m)^export (?:async )?(?:const|let|class|function\*?) (\w+)", text)
    text = re.sub(r"(?m)^import \* as (\w+) from '\./(\w+)\.js';$", r"const \1 = _\2;", text)
    text = re.sub(r"(?m)^import (\{[^}]*\}) from '\./(\w+)\.js';$", r"const \1 = _\2;", text)
    text = re.sub(r"(?m)^export ", "", text)
    return f"const _{name} = (() => {{\n{text}return {{ {', '.join(offered)} }};\n}})();\n"


def _policy(style: str, script: str) -> str:
    allowed = {
        "default-src": "'none'",
        "script-src": f"{_hash(script)} 'wasm-unsafe-eval'",
        "worker-src": "blob:",
        "style-src": _hash(style),
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{what} {where}" for what, where in allowed.items())


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode()}'"
