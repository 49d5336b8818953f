"""What the store holds, read back as values: documents, things, assertions with their evidence.

Nodes that lack a part are left out here; `checks` is where they are reported.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph import terms
from kg.graph.answers import ask
from kg.graph.rows import Rows
from kg.graph.terms import Node, Term, iri_of, local_name
from kg.model import IRI, Assertion, Evidence, Span, Status
from kg.ontology import Ontology


@dataclass(frozen=True)
class DocumentRecord:
    """A document in the graph."""

    iri: IRI
    """Also the name of its graph."""
    file: str
    """The path as the user gave it."""
    sha256: str | None
    """None if writing it was interrupted: read it again."""
    fingerprint: str
    """That of the ontology with which it was read."""
    title: str | None
    entities: int
    assertions: int


@dataclass(frozen=True)
class Counts:
    """How much the documents say, by local name."""

    entities: Mapping[str, int]
    """Things that documents name, by class; what the ontology adds is not counted."""
    assertions: Mapping[str, int]
    """Assertions by relation."""


@dataclass(frozen=True)
class Place:
    """A stretch of a document, with its words."""

    document: IRI
    file: str
    span: Span
    quote: str
    page: int | None = None
    """In a file that has pages."""
    paragraph: int | None = None


@dataclass(frozen=True)
class AssertionRecord:
    """An assertion in the graph, with the words of its sentence and of its qualifiers."""

    iri: IRI
    assertion: Assertion
    sentence: Place
    version: str
    """That of the extractor."""

    @property
    def mark(self) -> Span:
        """The quotation as a stretch of the sentence's own text: as much of it as lies there."""
        quotation, sentence = self.assertion.evidence.quotation, self.sentence.span
        if not quotation.overlaps(sentence):
            return Span(0, len(sentence))
        start = max(quotation.start, sentence.start)
        end = min(quotation.end, sentence.end)
        return Span(start - sentence.start, end - sentence.start)


@dataclass(frozen=True)
class Thing:
    """An entity in the graph."""

    iri: IRI
    kind: IRI
    label: str
    english: str | None
    aliases: tuple[str, ...]
    notations: tuple[str, ...]


Properties = Mapping[str, list[Term]]


