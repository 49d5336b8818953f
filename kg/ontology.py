"""The ontology folder, read once into one frozen value: what to look for, in its own words.

The code knows *how* names and relations are found; *which* ones is said in Turtle alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path

from kg.errors import OntologyError
from kg.model import IRI
from kg.schema import Concept, FieldLink, FieldRule, Kind, Pattern, Relation
from kg.turtle import Literal, Statements, language_of, local_name
from kg.vocabulary import KG, NAMESPACE, ONTOLOGY_GRAPH, PREFIXES

__all__ = [
    "KG",
    "NAMESPACE",
    "ONTOLOGY_GRAPH",
    "PREFIXES",
    "SHIPPED_MODELS",
    "SHIPPED_ONTOLOGY",
    "Concept",
    "FieldLink",
    "FieldRule",
    "Kind",
    "Ontology",
    "Pattern",
    "Relation",
    "load_ontology",
]


def _shipped(name: str) -> Path:
    # A wheel carries the folder inside the package; a checkout has it beside the package.
    inside = Path(__file__).parent / "shipped" / name
    return inside if inside.is_dir() else Path(__file__).parent.parent / name


SHIPPED_ONTOLOGY = _shipped("ontology")
SHIPPED_MODELS = (
    _shipped("models")
    if _shipped("models").is_dir()
    else Path(__file__).parent.parent / "data" / "models"
)


@dataclass(frozen=True, eq=False)
class Ontology:
    """All that the ontology folder says; built by `load_ontology`, never by hand.

    It is equal to itself alone, so that what is compiled from it can be kept.
    """

    folder: Path
    base: str
    kinds: Mapping[IRI, Kind]
    relations: tuple[Relation, ...]
    """By rank, highest first: where several fit, the first one wins."""
    concepts: tuple[Concept, ...]
    patterns: tuple[Pattern, ...]
    words: Mapping[str, tuple[str, ...]]
    fields: tuple[FieldRule, ...]
    field_links: tuple[FieldLink, ...]
    fingerprint: str
    """SHA-256 over every file that can change what is extracted."""
    prefixes: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _concepts(self) -> Mapping[IRI, Concept]:
        return {concept.iri: concept for concept in self.concepts}

    @cached_property
    def _relations(self) -> Mapping[IRI, Relation]:
        return {relation.iri: relation for relation in self.relations}

    def concept(self, iri: IRI) -> Concept | None:
        """Return the known concept with this IRI, or None for a minted one."""
        return self._concepts.get(iri)

    def kind(self, iri: IRI) -> Kind:
        """Return the class with this IRI; KeyError if it is not one of ours."""
        return self.kinds[iri]

    def relation(self, iri: IRI) -> Relation:
        """Return the relation with this IRI; KeyError if it is not one of ours."""
        return self._relations[iri]

    def mint(self, name: str) -> IRI:
        """Return the IRI of a thing under the ontology's base."""
        return IRI(self.base + name)


def load_ontology(folder: Path = SHIPPED_ONTOLOGY) -> Ontology:
    """Read an ontology folder; raise OntologyError with the file and the remedy if it misleads.

    >>> ontology = load_ontology()
    >>> ontology.relation(IRI(KG.hasValue)).english
    'has value'
    >>> sorted({kind.evaluated for kind in ontology.kinds.values()})[:3]
    ['Concept', 'Country', 'Event']
    """
    if not folder.is_dir():
        raise OntologyError(
            "is not a folder; give the folder that holds policy.ttl, or write one with "
            "`kg new-ontology DIR`",
            file=folder,
        )
    files = _files(folder)
    statements = Statements(folder)
    for file in files:
        statements.read(file)
    statements.require_known_terms()
    kinds = _kinds(statements)
    return Ontology(
        folder=folder,
        base=statements.one(ONTOLOGY_GRAPH, KG.base) or "https://w3id.org/zhengtu/id/",
        kinds=kinds,
        relations=tuple(sorted(_relations(statements, kinds), key=lambda r: (-r.rank, r.iri))),
        concepts=tuple(_concepts(statements, kinds)),
        patterns=tuple(_patterns(statements)),
        words={
            local_name(iri): tuple(statements.all(iri, KG.word))
            for iri in sorted(statements.instances(KG.WordList))
        },
        fields=tuple(_fields(statements)),
        field_links=tuple(_field_links(statements)),
        fingerprint=_fingerprint(files, folder),
        prefixes=dict(sorted({**PREFIXES, **statements.prefixes}.items())),
    )


