"""The graph as RDF files: sorted, so that the same graph gives the same bytes everywhere.

Turtle, N-Triples, JSON-LD and RDF/XML hold what documents, concepts and rules say, as one graph;
N-Quads and TriG hold everything, the ontology included, each triple in its named graph.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.graph import terms
from kg.graph.terms import Term, in_graph
from kg.vocabulary import NAMESPACE, PREFIXES

if TYPE_CHECKING:
    from kg.graph.store import Graph

Json = dict[str, "Json"] | list["Json"] | str | int

_HEAD = """\
# What documents, concepts and rules say, as one graph; a fact stands at its subject, and the
# assertions say which sentence it comes from. N-Quads and TriG tell the named graphs apart.
"""
_GROUPS = (
    "things, and what is said of them",
    "documents, and how they were read",
    "assertions: what a sentence says, how, and how sure",
    "places in the documents, counted in code points",
)
_THINGS, _DOCUMENTS, _ASSERTIONS, _PLACES = range(len(_GROUPS))
_GROUP_OF: Mapping[Term, int] = {
    terms.DOCUMENT: _DOCUMENTS,
    terms.ACTIVITY: _DOCUMENTS,
    terms.EXTRACTOR: _DOCUMENTS,
    terms.ASSERTION: _ASSERTIONS,
    terms.POSITION_SELECTOR: _PLACES,
    terms.QUOTE_SELECTOR: _PLACES,
}
_FIRST = {
    predicate: rank
    for rank, predicate in enumerate(
        (
            terms.TYPE,
            terms.LABEL,
            terms.TITLE,
            terms.NOTATION,
            terms.ALT_LABEL,
            terms.SUBJECT,
            terms.PREDICATE,
            terms.OBJECT,
            terms.CONTEXT,
            terms.SPEAKER,
            terms.WHEN,
            terms.VALUE,
            terms.STATUS,
            terms.CONFIDENCE,
            terms.START,
            terms.END,
            terms.EXACT,
        )
    )
}
"""What is read first of a subject; the rest follows by IRI."""


# ------------------------------------------------------------------ the formats


def write_turtle(graph: Graph, path: Path) -> None:
    """Write one graph for people to read: things, documents, assertions, places, in that order.

    Things are sorted by their labels, assertions and places as they follow in the documents.
    """
    parts = [_HEAD, _prefix_lines(graph.prefixes)]
    ordered = _in_reading_order(_facts(graph))
    for group, subjects in groupby(ordered, key=lambda described: described[0]):
        parts.append(f"\n# ------------------------------------------------ {_GROUPS[group]}\n\n")
        triples = (triple for _, description in subjects for triple in description)
        written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=dict(graph.prefixes))
        parts.append(_spaced(written))
    _write(path, "".join(parts))


def write_trig(graph: Graph, path: Path) -> None:
    """Write everything, a named graph after the other by IRI, each ordered as in Turtle."""
    quads = (
        in_graph(triple, name)
        for name in _graph_names(graph)
        for _, description in _in_reading_order(_triples(graph, name))
        for triple in description
    )
    written = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=dict(graph.prefixes))
    _write(path, f"{_prefix_lines(graph.prefixes)}\n{_spaced(written)}")


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
    triples = (t for _, description in _in_reading_order(_facts(graph)) for t in description)
    written = ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=dict(graph.prefixes))
    text = fit_for_xml((written or b"").decode()).replace("\r", "&#13;")
    # The serializer declares the prefixes in an order of its own, which changes from run to run.
    head, root, rest = re.split(r"(<rdf:RDF[^>]*>)", text, maxsplit=1)
    declared = " ".join(sorted(re.findall(r'xmlns:[\w.-]+="[^"]*"', root)))
    _write(path, f"{head}<rdf:RDF {declared}>{rest}")


def write_jsonld(graph: Graph, path: Path) -> None:
    """Write one graph as JSON-LD, with the prefixes as its context and Turtle's order."""
    nodes = [
        _json_node(description, graph.prefixes)
        for _, description in _in_reading_order(_facts(graph))
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


def _facts(graph: Graph) -> set[ox.Triple]:
    return {triple for name in graph.fact_graphs() for triple in _triples(graph, name)}


def _triples(graph: Graph, name: ox.NamedNode) -> Iterator[ox.Triple]:
    return (quad.triple for quad in graph.store.quads_for_pattern(None, None, None, name))


def _graph_names(graph: Graph) -> list[ox.NamedNode]:
    names = (name for name in graph.store.named_graphs() if isinstance(name, ox.NamedNode))
    return sorted(names, key=str)


# ------------------------------------------------------------------ in which order


Description = Sequence[ox.Triple]


def _in_reading_order(triples: Iterable[ox.Triple]) -> list[tuple[int, Description]]:
    # (group, what is said of one subject): by group, then by label or by place.
    described: dict[Term, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        described[triple.subject].append(triple)
    places = {
        subject: _place(description, described)
        for subject, description in described.items()
        if _group(description) == _PLACES
    }
    ordered = sorted(
        (_group(description), _key(subject, description, places), str(subject))
        for subject, description in described.items()
    )
    by_name = {str(subject): description for subject, description in described.items()}
    return [(group, sorted(by_name[name], key=_triple_key)) for group, _, name in ordered]


Place = tuple[str, int, int]


def _place(description: Description, described: Mapping[Term, Description]) -> Place:
    source = _value(description, terms.SOURCE)
    file = _value(described.get(source, ()), terms.FILE) if source else None
    start, end = _value(description, terms.START), _value(description, terms.END)
    return (getattr(file, "value", ""), _number(start), _number(end))


def _number(term: Term | None) -> int:
    value = term.value if isinstance(term, ox.Literal) else ""
    return int(value) if value.isdigit() else 0


def _key(subject: Term, description: Description, places: Mapping[Term, Place]) -> Place:
    if subject in places:
        return places[subject]
    quotation = _value(description, terms.DERIVED_FROM)
    if quotation is not None and quotation in places:
        return places[quotation]
    named = _value(description, terms.LABEL) or _value(description, terms.FILE)
    return (getattr(named, "value", ""), 0, 0)


def _group(description: Description) -> int:
    kinds = (triple.object for triple in description if triple.predicate == terms.TYPE)
    return max((_GROUP_OF.get(kind, _THINGS) for kind in kinds), default=_THINGS)


def _value(description: Description, predicate: ox.NamedNode) -> Term | None:
    # The first in writing order: a Chinese label before an English one.
    return min(
        (triple.object for triple in description if triple.predicate == predicate),
        key=_object_key,
        default=None,
    )


def _triple_key(triple: ox.Triple) -> tuple[int, str, tuple[int, str]]:
    rank = _FIRST.get(triple.predicate, len(_FIRST))
    return (rank, triple.predicate.value, _object_key(triple.object))


def _object_key(term: Term) -> tuple[int, str]:
    # Chinese before English, our own classes before those of others.
    language = term.language if isinstance(term, ox.Literal) else None
    ours = isinstance(term, ox.NamedNode) and term.value.startswith(NAMESPACE)
    return (0 if ours or language == terms.LANGUAGE else 1, str(term))


# ------------------------------------------------------------------ in which form


def _prefix_lines(prefixes: Mapping[str, str]) -> str:
    width = max(map(len, prefixes)) + 1
    return "".join(
        f"@prefix {name + ':':{width}} <{iri}> .\n" for name, iri in sorted(prefixes.items())
    )


def _spaced(written: bytes | None) -> str:
    # Texts have their line ends escaped, so a line that ends in a full stop ends a subject.
    kept = re.sub("(?m)^@prefix .*\n", "", (written or b"").decode())
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