class Reader:
    """Reads the nodes of one store; each document and span is looked up once."""

    def __init__(self, store: ox.Store, ontology: Ontology) -> None:
        self.store = store
        self.ontology = ontology
        self._places: dict[str, Place | None] = {}
        self._files: dict[str, str] = {}
        self._extractors: dict[Term, tuple[str, str]] = {}

    def properties(self, subject: Term) -> Properties:
        """Return what is said of a node, by predicate; the values sorted."""
        found: dict[str, list[Term]] = defaultdict(list)
        if not isinstance(subject, Node):
            return found
        for quad in self.store.quads_for_pattern(subject, None, None, terms.UNION):
            found[quad.predicate.value].append(quad.object)
        return {predicate: sorted(values, key=str) for predicate, values in found.items()}

    def subjects(self, predicate: ox.NamedNode, object_: Term) -> tuple[ox.NamedNode, ...]:
        """Return the nodes with such a property, sorted; blank nodes are none of ours."""
        quads = self.store.quads_for_pattern(None, predicate, object_, terms.UNION)
        found = (quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode))
        return tuple(sorted(found, key=str))

    # ------------------------------------------------------------------ documents

    def documents_with(self, things: Iterable[IRI]) -> frozenset[IRI]:
        """Return the graphs, those of documents among them, that say of what class a thing is."""
        return frozenset(
            iri_of(quad.graph_name)
            for thing in things
            for quad in self.store.quads_for_pattern(ox.NamedNode(thing), terms.TYPE, None, None)
            if isinstance(quad.graph_name, ox.NamedNode)
        )

    def documents(self, *, counted: bool = True) -> tuple[DocumentRecord, ...]:
        """Return the documents by file, then IRI; half-written ones have no sha256.

        Where they are not counted, there are 0 entities and assertions.
        """
        entities = self._counted(self.ontology.kinds) if counted else {}
        assertions = self._counted([terms.ASSERTION.value]) if counted else {}
        records = []
        for subject in self.subjects(terms.TYPE, terms.DOCUMENT):
            said, iri = self.properties(subject), iri_of(subject)
            record = DocumentRecord(
                iri=iri,
                file=_text(said, terms.FILE) or "",
                sha256=_text(said, terms.SHA256),
                fingerprint=_text(said, terms.FINGERPRINT) or "",
                title=_text(said, terms.TITLE),
                entities=entities.get(iri, 0),
                assertions=assertions.get(iri, 0),
            )
            records.append(record)
        return tuple(sorted(records, key=lambda record: (record.file, record.iri)))

    def _counted(self, kinds: Iterable[str]) -> dict[str, int]:
        # How many instances of the classes there are in each graph.
        values = " ".join(f"<{kind}>" for kind in kinds)
        counted = ask(
            self.store,
            f"""SELECT ?graph (COUNT(*) AS ?count) WHERE {{
                VALUES ?kind {{ {values} }} GRAPH ?graph {{ ?instance a ?kind }}
            }} GROUP BY ?graph""",
            {},
        )
        return dict(counted) if isinstance(counted, Rows) else {}

    def counts(self) -> Counts:
        """Count the things that documents name, by class, and the assertions, by relation."""
        documents = set(self.subjects(terms.TYPE, terms.DOCUMENT))
        kinds = {
            kind.name: self._named(iri, documents) for iri, kind in self.ontology.kinds.items()
        }
        said = self.store.quads_for_pattern(None, terms.PREDICATE, None, terms.UNION)
        # The ontology says the like of its field links, which are blank nodes.
        relations = Counter(
            local_name(quad.object.value)
            for quad in said
            if isinstance(quad.object, ox.NamedNode) and isinstance(quad.subject, ox.NamedNode)
        )
        return Counts(
            entities={name: count for name, count in sorted(kinds.items()) if count},
            assertions=dict(sorted(relations.items())),
        )

    def _named(self, kind: IRI, documents: Set[object]) -> int:
        # One after the other: a graph of many documents has more things than memory should hold.
        node = ox.NamedNode(kind)
        return sum(
            any(quad.graph_name in documents for quad in self._typed(thing.subject, node))
            for thing in self.store.quads_for_pattern(None, terms.TYPE, node, terms.UNION)
        )

    def _typed(self, thing: Term, kind: ox.NamedNode) -> Iterator[ox.Quad]:
        if isinstance(thing, Node):
            yield from self.store.quads_for_pattern(thing, terms.TYPE, kind, None)

    # ------------------------------------------------------------------ things

    def things(self) -> dict[IRI, Thing]:
        """Return every entity by its IRI, sorted."""
        found: dict[IRI, IRI] = {}
        for kind in self.ontology.kinds:
            for subject in self.subjects(terms.TYPE, ox.NamedNode(kind)):
                found.setdefault(iri_of(subject), kind)
        return {iri: self._thing(iri, kind) for iri, kind in sorted(found.items())}

    def _thing(self, iri: IRI, kind: IRI) -> Thing:
        said = self.properties(ox.NamedNode(iri))
        labels = [term for term in said.get(terms.LABEL.value, ()) if isinstance(term, ox.Literal)]
        chinese = [label.value for label in labels if label.language != "en"]
        english = [label.value for label in labels if label.language == "en"]
        return Thing(
            iri=iri,
            kind=kind,
            label=next(iter(chinese + english), local_name(iri)),
            english=next(iter(english), None),
            aliases=tuple(chinese[1:]) + _values(said, terms.ALT_LABEL),
            notations=_values(said, terms.NOTATION),
        )

    # ------------------------------------------------------------------ assertions

    def assertions(self, about: Iterable[IRI] | None = None) -> tuple[AssertionRecord, ...]:
        """Return the assertions in the order of the text: all, or those about the given things."""
        found = self._about(about) if about is not None else self._all()
        records = (self._assertion(node) for node in set(found))
        return tuple(sorted((record for record in records if record), key=_in_text_order))

    def _all(self) -> tuple[Term, ...]:
        return self.subjects(terms.TYPE, terms.ASSERTION)

    def _about(self, things: Iterable[IRI]) -> Iterator[Term]:
        for thing in things:
            for predicate in (terms.SUBJECT, terms.OBJECT):
                yield from self.subjects(predicate, ox.NamedNode(thing))

    def _assertion(self, node: Term) -> AssertionRecord | None:
        said = self.properties(node)
        sentence = self._place_of(said, terms.SENTENCE)
        evidence = self._evidence(said, sentence)
        if sentence is None or evidence is None or any(p not in said for p in _NEEDED):
            return None
        extractor, version = self._extractor(said[terms.ATTRIBUTED_TO.value][0])
        try:
            assertion = Assertion(
                subject=iri_of(said[terms.SUBJECT.value][0]),
                relation=iri_of(said[terms.PREDICATE.value][0]),
                object=iri_of(said[terms.OBJECT.value][0]),
                evidence=evidence,
                confidence=float(_text(said, terms.CONFIDENCE) or "nan"),
                extractor=extractor,
                status=Status(local_name(iri_of(said[terms.STATUS.value][0]))),
                context=_iri(said, terms.CONTEXT),
                speaker=_iri(said, terms.SPEAKER),
                time=_iri(said, terms.WHEN),
                value=_iri(said, terms.VALUE),
            )
        except (TypeError, ValueError):  # a text where a node should be, an unknown status
            return None
        return AssertionRecord(iri_of(node), assertion, sentence, version)

    def _extractor(self, node: Term) -> tuple[str, str]:
        if node not in self._extractors:
            said = self.properties(node)
            name, version = _text(said, terms.LABEL), _text(said, terms.SOFTWARE_VERSION)
            self._extractors[node] = (name or "", version or "")
        return self._extractors[node]

    def _evidence(self, said: Properties, sentence: Place | None) -> Evidence | None:
        quotation = self._place_of(said, terms.DERIVED_FROM)
        subject = self._place_of(said, terms.SUBJECT_SPAN)
        object_ = self._place_of(said, terms.OBJECT_SPAN)
        cue = self._place_of(said, terms.CUE_SPAN)
        if sentence is None or quotation is None or subject is None or object_ is None:
            return None
        return Evidence(
            sentence=sentence.span,
            quotation=quotation.span,
            quote=quotation.quote,
            subject=subject.span,
            object=object_.span,
            cue=cue.span if cue else None,
        )

    # ------------------------------------------------------------------ places

    def place(self, node: Term) -> Place | None:
        """Return the stretch of text that a span node stands for, or None if it is no span."""
        key = str(node)
        if key not in self._places:
            self._places[key] = self._read_place(node)
        return self._places[key]

    def _read_place(self, node: Term) -> Place | None:
        said = self.properties(node)
        document = _iri(said, terms.SOURCE)
        start, end = _text(said, terms.START), _text(said, terms.END)
        if document is None or not (start or "").isdigit() or not (end or "").isdigit():
            return None
        if int(start or 0) >= int(end or 0):
            return None
        return Place(
            document=document,
            file=self._file(document),
            span=Span(int(start or 0), int(end or 0)),
            quote=_text(said, terms.EXACT) or "",
            page=_number(said, terms.PAGE),
            paragraph=_number(said, terms.PARAGRAPH),
        )

    def _place_of(self, said: Properties, predicate: ox.NamedNode) -> Place | None:
        node = next(iter(said.get(predicate.value, ())), None)
        return self.place(node) if node is not None else None

    def _file(self, document: IRI) -> str:
        if document not in self._files:
            said = self.properties(ox.NamedNode(document))
            self._files[document] = _text(said, terms.FILE) or ""
        return self._files[document]


_NEEDED = tuple(
    predicate.value
    for predicate in (
        terms.SUBJECT,
        terms.PREDICATE,
        terms.OBJECT,
        terms.STATUS,
        terms.ATTRIBUTED_TO,
    )
)


def _in_text_order(record: AssertionRecord) -> tuple[str, IRI, Span, Span, IRI]:
    evidence, sentence = record.assertion.evidence, record.sentence
    return (sentence.file, sentence.document, sentence.span, evidence.quotation, record.iri)


def _values(said: Properties, predicate: ox.NamedNode) -> tuple[str, ...]:
    found = said.get(predicate.value, ())
    return tuple(sorted({term.value for term in found if isinstance(term, ox.Literal)}))


def _text(said: Properties, predicate: ox.NamedNode) -> str | None:
    return next(iter(_values(said, predicate)), None)


def _number(said: Properties, predicate: ox.NamedNode) -> int | None:
    stated = _text(said, predicate) or ""
    return int(stated) if stated.isdigit() else None


def _iri(said: Properties, predicate: ox.NamedNode) -> IRI | None:
    found = said.get(predicate.value, ())
    return next((IRI(term.value) for term in found if isinstance(term, ox.NamedNode)), None)