def _files(folder: Path) -> tuple[Path, ...]:
    # Shapes judge a graph and change nothing in it.
    top = [file for file in sorted(folder.glob("*.ttl")) if file.name != "shapes.ttl"]
    files = tuple(top + sorted((folder / "concepts").glob("*.ttl")))
    if not files:
        raise OntologyError(
            "holds no .ttl file; write a complete one with `kg new-ontology DIR`", file=folder
        )
    return files


def _fingerprint(files: Iterable[Path], folder: Path) -> str:
    seal = hashlib.sha256()
    for file in files:
        seal.update(file.relative_to(folder).as_posix().encode())
        seal.update(hashlib.sha256(file.read_bytes()).digest())
    return seal.hexdigest()


_LABEL = PREFIXES["rdfs"] + "label"
_SUBCLASS = PREFIXES["rdfs"] + "subClassOf"
_PREF_LABEL = PREFIXES["skos"] + "prefLabel"
_ALT_LABEL = PREFIXES["skos"] + "altLabel"
_NOTATION = PREFIXES["skos"] + "notation"


def _kinds(statements: Statements) -> dict[IRI, Kind]:
    found: dict[IRI, Kind] = {}
    for iri in statements.instances(PREFIXES["owl"] + "Class"):
        line = _ancestors(iri, statements)
        if KG.Entity not in line or iri == KG.Entity:
            continue
        own = [parent for parent in line if parent.startswith(NAMESPACE)]
        own = own[: own.index(KG.Entity)]
        found[IRI(iri)] = Kind(
            iri=IRI(iri),
            name=local_name(iri),
            label=_label(iri, "zh", statements),
            english=_label(iri, "en", statements),
            parents=tuple(IRI(parent) for parent in own[1:]),
            evaluated=local_name(own[-1]),
            head_words=tuple(statements.all(iri, KG.headWord)),
        )
    return dict(sorted(found.items()))


def _ancestors(iri: str, statements: Statements) -> list[str]:
    # Breadth first, itself included; a circle of subclasses ends where it began.
    line = [iri]
    for kind in line:
        line.extend(p for p in statements.all(kind, _SUBCLASS) if p not in line)
    return [kind for kind in line if kind != KG.Entity] + ([KG.Entity] if KG.Entity in line else [])


def _label(iri: str, language: str, statements: Statements) -> str:
    labels = statements.text(iri, _LABEL, language)
    if not labels:
        raise OntologyError(
            f'has no rdfs:label in {language}; add rdfs:label "…"@{language}',
            term=f"kg:{local_name(iri)}",
            file=statements.file_of[iri],
        )
    return labels[0]


def _relations(statements: Statements, kinds: Mapping[IRI, Kind]) -> Iterator[Relation]:
    for iri in statements.instances(PREFIXES["owl"] + "ObjectProperty"):
        domain = _closed(statements.members(iri, PREFIXES["rdfs"] + "domain"), kinds)
        range_ = _closed(statements.members(iri, PREFIXES["rdfs"] + "range"), kinds)
        relation = Relation(
            iri=IRI(iri),
            name=local_name(iri),
            label=_label(iri, "zh", statements),
            english=_label(iri, "en", statements),
            domain=domain,
            range=range_,
            triggers=tuple(statements.all(iri, KG.trigger) + statements.all(iri, KG.strongTrigger)),
            strong_triggers=tuple(statements.all(iri, KG.strongTrigger)),
            backward_triggers=tuple(statements.all(iri, KG.backwardTrigger)),
            frames=tuple(statements.all(iri, KG.frame)),
            citation_frames=tuple(statements.all(iri, KG.citationFrame)),
            title_frames=tuple(statements.all(iri, KG.titleFrame)),
            rank=int(statements.one(iri, KG.rank) or 0),
        )
        if relation.triggers or relation.backward_triggers or relation.frames:
            _require_ends(relation, statements.file_of[iri])
        if domain and range_:
            yield relation


