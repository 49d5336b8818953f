"""Words in, places out: names, titles and evidence sentences, found by any part of them.

A Chinese text is indexed a character a token, so that a word is found inside every other; what
the index finds is then looked for in the text itself, in simplified script and half width. Names
come first, and of these first those that the words make up most of.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.graph import terms
from kg.graph.records import Place, Reader
from kg.model import IRI, Span
from kg.ontology import Ontology
from kg.text.normal import normalize

FILE = "search.sqlite"
"""The index beside the store of a build."""
_MAGIC = b"SQLite format 3"
MOST = 10_000
"""Hits that are ranked at most."""

_ROLES = ("label", "alias", "title", "sentence")
"""What a text is to its node; the first ones are ranked first."""
_TABLES = """
CREATE TABLE texts (
  id INTEGER PRIMARY KEY, node TEXT NOT NULL, role INTEGER NOT NULL, text TEXT NOT NULL,
  document TEXT, file TEXT, start INTEGER, stop INTEGER
);
CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61');
CREATE TABLE about (mark TEXT NOT NULL);
"""
_FIND = """
SELECT node, role, texts.text, document, file, start, stop
FROM words JOIN texts ON texts.id = words.rowid WHERE words MATCH ?
ORDER BY role, length(texts.text), bm25(words), texts.id LIMIT ?
"""
_TOKEN = re.compile(r"[^\W\d_\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|\d+|\w")
"""A word of letters, a number, or a single Chinese character."""
_BETWEEN = "[\\s\u00b7\u201c\u201d\u300a\u300b_-]*"
"""What may stand between two characters of a word."""


_Text = tuple[str, int, str, str | None, str | None, int | None, int | None]
"""Node, role, text, and where it is: document, file, start, stop."""


@dataclass(frozen=True)
class Hit:
    """A text that holds all the words."""

    node: str
    """The IRI of the thing, the document, or the span of the sentence."""
    role: str
    """What the text is to the node: its label, an alias, its title, its sentence."""
    text: str
    marks: tuple[Span, ...]
    """Where the words are in `text`."""
    score: float
    """From 0 to 1, the higher the better."""
    document: str | None
    file: str | None
    place: Span | None
    """In the document: the first of the words of a sentence, the first mention of a thing."""


def write_index(store: ox.Store, ontology: Ontology, path: Path) -> None:
    """Write the index of a graph; the same graph gives the same file."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        _fill(connection, store, ontology)
        connection.execute("VACUUM")
    finally:
        connection.close()


