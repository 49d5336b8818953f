"""The graph as RDF files: sorted, so that the same graph gives the same bytes everywhere.

Turtle, N-Triples, JSON-LD and RDF/XML hold what documents, concepts and rules say, as one graph;
N-Quads and TriG hold everything, the ontology included, each triple in its named graph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.export.order import GROUPS, Description, in_reading_order
from kg.graph import terms
from kg.graph.terms import Term, in_graph
from kg.vocabulary import PREFIXES

if TYPE_CHECKING:
    from kg.graph.store import Graph

Json = dict[str, "Json"] | list["Json"] | str | int

_HEAD = """\
# What documents, concepts and rules say, as one graph; a fact stands at its subject, and the
# assertions say which sentence it comes from. N-Quads and TriG tell the named graphs apart.
"""
_AT_ONCE = 20_000
"""Triples that are written at once: a bound on memory."""


# ------------------------------------------------------------------ the formats


def write_turtle(graph: Graph, path: Path) -> None:
    """Write one graph for people to read: things, documents, assertions, places, in that order.

    Things are sorted by their labels, assertions and places as they follow in the documents.
    """
    ordered = in_reading_order(graph.store, graph.fact_graphs())
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_HEAD + _prefix_lines(graph.prefixes))
        for group, subjects in groupby(ordered, key=lambda described: described[0]):
            out.write(f"\n# {'-' * 48} {GROUPS[group]}\n")
            for triples in _some_at_once(description for _, description in subjects):
                out.write("\n" + _spaced(_serialized(triples, ox.RdfFormat.TURTLE, graph)))


def write_trig(graph: Graph, path: Path) -> None:
    """Write everything, a named graph after the other by IRI, each ordered as in Turtle."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(_prefix_lines(graph.prefixes) + "\n")
        for name in _graph_names(graph):
            ordered = in_reading_order(graph.store, [name])
            quads = [in_graph(triple, name) for _, told in ordered for triple in told]
            out.write(_spaced(_serialized(quads, ox.RdfFormat.TRIG, graph)))


def write_ntriples(graph: Graph, path: Path) -> None:
    """Write one graph, a triple a line, sorted."""
    lines = {line for name in graph.fact_graphs() for line in _lines(graph, name)}
    path.write_bytes(b"".join(sorted(lines)))


def write_nquads(graph: Graph, path: Path) -> None:
    """Write everything, a quad a line, sorted by graph."""
    with path.open("wb") as out:
        for name in _graph_names(graph):
            end = f"{name} .\n".encode()
            out.writelines(line[: -len(_END)] + end for line in sorted(_lines(graph, name)))


_END = b".\n"
"""What a line of N-Triples ends with."""


def _lines(graph: Graph, name: ox.NamedNode) -> list[bytes]:
    # The store writes a graph faster than it hands over its triples.
    written = graph.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b""
    return written.splitlines(keepends=True)


def write_rdfxml(graph: Graph, path: Path) -> None:
    """Write one graph as RDF/XML; characters that XML has no place for become U+FFFD."""
    ordered = in_reading_order(graph.store, graph.fact_graphs())
    triples = (triple for _, description in ordered for triple in description)
    written = _serialized(triples, ox.RdfFormat.RDF_XML, graph)
    text = fit_for_xml(written.decode()).replace("\r", "&#13;")
    # The serializer declares the prefixes in an order of its own, which changes from run to run.
    head, root, rest = re.split(r"(<rdf:RDF[^>]*>)", text, maxsplit=1)
    declared = " ".join(sorted(re.findall(r'xmlns:[\w.-]+="[^"]*"', root)))
    _write(path, f"{head}<rdf:RDF {declared}>{rest}")


def write_jsonld(graph: Graph, path: Path) -> None:
    """Write one graph as JSON-LD, with the prefixes as its context and Turtle's order."""
    nodes = [
        _json_node(description, graph.prefixes)
        for _, description in in_reading_order(graph.store, graph.fact_graphs())
    ]
    whole: Json = {"@context": dict(graph.prefixes), "@graph": list(nodes)}
    _write(path, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")


def fit_for_xml(text: str) -> str:
    """Return the text with U+FFFD for the characters that no XML file may hold.

    >>> fit_for_xml("a" + chr(12) + "b") == "a\\ufffdb"
    True
    """
    return _UNWRITABLE.sub("\ufffd", text)


_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


# ------------------------------------------------------------------ what is written


def _some_at_once(descriptions: Iterable[Description]) -> Iterator[list[ox.Triple]]:
    some: list[ox.Triple] = []
    for description in descriptions:
        some += description
        if len(some) >= _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _serialized(
    triples: Iterable[ox.Triple] | Iterable[ox.Quad], form: ox.RdfFormat, graph: Graph
) -> bytes:
    return ox.serialize(triples, format=form, prefixes=dict(graph.prefixes)) or b""


def _graph_names(graph: Graph) -> list[ox.NamedNode]:
    names = (name for name in graph.store.named_graphs() if isinstance(name, ox.NamedNode))
    return sorted(names, key=str)


# ------------------------------------------------------------------ in which form


def _prefix_lines(prefixes: Mapping[str, str]) -> str:
    width = max(map(len, prefixes)) + 1
    return "".join(
        f"@prefix {name + ':':{width}} <{iri}> .\n" for name, iri in sorted(prefixes.items())
    )


def _spaced(written: bytes) -> str:
    # Texts have their line ends escaped, so a line that ends in a full stop ends a subject.
    kept = re.sub("(?m)^@prefix .*\n", "", written.decode())
    return kept.replace("\n\t", "\n    ").replace(" .\n", " .\n\n").rstrip("\n") + "\n"


def _json_node(description: Description, prefixes: Mapping[str, str]) -> Json:
    node: dict[str, Json] = {"@id": _short(description[0].subject, prefixes)}
    for predicate, triples in groupby(description, key=lambda triple: triple.predicate):
        objects = [triple.object for triple in triples]
        if predicate == terms.TYPE:
            node["@type"] = [_short(object_, prefixes) for object_ in objects]
        else:
            values = [_json_value(object_, prefixes) for object_ in objects]
            node[_short(predicate, prefixes)] = values[0] if len(values) == 1 else values
    return node


def _json_value(term: Term, prefixes: Mapping[str, str]) -> Json:
    if not isinstance(term, ox.Literal):
        return {"@id": _short(term, prefixes)}
    if term.language:
        return {"@language": term.language, "@value": term.value}
    datatype = term.datatype.value
    if datatype == PREFIXES["xsd"] + "string":
        return term.value
    if datatype == PREFIXES["xsd"] + "integer" and re.fullmatch(r"0|-?[1-9]\d*", term.value):
        return int(term.value)
    return {"@type": _short(term.datatype, prefixes), "@value": term.value}


def _short(term: Term, prefixes: Mapping[str, str]) -> str:
    if not isinstance(term, ox.NamedNode):
        return str(term)
    fitting = (
        (len(iri), name, iri) for name, iri in prefixes.items() if term.value.startswith(iri)
    )
    _, name, iri = max(fitting, default=(0, "", ""))
    return f"{name}:{term.value.removeprefix(iri)}" if name else term.value
