"""The nodes that the graph is written with, and the IRIs of documents, spans, assertions."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import pyoxigraph as ox

from kg.model import IRI, Assertion, Document, Section, Span, digest
from kg.ontology import Ontology
from kg.vocabulary import KG, ONTOLOGY_GRAPH, PREFIXES

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

LANGUAGE = "zh"
"""The language of every text that is read."""


def node(name: str) -> ox.NamedNode:
    """Return the node of a prefixed name.

    >>> node("rdf:type").value
    'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
    """
    prefix, local = name.split(":", 1)
    return ox.NamedNode(PREFIXES[prefix] + local)


TYPE = node("rdf:type")
STATEMENT = node("rdf:Statement")
SUBJECT = node("rdf:subject")
PREDICATE = node("rdf:predicate")
OBJECT = node("rdf:object")
LABEL = node("rdfs:label")
ALT_LABEL = node("skos:altLabel")
BROADER = node("skos:broader")
NOTATION = node("skos:notation")
SKOS_CONCEPT = node("skos:Concept")
TITLE = node("dcterms:title")
IDENTIFIER = node("dcterms:identifier")
FORMAT = node("dcterms:format")
PART_OF = node("dcterms:isPartOf")
ARTICLE = node("schema:Article")
SOFTWARE_VERSION = node("schema:softwareVersion")
ACTIVITY = node("prov:Activity")
SOFTWARE_AGENT = node("prov:SoftwareAgent")
USED = node("prov:used")
ASSOCIATED_WITH = node("prov:wasAssociatedWith")
ATTRIBUTED_TO = node("prov:wasAttributedTo")
DERIVED_FROM = node("prov:wasDerivedFrom")
REVISION_OF = node("prov:wasRevisionOf")
GENERATED_BY = node("prov:wasGeneratedBy")
POSITION_SELECTOR = node("oa:TextPositionSelector")
QUOTE_SELECTOR = node("oa:TextQuoteSelector")
START = node("oa:start")
END = node("oa:end")
EXACT = node("oa:exact")
SOURCE = node("oa:hasSource")

ASSERTION = ox.NamedNode(KG.Assertion)
DOCUMENT = ox.NamedNode(KG.Document)
EXTRACTOR = ox.NamedNode(KG.Extractor)
STATUS = ox.NamedNode(KG.status)
CONFIDENCE = ox.NamedNode(KG.confidence)
CONTEXT = ox.NamedNode(KG.context)
SPEAKER = ox.NamedNode(KG.speaker)
WHEN = ox.NamedNode(KG.time)
VALUE = ox.NamedNode(KG.value)
SENTENCE = ox.NamedNode(KG.sentence)
SUBJECT_SPAN = ox.NamedNode(KG.subjectSpan)
OBJECT_SPAN = ox.NamedNode(KG.objectSpan)
CUE_SPAN = ox.NamedNode(KG.cueSpan)
REFERS_TO = ox.NamedNode(KG.refersTo)
SHA256 = ox.NamedNode(KG.sha256)
FILE = ox.NamedNode(KG.file)
FINGERPRINT = ox.NamedNode(KG.fingerprint)
SIGNATURE = ox.NamedNode(KG.signature)
FAILED = ox.NamedNode(KG.failed)
NEAR_DUPLICATE_OF = ox.NamedNode(KG.nearDuplicateOf)
REPEATS = ox.NamedNode(KG.repeats)
ENTITY = node("prov:Entity")
PAGE = ox.NamedNode(KG.page)
PARAGRAPH = ox.NamedNode(KG.paragraph)
SECTION = ox.NamedNode(KG.section)
SECTION_KIND = ox.NamedNode(KG.Section)
DEPTH = ox.NamedNode(KG.depth)
TEXT_OF = ox.NamedNode(KG.textOf)

UNION = ox.DefaultGraph()
"""The default graph, which holds the triples of all the others."""

ONTOLOGY = ox.NamedNode(ONTOLOGY_GRAPH)
"""The graph that holds the ontology."""


def text(value: str) -> ox.Literal:
    """Return a text of the document's language."""
    return ox.Literal(value, language=LANGUAGE)


def english(value: str) -> ox.Literal:
    """Return a text of the software's own language."""
    return ox.Literal(value, language="en")


def typed(value: str, datatype: str) -> ox.Literal:
    """Return a literal of an XSD type, named without its prefix."""
    return ox.Literal(value, datatype=node(f"xsd:{datatype}"))


def in_graph(triple: ox.Triple, graph: ox.NamedNode) -> ox.Quad:
    """Return the triple as a quad of a named graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def prefixes(ontology: Ontology) -> Mapping[str, str]:
    """Return the prefixes a query may use without declaring them, ``id`` among them; sorted."""
    return dict(sorted({**PREFIXES, **ontology.prefixes, "id": ontology.base}.items()))


def local_name(iri: str) -> str:
    """Return what stands after the last ``#`` or ``/``.

    >>> local_name("https://w3id.org/zhengtu/ontology#proposes")
    'proposes'
    """
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


class Names:
    """The IRIs of what one ontology's graph mints for itself."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.concepts = self._of("concepts")
        """The graph of what the ontology says of the things in the documents."""
        self.inference = self._of("inference")
        """The graph that says from what concepts and rules were last worked out."""

        self.failures = self._of("failures")
        """The graph of the files that could not be read, and why."""
        self.likeness = self._of("near-duplicates")
        """The graph of which documents and assertions repeat which others."""

    def _of(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(self.base + name)

    def document(self, document: Document) -> ox.NamedNode:
        """Return the document's node, which is also the name of its graph."""
        return self._of(f"document-{document.key}")

    def span(self, document: Document, span: Span) -> ox.NamedNode:
        """Return the node of a stretch of text, shared by all that points there."""
        return self._of(f"span-{document.key}-{span.start}-{span.end}")

    def section(self, document: Document, section: Section) -> ox.NamedNode:
        """Return the node of a section."""
        return self._of(f"section-{document.key}-{section.heading.start}")

    def run(self, document: Document) -> ox.NamedNode:
        """Return the node of the reading of a document."""
        return self._of(f"run-{document.key}")

    def extractor(self, name: str) -> ox.NamedNode:
        """Return the node of a rule or model."""
        return self._of(f"extractor-{quote(name, safe='')}")

    def assertion(self, document: Document, assertion: Assertion) -> ox.NamedNode:
        """Return the node of one sentence's statement; the same triple elsewhere has another."""
        sentence = assertion.evidence.sentence
        parts = digest(
            assertion.subject,
            assertion.relation,
            assertion.object,
            document.key,
            f"{sentence.start}-{sentence.end}",
            assertion.status,
        )
        return self._of(f"assertion-{parts}")

    def failure(self, file: str) -> ox.NamedNode:
        """Return the node of a file that could not be read."""
        return self._of(f"failure-{digest(file)}")

    def rule(self, name: str) -> ox.NamedNode:
        """Return the graph of what a rule infers."""
        return self._of(f"rule-{name}")


def iri_of(term: Term | None) -> IRI:
    """Return a node's IRI as a plain string; TypeError for what is no IRI."""
    if not isinstance(term, ox.NamedNode):
        raise TypeError(f"{term} is not an IRI")
    return IRI(term.value)
