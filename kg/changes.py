"""What a change of the ontology can change in the documents: some of them, by its words, or all.

A document's graph depends on a known name only where the name stands in its text. On all else
that an ontology teaches, and on models and software, any document may depend.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.graph.records import DocumentRecord
from kg.model import HASH_LENGTH, IRI, Document
from kg.ontology import Concept, Ontology
from kg.text.normal import normalize

FILE = "taught.json"
"""What the documents of a folder were read with, so that a later build can tell what changed."""
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Taught:
    """All that decides what is found in a text, as hashes that can be compared."""

    parts: Mapping[str, str]
    """By kind and name, as in ``relation proposes``: what may concern any text."""
    names: Mapping[str, str]
    """By each spelling of a known name: what it stands for."""
    things: Mapping[str, str]
    """The known things whose IRI is one that a text could have minted."""
    schema: str
    """The files that are part of the graph."""


@dataclass(frozen=True)
class Words:
    """Spellings of names that changed.

    >>> words = Words(("数字政府", "數據島"))
    >>> words.may_stand_in(Document("a", "建设“数字 政府”。", "0" * 64))
    True
    >>> words.may_stand_in(Document("a", "消除数据岛", "0" * 64))
    True
    >>> words.may_stand_in(Document("a", "政府数字化。", "0" * 64))
    False
    """

    spelled: tuple[str, ...]

    @cached_property
    def _sought(self) -> frozenset[str]:
        normal = normalize("\n".join(_BLANKS.sub(" ", name) for name in self.spelled)).text
        return frozenset(map(_bare, (*self.spelled, *normal.split("\n"))))

    def may_stand_in(self, document: Document) -> bool:
        """Tell whether one of them can be in the document, however it is written there.

        Blanks and marks do not count, so that a yes may be wrong and a no never is.
        """
        if not self.spelled:
            return False
        normal = normalize(document.text).text
        if not _is_settled(normal):
            return True
        values = [field.value for field in document.fields]
        texts = (document.text, normal, *values, *(normalize(value).text for value in values))
        within = "\n".join(map(_bare, texts))
        return any(name in within for name in self._sought)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _is_settled(normal: str) -> bool:
    # Else a part of the normal form could have another normal form, by itself.
    characters = "\n".join(sorted(set(_bare(normal))))
    return normalize(characters).text == characters


@dataclass(frozen=True)
class Change:
    """What is not as it was when some documents were read."""

    parts: tuple[str, ...] = ()
    """What may concern any document, as in ``relation proposes``."""
    words: Words = Words(())
    things: tuple[IRI, ...] = ()
    schema: bool = False
    is_known: bool = True
    """Whether it is known with what the documents had been read."""

    @property
    def concerns_all(self) -> bool:
        """Tell whether every document has to be read again."""
        return bool(self.parts) or not self.is_known


UNKNOWN = Change(schema=True, is_known=False)
"""The change since nobody knows what."""


def compare(before: Taught | None, now: Taught) -> Change:
    """Return what differs."""
    if before is None:
        return UNKNOWN
    return Change(
        parts=tuple(_differing(before.parts, now.parts)),
        words=Words(tuple(_differing(before.names, now.names))),
        things=tuple(map(IRI, _differing(before.things, now.things))),
        schema=before.schema != now.schema,
    )


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> Iterator[str]:
    yield from sorted(key for key in {*one, *other} if one.get(key) != other.get(key))


# ------------------------------------------------------------------ what an ontology teaches


def taught_by(ontology: Ontology, models: str, software: str) -> Taught:
    """Return what an ontology teaches, with the hash of the models and the software's version."""
    stated = [(concept, _hash(_seen_of(concept))) for concept in ontology.concepts]
    names: dict[str, list[str]] = defaultdict(list)
    things: dict[str, list[str]] = defaultdict(list)
    minted = re.compile(rf"{re.escape(ontology.base)}[a-z]+-[0-9a-f]{{{HASH_LENGTH}}}")
    for concept, hashed in stated:
        for name in (concept.label, *concept.aliases):
            names[name].append(hashed)
        for name in concept.context:
            names[name].append(f"~{hashed}")
        if minted.fullmatch(concept.iri):
            things[concept.iri].append(hashed)
    return Taught(
        parts=_parts(ontology, models, software),
        names={name: " ".join(names[name]) for name in sorted(names)},
        things={iri: " ".join(things[iri]) for iri in sorted(things)},
        schema=_schema(ontology.folder),
    )


