"""The interactive page: one HTML file that needs nothing but a browser.

The graph goes through a pyvis ``Network`` into a template of our own. The page forbids itself
every request and every script that is not named by its hash.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.export.contents import Json, contents
from kg.graph.drawing import drawing, look
from kg.vocabulary import NAMESPACE

if TYPE_CHECKING:
    from kg.graph.store import Graph

HERE = Path(__file__).parent
SCRIPTS = (
    "pinyin",
    "words",
    "model",
    "state",
    "find",
    "marks",
    "scene",
    "pens",
    "canvas",
    "hands",
    "filters",
    "evidence",
    "overview",
    "card",
    "source",
    "table",
    "search",
    "rdf",
    "takeaway",
    "main",
)
"""The page's script, in the order in which its files stand in the page."""


def write_page(graph: Graph, path: Path) -> None:
    """Write the graph as one self-contained HTML file; the same graph gives the same bytes.

    The file opens by double click, without a network, and asks for nothing. Missing parent
    folders are made.
    """
    held = contents(graph)
    network = drawing(graph.network(everything=True))
    style = _read("page.css")
    script = _script()
    network.set_template_dir(str(HERE), "page.html")
    network.templateEnv.autoescape = True
    network.templateEnv.globals.update(
        policy=_policy(style, script),
        style=style,
        script=script,
        title=_title(held["documents"]),
        matter=lambda nodes, edges: embed(_matter(held, nodes, edges)),
    )
    page = network.generate_html("graph.html")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")


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
        "script-src": _hash(script),
        "style-src": _hash(style),
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{what} {where}" for what, where in allowed.items())


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode()}'"


def _matter(
    held: Mapping[str, Json],
    nodes: Sequence[Mapping[str, Any]],
    edges: Sequence[Mapping[str, Any]],
) -> Json:
    """Join what pyvis draws with what the graph says of it; IRIs become row numbers."""
    row = {node["id"]: i for i, node in enumerate(nodes)}
    kinds = sorted({node["kind"] for node in nodes})
    drawn = {(edge["from"], edge["relation"], edge["to"]) for edge in edges}
    facts = [fact for fact in held["facts"] if fact[1] in row and fact[3] in row]
    relations = sorted({fact[2] for fact in facts} | {edge["relation"] for edge in edges})
    proven = {(fact[1], fact[2], fact[3]) for fact in facts}
    return {
        **{key: held[key] for key in ("base", "statuses", "codes", "extractors")},
        "namespace": NAMESPACE,
        "kinds": [
            [kind, *held["kinds"].get(kind, [kind, kind]), *_look(kind, kinds)] for kind in kinds
        ],
        "relations": [[r, *held["relations"].get(r, [r, r, "", ""])] for r in relations],
        "things": [
            _thing(node, kinds, held["things"].get(node["id"], {}), held["base"]) for node in nodes
        ],
        "facts": [
            [
                fact[0],
                row[fact[1]],
                relations.index(fact[2]),
                row[fact[3]],
                *fact[4:9],
                [row.get(qualifier, qualifier) for qualifier in fact[9]],
            ]
            for fact in facts
        ],
        "bare": [[row[s], relations.index(r), row[o]] for s, r, o in sorted(drawn - proven)],
        "documents": [_document(document, row, held) for document in held["documents"]],
    }


def _look(kind: str, kinds: Sequence[str]) -> list[str]:
    drawn = look(kind, kinds)
    return [drawn.colour, drawn.figure, drawn.inner]


def _thing(
    node: Mapping[str, Any], kinds: Sequence[str], of: Mapping[str, Json], base: str
) -> Json:
    names = [name for name in of.get("names", []) if name[0] != node["label"]]
    return [
        node["id"].removeprefix(base),
        kinds.index(node["kind"]),
        node["label"],
        node["x"],
        node["y"],
        node["size"],
        next((name for name, language in names if language == "en"), ""),
        [name for name, language in names if language != "en"],
        of.get("codes", []),
        of.get("values", []),
    ]


def _document(
    document: Mapping[str, Json], row: Mapping[str, int], held: Mapping[str, Json]
) -> Json:
    things = held["things"]
    dates = dict(things.get(document["day"], {}).get("values", []))
    return {
        **document,
        "id": document["id"].removeprefix(held["base"]),
        "day": dates.get("date") or _name(things, document["day"]),
        "authors": [_name(things, who) for who in document["authors"]],
        "publishers": [_name(things, who) for who in document["publishers"]],
        "fields": [
            [zh, en, [row.get(value, _name(things, value)) for value in values]]
            for zh, en, values in document["fields"]
        ],
        "mentions": [[a, b, row[iri]] for a, b, iri in document["mentions"] if iri in row],
    }


def _name(things: Mapping[str, Json], value: str) -> str:
    """Return a thing's first Chinese name if the value is its IRI, else the value itself."""
    names = things.get(value, {}).get("names", [])
    return next((str(name) for name, language in names if language != "en"), value)