def _require_ends(relation: Relation, file: Path) -> None:
    for end, words in ((relation.domain, "domain"), (relation.range, "range")):
        if not end:
            whose = "subjects" if words == "domain" else "objects"
            raise OntologyError(
                f"has kg:trigger words but no rdfs:{words}; "
                f"declare the class its {whose} belong to",
                term=relation.label,
                file=file,
            )


def _closed(named: Iterable[str], kinds: Mapping[IRI, Kind]) -> frozenset[IRI]:
    roots = set(named)
    if KG.Entity in roots:
        return frozenset(kinds)
    return frozenset(k for k, kind in kinds.items() if k in roots or roots & set(kind.parents))


def _concepts(statements: Statements, kinds: Mapping[IRI, Kind]) -> Iterator[Concept]:
    relations = frozenset(statements.instances(PREFIXES["owl"] + "ObjectProperty"))
    for kind in kinds:
        for iri in sorted(statements.instances(kind)):
            yield _concept(iri, kind, statements, relations)


def _concept(iri: str, kind: IRI, statements: Statements, relations: frozenset[str]) -> Concept:
    # One pass over what is said of it, for there are many thousand concepts.
    labels: list[str] = []
    aliases: list[str] = []
    context: list[str] = []
    chinese = {_PREF_LABEL: labels, _ALT_LABEL: aliases, KG.contextLabel: context}
    english: str | None = None
    notations: list[tuple[str, IRI]] = []
    links: dict[str, list[tuple[IRI, IRI]]] = {}
    for predicate, term in statements.about(iri):
        if predicate in chinese and isinstance(term, Literal):
            language = language_of(term)
            if language == "zh":
                chinese[predicate].append(term.value)
            elif english is None and language == "en" and predicate == _PREF_LABEL:
                english = term.value
        elif predicate in relations:
            links.setdefault(predicate, []).append((IRI(predicate), IRI(term.value)))
        elif predicate == _NOTATION and isinstance(term, Literal):
            notations.append((term.value, IRI(term.datatype.value)))
    if not labels:
        raise OntologyError(
            'has no Chinese name; add skos:prefLabel "…"@zh',
            term=local_name(iri),
            file=statements.file_of[iri],
        )
    return Concept(
        IRI(iri),
        kind,
        labels[0],
        english,
        (*labels[1:], *aliases),
        tuple(context),
        tuple(notations),
        tuple(chain.from_iterable(links.values())) if links else (),
    )


def _patterns(statements: Statements) -> Iterator[Pattern]:
    for iri in sorted(statements.instances(KG.Pattern)):
        kind, states = statements.one(iri, KG.kind), statements.one(iri, KG.states)
        for regex in statements.all(iri, KG.regex):
            yield Pattern(
                name=local_name(iri),
                regex=regex,
                kind=IRI(kind) if kind else None,
                rank=int(statements.one(iri, KG.rank) or 0),
                states=IRI(states) if states else None,
            )


def _fields(statements: Statements) -> Iterator[FieldRule]:
    for iri in sorted(statements.instances(KG.DocumentField)):
        yield FieldRule(
            name=local_name(iri),
            label=_label(iri, "zh", statements),
            english=_label(iri, "en", statements),
            header_labels=tuple(statements.all(iri, KG.headerLabel)),
            writes_to=IRI(statements.one(iri, KG.writesTo) or iri),
            kind=IRI(kind) if (kind := statements.one(iri, KG.kind)) else None,
        )


def _field_links(statements: Statements) -> Iterator[FieldLink]:
    for iri in statements.instances(KG.FieldLink):
        parts = ("subject", "predicate", "object")
        ends = [statements.one(iri, PREFIXES["rdf"] + part) for part in parts]
        if not all(ends):
            problem = "needs rdf:subject, rdf:predicate and rdf:object"
            raise OntologyError(problem, term="kg:FieldLink", file=statements.file_of[iri])
        subject, relation, object_ = (end or "" for end in ends)
        yield FieldLink(local_name(subject), IRI(relation), local_name(object_))