def _seen_of(concept: Concept) -> str:
    # The graph of a document says nothing else of a known thing; what the ontology itself says
    # of it (its other names, codes, links) stands in a graph that every build makes anew.
    return repr((concept.iri, concept.kind, concept.label, concept.context))


def _parts(ontology: Ontology, models: str, software: str) -> Mapping[str, str]:
    grouped: dict[str, list[object]] = defaultdict(list)
    for group, members in (
        ("class", ontology.kinds.values()),
        ("relation", ontology.relations),
        ("pattern", ontology.patterns),
        ("field", ontology.fields),
    ):
        for member in members:
            grouped[f"{group} {member.name}"].append(dataclasses.asdict(member))
    for name, words in ontology.words.items():
        grouped[f"word list {name}"].append(words)
    grouped["links of fields"].extend(dataclasses.asdict(link) for link in ontology.field_links)
    grouped["base"].append(ontology.base)
    grouped["models"].append(models)
    grouped["software"].append(software)
    # Sets have no order of their own.
    write = json.JSONEncoder(default=sorted, sort_keys=True).encode
    return {name: _hash(write(grouped[name])) for name in sorted(grouped)}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


def _schema(folder: Path) -> str:
    hashed = hashlib.sha256()
    for file in sorted(folder.glob("*.ttl")):
        if file.name != "shapes.ttl":
            hashed.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return hashed.hexdigest()[:HASH_LENGTH]


# ------------------------------------------------------------------ kept beside the graph


def recall_taught(folder: Path) -> Mapping[str, Taught]:
    """Return what the documents of a folder were read with, by fingerprint, as far as known."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return {fingerprint: Taught(**said) for fingerprint, said in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def remember_taught(folder: Path, taught: Mapping[str, Taught], wanted: Collection[str]) -> None:
    """Write down those whose fingerprint is wanted; the file is there as a whole or as it was."""
    from kg.opening import write_whole

    kept: dict[str, Any] = {  # Any: what JSON can hold
        fingerprint: dataclasses.asdict(taught[fingerprint])
        for fingerprint in sorted(wanted)
        if fingerprint in taught
    }
    write_whole(folder / FILE, json.dumps(kept, ensure_ascii=False) + "\n")


# ------------------------------------------------------------------ what to read again


@dataclass(frozen=True)
class Doubt:
    """A document that was read with something else: read again if its text says so."""

    document: IRI
    sha256: str
    words: Words

    def is_settled_by(self, document: Document) -> bool:
        """Tell whether it need not be read again."""
        return document.sha256 == self.sha256 and not self.words.may_stand_in(document)


@dataclass(frozen=True)
class Kept:
    """What stands in the place of a record that need not be made again."""

    document: IRI
    file: str


@dataclass(frozen=True)
class Review:
    """What is to be done about documents that were read with something else."""

    stale: tuple[DocumentRecord, ...] = ()
    changes: tuple[Change, ...] = ()
    doubts: Mapping[str, Doubt] = dataclasses.field(default_factory=dict)
    """By file; all others of them are read again."""

    @property
    def schema(self) -> bool:
        """Tell whether what the graph says of classes and relations is not as it was."""
        return any(change.schema for change in self.changes)


def review(
    store: Path,
    stale: Iterable[DocumentRecord],
    taught: Mapping[str, Taught],
    ontology: Ontology,
) -> Review:
    """Tell the documents that have to be read again from those of which their text decides.

    `taught` is what they were read with, and what the ontology teaches now, by fingerprint.
    """
    stale = tuple(stale)
    now = taught[ontology.fingerprint]
    fingerprints = sorted({record.fingerprint for record in stale})
    changes = {other: compare(taught.get(other), now) for other in fingerprints}
    named = _naming([iri for change in changes.values() for iri in change.things], store, ontology)
    doubts = {
        record.file: Doubt(record.iri, record.sha256, changes[record.fingerprint].words)
        for record in stale
        if record.sha256 and not changes[record.fingerprint].concerns_all
        if record.iri not in named
    }
    return Review(stale, tuple(changes.values()), doubts)


def _naming(things: Collection[IRI], store: Path, ontology: Ontology) -> Collection[IRI]:
    """Return the documents in whose graphs there are such things."""
    if not things:
        return ()
    from kg.graph.store import Graph

    with Graph.read_only(store, ontology) as graph:
        return graph.read().documents_with(things)
