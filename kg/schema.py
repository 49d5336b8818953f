"""What an ontology is made of: classes, relations, concepts, patterns, fields of a header."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import IRI


@dataclass(frozen=True)
class Kind:
    """A class of entities."""

    iri: IRI
    name: str
    """Its local name, as annotators write it."""
    label: str
    english: str
    parents: tuple[IRI, ...]
    """Its superclasses among the kinds, nearest first."""
    evaluated: str
    """The name of the class below ``kg:Entity`` that it counts as: Strategy counts as Policy."""
    head_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A property, with the words that state it and the classes it allows at its ends."""

    iri: IRI
    name: str
    label: str
    english: str
    domain: frozenset[IRI]
    """Every class allowed as subject, subclasses included."""
    range: frozenset[IRI]
    triggers: tuple[str, ...] = ()
    """Strong triggers included."""
    strong_triggers: tuple[str, ...] = ()
    backward_triggers: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    citation_frames: tuple[str, ...] = ()
    title_frames: tuple[str, ...] = ()
    rank: int = 0

    def allows(self, subject: IRI, object_: IRI) -> bool:
        """Tell whether the two classes may stand at its ends."""
        return subject in self.domain and object_ in self.range


@dataclass(frozen=True)
class Concept:
    """A thing that is known by name."""

    iri: IRI
    kind: IRI
    label: str
    english: str | None = None
    aliases: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    """Words that stand for it in context only; recognized, never shown as aliases."""
    notations: tuple[tuple[str, IRI], ...] = ()
    """Codes and the datatype that names their table, e.g. ``("SG", kg:iso3166-1)``."""
    links: tuple[tuple[IRI, IRI], ...] = ()
    """What the ontology itself says of it: pairs of relation and object."""


@dataclass(frozen=True)
class Pattern:
    """A grammar of names: a regular expression over normalized text."""

    name: str
    regex: str
    kind: IRI | None
    rank: int = 0
    states: IRI | None = None
    """The relation between the two names of a construction."""


@dataclass(frozen=True)
class FieldRule:
    """A field of a document's header or foot, and the property that carries it."""

    name: str
    label: str
    english: str
    header_labels: tuple[str, ...]
    writes_to: IRI
    kind: IRI | None = None
    """The class of what the field names; None where its value is no entity."""


@dataclass(frozen=True)
class FieldLink:
    """A relation that holds between two fields of one line: an author and the affiliation."""

    subject: str
    relation: IRI
    object: str
