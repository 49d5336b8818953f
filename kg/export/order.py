"""In which order a graph is written for reading: things, documents, assertions, places.

The order is worked out in a file that is gone afterwards, one subject at a time, so that a graph
of any size takes the same memory.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache, partial

import pyoxigraph as ox

from kg.graph import terms
from kg.graph.terms import Node, Term
from kg.vocabulary import NAMESPACE

GROUPS = (
    "things, and what is said of them",
    "documents, and how they were read",
    "assertions: what a sentence says, how, and how sure",
    "places in the documents, counted in code points",
)
_THINGS, _DOCUMENTS, _ASSERTIONS, _PLACES = range(len(GROUPS))
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
_REMEMBERED = 4_096
"""Places and documents whose keys are not worked out anew."""
_LARGEST = 2**63 - 1
"""What a column of SQLite holds at most."""

Description = Sequence[ox.Triple]
"""All that is said of one subject, in the order of reading."""
Describe = Callable[[Node], Collection[ox.Triple]]
Place = tuple[str, int, int]
"""A file or a label, and the offsets in code points where there are some."""
Key = tuple[int, str, int, int]
"""A group and a place."""


def in_reading_order(
    store: ox.Store, graphs: Sequence[ox.NamedNode]
) -> Iterator[tuple[int, Description]]:
    """Yield what these graphs together say of each subject, with the number of its group.

    Groups follow as in `GROUPS`; within one, things go by their labels, documents by their
    files, assertions and places as they follow in the documents.
    """
    described = _descriptions(store, graphs)
    with closing(sqlite3.connect("")) as file:  # a file without a name, gone when it is closed
        file.execute(
            "CREATE TABLE told (grp INT, name TEXT, start INT, stop INT, subject TEXT,"
            " PRIMARY KEY (grp, name, start, stop, subject)) WITHOUT ROWID"
        )
        for rows in _rows(store, graphs, _Keys(described)):
            file.executemany("INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?, ?)", rows)
        ordered = "SELECT grp, subject FROM told ORDER BY grp, name, start, stop, subject"
        for group, name in file.execute(ordered):
            yield group, _sorted(described(_node(name)))


Row = tuple[int, str, int, int, str]
"""What orders a subject, and the subject."""


def _rows(store: ox.Store, graphs: Sequence[ox.NamedNode], keys: _Keys) -> Iterator[Iterator[Row]]:
    for graph in graphs:
        if ox.Quad(graph, terms.TYPE, terms.DOCUMENT, graph) in store:
            held: dict[Node, list[ox.Triple]] = defaultdict(list)
            for quad in store.quads_for_pattern(None, None, None, graph):
                if isinstance(quad.subject, ox.NamedNode | ox.BlankNode):
                    held[quad.subject].append(quad.triple)
            yield ((*keys.within(subject, held), str(subject)) for subject in held)
        else:
            yield ((*keys.of(subject), str(subject)) for subject in _subjects(store, graph))


def _subjects(store: ox.Store, graph: ox.NamedNode) -> Iterator[Node]:
    """Yield the subjects of a graph, one several times only where the store mixes them."""
    before: Node | None = None
    for quad in store.quads_for_pattern(None, None, None, graph):
        if quad.subject != before and isinstance(quad.subject, ox.NamedNode | ox.BlankNode):
            before = quad.subject
            yield before


def _descriptions(store: ox.Store, graphs: Sequence[ox.NamedNode]) -> Describe:
    if len(graphs) == 1:
        return lambda subject: {
            quad.triple for quad in store.quads_for_pattern(subject, None, None, graphs[0])
        }
    wanted = set(graphs)
    others = (name for name in store.named_graphs() if name not in wanted)
    mixed = {subject for name in others for subject in _subjects(store, name)}  # type: ignore[arg-type]

    def described(subject: Node) -> set[ox.Triple]:
        if subject not in mixed:  # then the union holds nothing else of it
            quads = store.quads_for_pattern(subject, None, None, terms.UNION)
            return {quad.triple for quad in quads}
        quads = store.quads_for_pattern(subject, None, None, None)
        return {quad.triple for quad in quads if quad.graph_name in wanted}

    return described


def _node(name: str) -> Node:
    return ox.NamedNode(name[1:-1]) if name.startswith("<") else ox.BlankNode(name[2:])


# ------------------------------------------------------------------ which subject comes first


class _Keys:
    """Tells by what a subject is ordered: its group, then a label, or a file and offsets."""

    def __init__(self, described: Describe) -> None:
        # Nothing here may lead back to itself: the store would stay open until it is collected.
        self.described = described
        file_of = lru_cache(_REMEMBERED)(partial(_file_of, described))
        self.place = partial(_place, file_of)
        self.of = lru_cache(_REMEMBERED)(partial(_key_of, described, self.place))

    def within(self, subject: Node, held: Mapping[Node, list[ox.Triple]]) -> Key:
        """Return the key of a subject of a document's graph, of which `held` is the whole.

        What stands in a document, and what is asserted there, no other graph places anew.
        """
        if _group(held[subject]) < _ASSERTIONS:
            return self.of(subject)
        return _key_of(lambda node: held.get(node) or self.described(node), self.place, subject)


def _key_of(
    described: Describe, place: Callable[[Iterable[ox.Triple]], Place], subject: Node
) -> Key:
    description = described(subject)
    group = _group(description)
    if group == _PLACES:
        return (group, *place(description))
    quotation = _value(description, terms.DERIVED_FROM)
    if isinstance(quotation, ox.NamedNode | ox.BlankNode):
        quoted = described(quotation)
        if _group(quoted) == _PLACES:
            return (group, *place(quoted))
    named = _value(description, terms.LABEL) or _value(description, terms.FILE)
    return (group, getattr(named, "value", ""), 0, 0)


def _place(file_of: Callable[[Node], str], description: Iterable[ox.Triple]) -> Place:
    source = _value(description, terms.SOURCE)
    file = file_of(source) if isinstance(source, ox.NamedNode | ox.BlankNode) else ""
    start, end = _value(description, terms.START), _value(description, terms.END)
    return (file, _number(start), _number(end))


def _file_of(described: Describe, document: Node) -> str:
    file = _value(described(document), terms.FILE)
    return getattr(file, "value", "")


def _number(term: Term | None) -> int:
    value = term.value if isinstance(term, ox.Literal) else ""
    return min(int(value), _LARGEST) if value.isdecimal() else 0


def _group(description: Iterable[ox.Triple]) -> int:
    kinds = (triple.object for triple in description if triple.predicate == terms.TYPE)
    return max((_GROUP_OF.get(kind, _THINGS) for kind in kinds), default=_THINGS)


def _value(description: Iterable[ox.Triple], predicate: ox.NamedNode) -> Term | None:
    # The first in writing order: a Chinese label before an English one.
    found = [triple.object for triple in description if triple.predicate == predicate]
    return min(found, key=_object_key, default=None) if len(found) != 1 else found[0]


# ------------------------------------------------------------------ which triple comes first


def _sorted(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    by_predicate: dict[ox.NamedNode, list[ox.Triple]] = {}
    for triple in triples:
        by_predicate.setdefault(triple.predicate, []).append(triple)
    ordered: list[ox.Triple] = []
    for predicate in sorted(by_predicate, key=_predicate_key):
        same = by_predicate[predicate]
        if len(same) > 1:
            same.sort(key=lambda triple: _object_key(triple.object))
        ordered += same
    return ordered


@lru_cache(_REMEMBERED)
def _predicate_key(predicate: ox.NamedNode) -> tuple[int, str]:
    return (_FIRST.get(predicate, len(_FIRST)), predicate.value)


def _object_key(term: Term) -> tuple[int, str]:
    # Chinese before English, our own classes before those of others.
    language = term.language if isinstance(term, ox.Literal) else None
    ours = isinstance(term, ox.NamedNode) and term.value.startswith(NAMESPACE)
    return (0 if ours or language == terms.LANGUAGE else 1, str(term))
