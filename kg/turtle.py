"""A folder of Turtle as an index: what is said of a subject, and in which file."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.errors import OntologyError
from kg.vocabulary import NAMESPACE, PREFIXES

_RDF_TYPE = PREFIXES["rdf"] + "type"
_RDF_FIRST = PREFIXES["rdf"] + "first"
_RDF_REST = PREFIXES["rdf"] + "rest"


Literal = ox.Literal
Term = ox.NamedNode | Literal


class Statements:
    """The triples of the folder, indexed by subject, each with its file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prefixes: dict[str, str] = {}
        self.file_of: dict[str, Path] = {}
        self._index: dict[str, list[tuple[str, Term]]] = {}
        self._types: dict[str, list[str]] = defaultdict(list)
        self._terms: dict[str, Path] = {}

    def read(self, file: Path) -> None:
        """Add the triples of a file; raise OntologyError with the place where it is no Turtle."""
        try:
            parser = ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)
            self._add(parser, file)
        except (SyntaxError, ValueError) as error:
            raise OntologyError(f"is not Turtle: {_one_line(error)}", file=file) from error
        except OSError as error:
            raise OntologyError(f"cannot be read: {error.strerror}", file=file) from error
        self.prefixes.update({name: iri for name, iri in parser.prefixes.items() if name})

    def _add(self, triples: Iterable[ox.Quad], file: Path) -> None:
        # There are tens of thousands: what is said of one subject mostly stands together, and the
        # same few properties return. Each term is turned into a string when it is new.
        before, subject, said = None, "", []
        properties: dict[object, str] = {}
        for node, property_, object_, _ in triples:
            if node != before:
                before, subject = node, _key(node, file)
                said = self._index.setdefault(subject, [])
                self.file_of.setdefault(subject, file)
            if type(object_) is not Literal:
                object_ = self._named(object_, file)
                if property_.value == _RDF_TYPE:
                    self._types[object_.value].append(subject)
            predicate = properties.get(property_)
            if predicate is None:
                predicate = properties[property_] = property_.value
                self._use(predicate, file)
            said.append((predicate, object_))

    def _named(self, node: object, file: Path) -> ox.NamedNode:
        named = node if isinstance(node, ox.NamedNode) else ox.NamedNode(_key(node, file))
        self._use(named.value, file)
        return named

    def _use(self, iri: str, file: Path) -> None:
        if iri.startswith(NAMESPACE):
            self._terms.setdefault(iri, file)

    def require_known_terms(self) -> None:
        """Say which term is used and declared nowhere, and which one may have been meant."""
        declared = [iri for iri in self._index if iri.startswith(NAMESPACE)]
        for term, file in self._terms.items():
            if term in self._index:
                continue
            near = difflib.get_close_matches(term, declared, n=1)
            hint = (
                f"did you mean kg:{local_name(near[0])}?" if near else "declare it in the ontology"
            )
            raise OntologyError(
                f"is declared nowhere; {hint}", term=f"kg:{local_name(term)}", file=file
            )

    def instances(self, kind: str) -> list[str]:
        """Return the subjects of a class, in the order of reading."""
        return list(dict.fromkeys(self._types.get(kind, ())))

    def about(self, subject: str) -> Sequence[tuple[str, Term]]:
        """Return what is said of a subject, property and object, in the order of reading."""
        return self._index.get(subject, ())

    def all(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a property as strings, in the order of reading."""
        return [term.value for said, term in self.about(subject) if said == predicate]

    def one(self, subject: str, predicate: str) -> str | None:
        """Return the first value of a property, or None."""
        return next(iter(self.all(subject, predicate)), None)

    def text(self, subject: str, predicate: str, language: str) -> list[str]:
        """Return the literals in one language; those without a language count as Chinese."""
        return [
            term.value
            for said, term in self.about(subject)
            if said == predicate and isinstance(term, Literal) and language_of(term) == language
        ]

    def members(self, subject: str, predicate: str) -> Iterator[str]:
        """Yield the classes of a domain or range: one, several, or the members of a union."""
        for value in self.all(subject, predicate):
            unions = self.all(value, PREFIXES["owl"] + "unionOf")
            if not unions:
                yield value
            for head in unions:
                yield from self._list(head)

    def _list(self, head: str) -> Iterator[str]:
        while first := self.one(head, _RDF_FIRST):
            yield first
            head = self.one(head, _RDF_REST) or ""


def _key(node: object, file: Path) -> str:
    # Blank nodes of two files may bear the same name.
    if isinstance(node, ox.BlankNode):
        return f"blank:{file.stem}:{node.value}"
    return node.value  # type: ignore[attr-defined,no-any-return]


def language_of(literal: Literal) -> str:
    """Return the language of a literal without its region; that of one without any is Chinese."""
    return (literal.language or "zh").partition("-")[0]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def local_name(iri: str) -> str:
    """Return what stands after the last ``#`` or ``/`` of an IRI."""
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
