"""What the page's scripts read: what is drawn joined with what is said of it, names as row numbers.

Things stand in the order of their rank, so that the first of them are the most important part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kg.export.contents import Json
from kg.graph.drawing import look
from kg.vocabulary import NAMESPACE

Row = Mapping[str, Any]
"""A node or an edge as pyvis has it."""


def matter(
    held: Mapping[str, Json], nodes: Sequence[Row], edges: Sequence[Row], total: int
) -> tuple[Json, list[Json], list[str]]:
    """Return what the page needs to open, what it needs to show a text, and the facts' own names.

    ``total`` is how many things the graph holds, of which ``nodes`` may be the first only. The
    second part is a list of ``[pieces, mentions]``, one for each document.
    """
    ranked = sorted(nodes, key=lambda node: node["rank"])
    row = {node["id"]: i for i, node in enumerate(ranked)}
    kinds = sorted({node["kind"] for node in nodes})
    facts = [fact for fact in held["facts"] if fact[1] in row and fact[3] in row]
    relations = sorted({fact[2] for fact in facts} | {edge["relation"] for edge in edges})
    number = {relation: i for i, relation in enumerate(relations)}
    triples = {(fact[1], fact[2], fact[3]) for fact in facts}
    triples |= {(edge["from"], edge["relation"], edge["to"]) for edge in edges}
    lines = {triple: i for i, triple in enumerate(sorted(triples))}
    things = held["things"]
    opening = {
        **{key: held[key] for key in ("base", "statuses", "codes", "extractors")},
        "namespace": NAMESPACE,
        "total": total,
        "sentences": len({(fact[6], fact[7][0]) for fact in facts}),
        "kinds": [
            [kind, *held["kinds"].get(kind, [kind, kind]), *_look(kind, kinds)] for kind in kinds
        ],
        "relations": [[r, *held["relations"].get(r, [r, r, "", ""])] for r in relations],
        "things": [
            _thing(node, kinds, things.get(node["id"], {}), held["base"]) for node in ranked
        ],
        "edges": [[row[s], number[r], row[o]] for s, r, o in lines],
        "facts": [_fact(fact, lines, row) for fact in facts],
        "documents": [_document(document, row, held) for document in held["documents"]],
    }
    texts = [_text(document, row) for document in held["documents"]]
    return opening, texts, [fact[0] for fact in facts]


def _fact(fact: Sequence[Json], lines: Mapping[Json, int], row: Mapping[str, int]) -> Json:
    _, subject, relation, object_, *rest, qualifiers, landmark = fact
    return [
        lines[subject, relation, object_],
        *rest,
        [row.get(qualifier, qualifier) for qualifier in qualifiers],
        landmark,
    ]


def _look(kind: str, kinds: Sequence[str]) -> list[str]:
    drawn = look(kind, kinds)
    return [drawn.colour, drawn.figure, drawn.inner]


def _thing(node: Row, kinds: Sequence[str], of: Row, base: str) -> Json:
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
        node["group"],
        *([node["front"]] if "front" in node else []),
    ]


def _document(
    document: Mapping[str, Json], row: Mapping[str, int], held: Mapping[str, Json]
) -> Json:
    things = held["things"]
    dates = dict(things.get(document["day"], {}).get("values", []))
    return {
        **{key: document[key] for key in document if key not in ("text", "mentions")},
        "id": document["id"].removeprefix(held["base"]),
        "day": dates.get("date") or _name(things, document["day"]),
        "authors": [_name(things, who) for who in document["authors"]],
        "publishers": [_name(things, who) for who in document["publishers"]],
        "fields": [
            [zh, en, [row.get(value, _name(things, value)) for value in values]]
            for zh, en, values in document["fields"]
        ],
    }


def _text(document: Mapping[str, Json], row: Mapping[str, int]) -> Json:
    mentions = [[a, b, row[iri]] for a, b, iri in document["mentions"] if iri in row]
    return [document["text"], mentions]


def _name(things: Mapping[str, Json], value: str) -> str:
    """Return a thing's first Chinese name if the value is its IRI, else the value itself."""
    names = things.get(value, {}).get("names", [])
    return next((str(name) for name, language in names if language != "en"), value)
