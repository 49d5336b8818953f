"""What the page holds: every thing, fact and source text of a graph, as plain values for JSON.

Offsets stay what they are everywhere: code points of the document's text, end exclusive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from kg.errors import DocumentError
from kg.vocabulary import NAMESPACE, PREFIXES

if TYPE_CHECKING:
    from kg.graph.store import Graph

# What the page's scripts read; `page/model.js` gives the rows their names back.
Json: TypeAlias = Any

_PLACE = ("sentence", "quotation", "subject", "object", "cue")


def contents(graph: Graph) -> dict[str, Json]:
    """Return all that the page says beside the picture itself, in an order that never changes.

    ``things`` are described by their IRIs; ``facts`` are one a piece of evidence, with the
    spans of sentence, quotation, subject, object and cue; ``documents`` carry their text in
    pieces ``[start, text]``: one piece where the whole text is at hand, else what the spans
    of the graph quote.
    """
    spans = _spans(graph)
    documents = _documents(graph)
    numbers = {document["id"]: i for i, document in enumerate(documents)}
    mentions = _mentions(graph, spans, numbers)
    for i, document in enumerate(documents):
        document["text"] = _text(document, spans)
        document["mentions"] = mentions.get(i, [])
        del document["sha256"], document["whole"]
    extractors = _extractors(graph)
    return {
        "base": graph.ontology.base,
        "things": _things(graph),
        "facts": list(_facts(graph, spans, numbers, list(extractors))),
        "documents": documents,
        "kinds": {kind.name: [kind.label, kind.english] for kind in graph.ontology.kinds.values()},
        "relations": _relations(graph),
        "statuses": _names(graph, "?it a kg:Status"),
        "codes": _names(graph, "?it a rdfs:Datatype"),
        "extractors": [extractors[iri] for iri in extractors],
    }


def _short(iri: str, base: str = NAMESPACE) -> str:
    return iri.removeprefix(base)


def _spans(graph: Graph) -> Mapping[str, tuple[str, int, int, str]]:
    rows = graph.rows(
        "SELECT DISTINCT ?span ?document ?start ?end ?words WHERE {"
        " ?span oa:hasSource ?document ; oa:start ?start ; oa:end ?end ; oa:exact ?words }"
    )
    return {span: (document, int(a), int(b), words) for span, document, a, b, words in rows}


# ------------------------------------------------------------------ things


def _things(graph: Graph) -> dict[str, dict[str, Json]]:
    kinds = " ".join(f"<{iri}>" for iri in sorted(graph.ontology.kinds))
    things: dict[str, dict[str, Json]] = {}
    for (iri,) in _sorted(graph, f"?thing WHERE {{ VALUES ?kind {{ {kinds} }} ?thing a ?kind }}"):
        things[iri] = {"names": [], "codes": [], "values": []}
    for iri, name, language in _sorted(
        graph,
        "?thing ?name ?language WHERE { ?thing rdfs:label|skos:prefLabel|skos:altLabel ?name"
        " BIND(LANG(?name) AS ?language) }",
    ):
        if iri in things:
            things[iri]["names"].append([name, language])
    for iri, code, table in _sorted(
        graph,
        "?thing ?code ?table WHERE { ?thing skos:notation ?code"
        " BIND(STR(DATATYPE(?code)) AS ?table) }",
    ):
        if iri in things:
            things[iri]["codes"].append([code, _short(table)])
    own = " ".join(f"kg:{name}" for name in ("comparator", "date", "number", "unit"))
    for iri, value, what in _sorted(
        graph, f"?thing ?value ?what WHERE {{ VALUES ?what {{ {own} }} ?thing ?what ?value }}"
    ):
        if iri in things:
            things[iri]["values"].append([_short(what), _plain(value)])
    return things


def _sorted(graph: Graph, rest: str) -> list[tuple[Any, ...]]:
    # Any: a row holds whatever the query asks for.
    return sorted(graph.rows(f"SELECT DISTINCT {rest}"), key=lambda row: tuple(map(str, row)))


def _plain(value: object) -> str:
    """Return the value as a reader would write it.

    >>> _plain(Decimal("170.00")), _plain("2025")
    ('170', '2025')
    """
    if isinstance(value, Decimal):
        written = f"{value:f}"
        return written.rstrip("0").rstrip(".") if "." in written else written
    return str(value)


# ------------------------------------------------------------------ facts


def _facts(
    graph: Graph,
    spans: Mapping[str, tuple[str, int, int, str]],
    documents: Mapping[str, int],
    extractors: list[str],
) -> Iterator[list[Json]]:
    for row in _sorted(graph, _FACTS):
        iri, subject, relation, object_, status, confidence = row[:6]
        places = [spans.get(span) if span else None for span in row[6:11]]
        quotation = places[1] or places[0]
        if quotation is None:
            continue  # an assertion without a place is what `kg check` reports
        by, *qualifiers = row[11:]
        yield [
            _short(iri, graph.ontology.base),
            subject,
            _short(relation),
            object_,
            _short(status or ""),
            float(confidence if confidence is not None else 1),
            documents[quotation[0]],
            [[place[1], place[2]] if place else None for place in places],
            extractors.index(by) if by in extractors else None,
            list(qualifiers) if any(qualifiers) else [],
        ]


_FACTS = """?fact ?subject ?relation ?object ?status ?confidence
    ?sentence ?quotation ?subjectSpan ?objectSpan ?cue ?by ?context ?speaker ?time ?value WHERE {
  ?fact rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object .
  OPTIONAL { ?fact kg:status ?status } OPTIONAL { ?fact kg:confidence ?confidence }
  OPTIONAL { ?fact kg:sentence ?sentence } OPTIONAL { ?fact prov:wasDerivedFrom ?quotation }
  OPTIONAL { ?fact kg:subjectSpan ?subjectSpan } OPTIONAL { ?fact kg:objectSpan ?objectSpan }
  OPTIONAL { ?fact kg:cueSpan ?cue } OPTIONAL { ?fact prov:wasAttributedTo ?by }
  OPTIONAL { ?fact kg:context ?context } OPTIONAL { ?fact kg:speaker ?speaker }
  OPTIONAL { ?fact kg:time ?time } OPTIONAL { ?fact kg:value ?value } }"""


def _extractors(graph: Graph) -> dict[str, list[str]]:
    rows = _sorted(
        graph,
        "?by ?name ?version WHERE { ?by a kg:Extractor ; rdfs:label ?name"
        " OPTIONAL { ?by schema:softwareVersion ?version } }",
    )
    return {by: [name, version or ""] for by, name, version in rows}


def _relations(graph: Graph) -> dict[str, list[str]]:
    inverses: dict[str, dict[str, str]] = {}
    for iri, name, language in _sorted(
        graph,
        "?it ?name ?language WHERE { ?it owl:inverseOf ?other . ?other rdfs:label ?name"
        " BIND(LANG(?name) AS ?language) }",
    ):
        inverses.setdefault(iri, {})[language] = name
    return {
        relation.name: [
            relation.label,
            relation.english,
            inverses.get(relation.iri, {}).get("zh", ""),
            inverses.get(relation.iri, {}).get("en", ""),
        ]
        for relation in graph.ontology.relations
    }


def _names(graph: Graph, what: str) -> dict[str, list[str]]:
    names: dict[str, dict[str, str]] = {}
    for iri, name, language in _sorted(
        graph,
        f"?it ?name ?language WHERE {{ {what} ; rdfs:label ?name BIND(LANG(?name) AS ?language) }}",
    ):
        names.setdefault(_short(iri), {})[language] = name
    return {key: [of.get("zh", key), of.get("en", key)] for key, of in names.items()}


# ------------------------------------------------------------------ documents


def _documents(graph: Graph) -> list[dict[str, Json]]:
    said: dict[str, dict[str, list[Json]]] = {}
    for iri, what, value in _sorted(
        graph, "?it ?what ?value WHERE { ?it a kg:Document ; ?what ?value }"
    ):
        said.setdefault(iri, {}).setdefault(what, []).append(value)
    documents = [_document(iri, of, graph) for iri, of in said.items()]
    return sorted(documents, key=lambda document: (document["file"], document["id"]))


def _document(iri: str, of: Mapping[str, list[Json]], graph: Graph) -> dict[str, Json]:
    def values(*names: str) -> list[Json]:
        expanded = (
            PREFIXES[prefix] + name for prefix, _, name in (n.partition(":") for n in names)
        )
        return next((list(map(_plain, of[name])) for name in expanded if name in of), [])

    file = next(iter(values("kg:file")), iri)
    return {
        "id": iri,
        "file": file,
        "sha256": next(iter(values("kg:sha256")), None),
        "title": next(iter(values("dcterms:title")), file),
        "day": next(iter(values(*_DAYS)), ""),
        "whole": next(iter(values("schema:text")), None),
        "authors": values("dcterms:creator"),
        "publishers": values("dcterms:publisher", "schema:publisher"),
        "fields": [
            [rule.label, rule.english, list(map(_plain, of[rule.writes_to]))]
            for rule in graph.ontology.fields
            if rule.writes_to in of
        ],
    }


_DAYS = ("dcterms:issued", "schema:datePublished", "dcterms:created", "dcterms:available")


def _mentions(
    graph: Graph,
    spans: Mapping[str, tuple[str, int, int, str]],
    documents: Mapping[str, int],
) -> dict[int, list[list[Json]]]:
    found: dict[int, list[list[Json]]] = {}
    for span, thing in _sorted(graph, "?span ?thing WHERE { ?span kg:refersTo ?thing }"):
        if span in spans and spans[span][0] in documents:
            document, start, end, _ = spans[span]
            found.setdefault(documents[document], []).append([start, end, thing])
    return {document: sorted(places) for document, places in found.items()}


def _text(document: Mapping[str, Json], spans: Mapping[str, tuple[str, int, int, str]]) -> Json:
    whole = document["whole"] or _read_again(document["file"], document["sha256"])
    if whole is not None:
        return [[0, whole]]
    places = sorted((a, -b, words) for of, a, b, words in spans.values() if of == document["id"])
    return _joined((start, words) for start, _, words in places)


def _read_again(file: str, sha256: str | None) -> str | None:
    """Return the file's text if it is still the one that was read, None if not."""
    from kg.text.read import transcribe

    try:
        content = Path(file).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            return None
        return transcribe(content, file).text
    except (OSError, DocumentError):
        return None


def _joined(pieces: Iterable[tuple[int, str]]) -> list[list[Json]]:
    """Return what the pieces, sorted by their starts, quote between them, without overlap.

    >>> _joined([(0, "ab"), (1, "bcd"), (2, "c"), (9, "x")])
    [[0, 'abcd'], [9, 'x']]
    """
    joined: list[list[Json]] = []
    for start, words in pieces:
        end = joined[-1][0] + len(joined[-1][1]) if joined else -1
        if start > end:
            joined.append([start, words])
        elif start + len(words) > end:
            joined[-1][1] += words[end - start :]
    return joined
