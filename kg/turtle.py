"""A folder of Turtle as an index: what is said of a subject, and in which file."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import OntologyError
from kg.vocabulary import NAMESPACE, PREFIXES

_RDF_TYPE = PREFIXES["rdf"] + "type"
_RDF_FIRST = PREFIXES["rdf"] + "first"
_RDF_REST = PREFIXES["rdf"] + "rest"


class Statements:
    """The triples of the folder, indexed by subject and predicate, each with its file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prefixes: dict[str, str] = {}
        self.file_of: dict[str, Path] = {}
        self._index: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
        self._types: dict[str, list[str]] = defaultdict(list)
        self._terms: dict[str, Path] = {}

    def read(self, file: Path) -> None:
        """Add the triples of a file; raise OntologyError with the place where it is no Turtle."""
        try:
            parser = ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)
            for triple in parser:
                self._add(triple, file)
        except (SyntaxError, ValueError) as error:
            raise OntologyError(f"is not Turtle: {_one_line(error)}", file=file) from error
        except OSError as error:
            raise OntologyError(f"cannot be read: {error.strerror}", file=file) from error
        self.prefixes.update({name: iri for name, iri in parser.prefixes.items() if name})

    def _add(self, triple: ox.Quad, file: Path) -> None:
        # Each attribute of a triple is made when it is asked for, so each is asked for once.
        subject, predicate = _key(triple.subject, file), triple.predicate.value
        object_ = triple.object
        if not isinstance(object_, ox.Literal | ox.NamedNode):
            object_ = ox.NamedNode(_key(object_, file))
        self._index.setdefault(subject, {}).setdefault(predicate, []).append(object_)
        self.file_of.setdefault(subject, file)
        if isinstance(object_, ox.NamedNode):
            value = object_.value
            if predicate == _RDF_TYPE:
                self._types[value].append(subject)
            if value.startswith(NAMESPACE):
                self._terms.setdefault(value, file)
        if predicate.startswith(NAMESPACE):
            self._terms.setdefault(predicate, file)

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

    def all(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a property as strings, in the order of reading."""
        return [term.value for term in self._index.get(subject, {}).get(predicate, ())]

    def one(self, subject: str, predicate: str) -> str | None:
        """Return the first value of a property, or None."""
        return next(iter(self.all(subject, predicate)), None)

    def text(self, subject: str, predicate: str, language: str) -> list[str]:
        """Return the literals in one language; those without a language count as Chinese."""
        return [
            term.value
            for term in self._index.get(subject, {}).get(predicate, ())
            if isinstance(term, ox.Literal) and (term.language or "zh").split("-")[0] == language
        ]

    def literals(self, subject: str, predicate: str) -> Iterator[ox.Literal]:
        """Yield the literals of a property, in the order of reading."""
        for term in self._index.get(subject, {}).get(predicate, ()):
            if isinstance(term, ox.Literal):
                yield term

    def predicates(self, subject: str) -> Iterable[str]:
        """Return the properties a subject has."""
        return self._index.get(subject, {})

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


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def local_name(iri: str) -> str:
    """Return what stands after the last ``#`` or ``/`` of an IRI."""
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
