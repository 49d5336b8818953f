"""An extraction as rows of a table: what the joins need, and the quads in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.distributed.signatures import bands, numbers
from kg.errors import DocumentError
from kg.graph.failures import Failure, failure_triples
from kg.graph.likeness import signature
from kg.graph.record import make_record
from kg.graph.terms import Names, in_graph
from kg.identity import short_thing
from kg.model import Extraction
from kg.ontology import Ontology
from kg.text.normal import normalize, sentences

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]  # Any: what a column of the schema below holds

PIECE = 4_000_000
"""Characters of quads in one row: a row must stay below two gigabytes, whatever the document."""

SCHEMA = """
    name string, sha256 string, piece int, problem string, characters long, iri string,
    quads string, signature array<long>, bands array<string>,
    things array<struct<iri: string, kind: string, label: string, known: boolean>>,
    mentions array<struct<iri: string, short: string, span: string, sentence: int>>,
    facts array<struct<
        node: string, subject: string, relation: string, object: string, status: string,
        confidence: double, extractor: string, quote: string>>
"""
"""The columns, as Spark writes them down."""


@dataclass(frozen=True)
class Source:
    """A document as it is handed to a worker."""

    name: str
    """What the graph calls its file."""
    sha256: str
    suffix: str
    content: bytes


def rows(
    source: Source, result: Extraction | DocumentError, ontology: Ontology, version: str
) -> Iterator[Row]:
    """Yield the rows of a document: one with what was found, more where its quads are many."""
    if isinstance(result, DocumentError):
        yield failure(source.name, source.sha256, result.problem)
        return
    first, *rest = _pieces(result, ontology, version)
    values = numbers(signature(result.document))
    yield {
        **_empty(source.name, source.sha256),
        "characters": len(result.document.text),
        "iri": Names(ontology.base).document(result.document).value,
        "quads": first,
        "signature": list(values),
        "bands": list(bands(values)),
        "things": list(_things(result, ontology)),
        "mentions": list(_mentions(result, ontology)),
        "facts": list(_facts(result, ontology)),
    }
    for number, piece in enumerate(rest, start=1):
        yield {**_empty(source.name, source.sha256), "piece": number, "quads": piece}


def failure(name: str, sha256: str, problem: str) -> Row:
    """Return the row of a document that could not be read."""
    return {**_empty(name, sha256), "problem": problem}


def batches(found: Iterator[Row]) -> Iterator[pa.RecordBatch]:
    """Yield rows as Arrow batches of a bounded size."""
    import pyarrow as pa

    schema, waiting, size = arrow_schema(), [], 0
    for row in found:
        waiting.append(row)
        size += len(row["quads"] or "") + 1000
        if size >= PIECE:
            yield pa.RecordBatch.from_pylist(waiting, schema=schema)
            waiting, size = [], 0
    if waiting:
        yield pa.RecordBatch.from_pylist(waiting, schema=schema)


def arrow_schema() -> pa.Schema:
    """Return `SCHEMA` as Arrow has it."""
    import pyarrow as pa

    text, number, floating = pa.string(), pa.int64(), pa.float64()
    thing = [("iri", text), ("kind", text), ("label", text), ("known", pa.bool_())]
    mention = [("iri", text), ("short", text), ("span", text), ("sentence", pa.int32())]
    fact = [(name, text) for name in ("node", "subject", "relation", "object", "status")]
    fact += [("confidence", floating), ("extractor", text), ("quote", text)]
    return pa.schema(
        [
            *((name, text) for name in ("name", "sha256")),
            ("piece", pa.int32()),
            ("problem", text),
            ("characters", number),
            ("iri", text),
            ("quads", text),
            ("signature", pa.list_(number)),
            ("bands", pa.list_(text)),
            ("things", pa.list_(pa.struct(thing))),
            ("mentions", pa.list_(pa.struct(mention))),
            ("facts", pa.list_(pa.struct(fact))),
        ]
    )


def lines_of(quads: Iterable[ox.Quad]) -> str:
    """Return quads as lines of N-Quads, sorted, the last one without its end."""
    written = (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode()
    return "\n".join(sorted(set(written.split("\n")) - {""}))


@dataclass(frozen=True)
class Failing:
    """The function for `mapInArrow`: failures in, the quads that tell of each out."""

    ontology: Ontology
    fingerprint: str
    """Of all that a failure depends on beside the document."""

    def __call__(self, found: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield a column ``quads`` with the lines of each failure."""
        import pyarrow as pa

        names = Names(self.ontology.base)
        for batch in found:
            lines = []
            for row in batch.to_pylist():
                failure = Failure(row["name"], row["problem"], row["sha256"], self.fingerprint)
                triples = failure_triples([failure], names)
                lines.append(lines_of(in_graph(triple, names.failures) for triple in triples))
            yield pa.RecordBatch.from_pydict({"quads": lines})


def _empty(name: str, sha256: str) -> Row:
    columns = ("problem", "characters", "iri", "quads", "signature", "bands")
    lists = ("things", "mentions", "facts")
    return {"name": name, "sha256": sha256, "piece": 0} | dict.fromkeys(columns + lists)


def _pieces(extraction: Extraction, ontology: Ontology, version: str) -> Iterator[str]:
    written = make_record(extraction, ontology, version=version).quads.decode()
    waiting: list[str] = []
    size = 0
    # Not splitlines: a literal may hold U+2028, which ends no line of N-Quads.
    for line in written.rstrip("\n").split("\n"):
        waiting.append(line)
        size += len(line) + 1
        if size >= PIECE:
            yield "\n".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield "\n".join(waiting)


def _things(extraction: Extraction, ontology: Ontology) -> Iterator[Row]:
    for entity in extraction.entities:
        yield {
            "iri": entity.iri,
            "kind": entity.kind,
            "label": entity.label,
            "known": ontology.concept(entity.iri) is not None,
        }


def _mentions(extraction: Extraction, ontology: Ontology) -> Iterator[Row]:
    document, names = extraction.document, Names(ontology.base)
    kinds = {entity.iri: entity.kind for entity in extraction.entities}
    ends = _sentence_ends(extraction)
    sentence = 0
    for mention, thing in zip(extraction.mentions, extraction.references, strict=True):
        while sentence < len(ends) and mention.span.start >= ends[sentence]:
            sentence += 1
        yield {
            "iri": thing,
            "short": short_thing(mention.quote, kinds[thing], thing, ontology),
            "span": names.span(document, mention.span).value,
            "sentence": sentence,
        }


def _sentence_ends(extraction: Extraction) -> list[int]:
    text = normalize(extraction.document.text).text
    return [
        sentence.end
        for paragraph in extraction.document.body
        for sentence in sentences(text, paragraph)
    ]


def _facts(extraction: Extraction, ontology: Ontology) -> Iterator[Row]:
    names = Names(ontology.base)
    for said in extraction.assertions:
        yield {
            "node": names.assertion(extraction.document, said).value,
            "subject": said.subject,
            "relation": said.relation,
            "object": said.object,
            "status": str(said.status),
            "confidence": round(said.confidence, 2),
            "extractor": said.extractor,
            "quote": said.evidence.quote,
        }