class Index:
    """An index that is asked."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def of(cls, store: ox.Store, ontology: Ontology) -> Index:
        """Return the index of a graph, made in memory."""
        connection = sqlite3.connect(":memory:")
        _fill(connection, store, ontology)
        return cls(connection)

    @classmethod
    def read(cls, content: bytes) -> Index:
        """Return the index that a file holds; it needs the file no more."""
        connection = sqlite3.connect(":memory:")
        connection.deserialize(content)
        return cls(connection)

    def nodes(self, words: str) -> list[tuple[str, float]]:
        """Return the IRIs that are found, with their scores, best first."""
        return [(hit.node, hit.score) for hit in self.search(words, limit=MOST)]

    @property
    def mark(self) -> str:
        """What the graph was marked with when the index was made: `mark_of`."""
        [(mark,)] = self._connection.execute("SELECT mark FROM about")
        return str(mark)

    def search(self, words: str, *, limit: int = 20, offset: int = 0) -> tuple[Hit, ...]:
        """Return the texts that hold all the words, best first.

        Words are parted by blanks; each is found as it stands, in any script and width.
        """
        wanted = [tokens for word in words.split() if (tokens := _tokens(word))]
        if not wanted:
            return ()
        expression = " AND ".join(f'"{" ".join(tokens)}"{_star(tokens)}' for tokens in wanted)
        patterns = [_pattern(tokens) for tokens in wanted]
        found = self._connection.execute(_FIND, (expression, MOST))
        hits = (hit for row in found if (hit := _hit(row, patterns)))
        ranked = sorted(hits, key=lambda hit: (-hit.score, hit.text, hit.node))
        return tuple(ranked[offset : offset + limit])

    @property
    def content(self) -> bytes:
        """The index as `read` takes it."""
        return self._connection.serialize()

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()


def open_index(store: ox.Store, ontology: Ontology, file: Path | None) -> Index:
    """Return the index of a graph: the one in the file if it is in step, else one made anew."""
    if file is not None and file.is_file():
        with suppress(sqlite3.Error, OSError):
            content = file.read_bytes()
            index = Index.read(content) if content.startswith(_MAGIC) else None
            if index and index.mark == mark_of(store):
                return index
    return Index.of(store, ontology)


def mark_of(store: ox.Store) -> str:
    """Return what tells whether an index is in step: a hash of the documents and their texts."""
    found = store.quads_for_pattern(None, terms.SHA256, None, terms.UNION)
    lines = sorted(f"{quad.subject} {quad.object}" for quad in found)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


# ------------------------------------------------------------------ finding


def _hit(row: _Text, patterns: Iterable[re.Pattern[str]]) -> Hit | None:
    node, role, text, document, file, start, stop = row
    plain = _plain(text)
    found = [pattern.search(plain) for pattern in patterns]
    marks = tuple(sorted({Span(*match.span()) for match in found if match}))
    if not all(found):
        return None
    place = Span(start, stop) if start is not None and stop is not None else None
    name = _ROLES[role]
    if place and name == "sentence":
        place = Span(place.start + marks[0].start, place.start + marks[0].end)
    share = min(sum(map(len, marks)) / len(text), 1.0)
    score = round((len(_ROLES) - 1 - role + share) / len(_ROLES), 4)
    return Hit(node, name, text, marks, score, document, file, place)


def _plain(text: str) -> str:
    # Character for character, so that places stay.
    lowered = normalize(text).text
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in lowered)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_plain(text))


def _star(tokens: list[str]) -> str:
    # A word of letters may go on; a Chinese one is found in any other as it is.
    return "*" if _goes_on(tokens[-1]) else ""


def _goes_on(token: str) -> bool:
    return token.isascii() and token.isalpha()


def _pattern(tokens: list[str]) -> re.Pattern[str]:
    start = "(?<![a-z0-9])" if tokens[0].isascii() else ""
    return re.compile(start + _BETWEEN.join(map(re.escape, tokens)))


# ------------------------------------------------------------------ writing


def _fill(connection: sqlite3.Connection, store: ox.Store, ontology: Ontology) -> None:
    connection.executescript(_TABLES)
    rows = sorted(_rows(store, ontology), key=lambda row: (row[1], row[0], row[2]))
    numbered = list(enumerate(rows, start=1))
    connection.executemany(
        "INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ((n, *row) for n, row in numbered)
    )
    connection.executemany(
        "INSERT INTO words (rowid, text) VALUES (?, ?)",
        ((n, " ".join(_tokens(row[2]))) for n, row in numbered),
    )
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    connection.execute("INSERT INTO about VALUES (?)", (mark_of(store),))
    connection.commit()


def _rows(store: ox.Store, ontology: Ontology) -> Iterator[_Text]:
    reader = Reader(store, ontology)
    mentions = _first_mentions(store, reader)
    things = {
        quad.subject
        for kind in ontology.kinds
        for quad in store.quads_for_pattern(None, terms.TYPE, ox.NamedNode(kind), terms.UNION)
    }
    for role, predicate in enumerate((terms.LABEL, terms.ALT_LABEL)):
        for node, text in _texts(store, predicate):
            if node in things:
                yield node.value, role, text, *_columns(mentions.get(node))
    for node, text in _texts(store, terms.TITLE):
        file = next((quad.object for quad in _said(store, node, terms.FILE)), None)
        yield node.value, 2, text, node.value, getattr(file, "value", None), None, None
    spans = {
        quad.object for quad in store.quads_for_pattern(None, terms.SENTENCE, None, terms.UNION)
    }
    for span in spans:
        if place := reader.place(span):
            yield str(span)[1:-1], 3, place.quote, *_columns(place)


def _texts(store: ox.Store, predicate: ox.NamedNode) -> Iterator[tuple[ox.NamedNode, str]]:
    found = store.quads_for_pattern(None, predicate, None, terms.UNION)
    pairs = {
        (quad.subject, quad.object.value)  # a name of two languages that is written the same
        for quad in found
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
    }
    yield from pairs


def _said(store: ox.Store, node: ox.NamedNode, predicate: ox.NamedNode) -> Iterator[ox.Quad]:
    return iter(store.quads_for_pattern(node, predicate, None, terms.UNION))


def _first_mentions(store: ox.Store, reader: Reader) -> Mapping[ox.NamedNode, Place]:
    first: dict[ox.NamedNode, Place] = {}
    for quad in store.quads_for_pattern(None, terms.REFERS_TO, None, terms.UNION):
        place, thing = reader.place(quad.subject), quad.object
        if place and isinstance(thing, ox.NamedNode):
            first[thing] = min(place, first.get(thing, place), key=_in_order)
    return first


def _in_order(place: Place) -> tuple[str, IRI, Span]:
    return (place.file, place.document, place.span)


def _columns(place: Place | None) -> tuple[str | None, str | None, int | None, int | None]:
    if place is None:
        return (None, None, None, None)
    return (place.document, place.file, place.span.start, place.span.end)
