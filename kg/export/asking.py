"""What the page needs to answer SPARQL by itself: the engine, the graph, the questions, the words.

The engine is Oxigraph's WebAssembly build, kept beside this file; see `oxigraph/README.md`.
"""

from __future__ import annotations

import gzip
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.export.contents import Json
from kg.graph import terms
from kg.questions import load_questions

if TYPE_CHECKING:
    from kg.graph.store import Graph

ENGINE = Path(__file__).parent / "oxigraph"
"""Where Oxigraph's files are."""
MOST = 300_000
"""Triples that the page is given at most; a browser takes some ten seconds to load a million."""

Wanted = Callable[[ox.Quad], bool]


def asking(graph: Graph) -> Mapping[str, Json]:
    """Return what the page asks with, apart from the engine.

    ``quads`` are all named graphs but the bookkeeping as N-Quads, each sorted, as gzip in base64.

    ``prefixes`` need no declaration; ``questions`` are name, Chinese and English sentence, query;
    ``terms`` are what completion offers: prefixed name, Chinese and English label; ``left`` is
    what was too much for a browser: nothing (0), the places in the texts (1), all evidence (2).
    """
    left = _level(graph)
    return {
        "quads": _packed_quads(graph, _LEVELS[left]),
        "prefixes": dict(sorted(graph.prefixes.items())),
        "questions": [
            [question.name, question.sentence, question.english, question.sparql]
            for question in load_questions(graph.ontology.folder)
        ],
        "terms": sorted(_terms(graph)),
        "left": left,
        "ontology": terms.ONTOLOGY.value,
    }


def packed_engine() -> tuple[str, str]:
    """Return Oxigraph's module as gzip in base64, and the script of the worker that calls it.

    >>> module, script = packed_engine()
    >>> module[:4], "</script" in script, "import.meta" in script
    ('H4sI', False, False)
    """
    module = (ENGINE / "oxigraph.wasm.gz").read_bytes()
    script = (ENGINE / "oxigraph.js").read_text(encoding="utf-8")
    # A page that is opened as a file may start no worker of modules, only one plain script.
    script = re.sub(r"(?m)^export \{[^}]*\};$", "", script)
    script = re.sub(r"(?m)^export (?=class |function )", "", script)
    script = script.replace("import.meta.url", "location.href")
    return b64encode(module).decode(), script + (ENGINE / "asker.js").read_text(encoding="utf-8")


def _packed_quads(graph: Graph, wanted: Wanted | None) -> str:
    packed = BytesIO()
    # mtime: no clock may show in what is written.
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as out:
        for name in (terms.ONTOLOGY, *graph.fact_graphs()):
            out.writelines(line + b"\n" for line in sorted(_lines(graph, name, wanted)))
    return b64encode(packed.getvalue()).decode()


def _lines(graph: Graph, name: ox.NamedNode, wanted: Wanted | None) -> Iterator[bytes]:
    if wanted is None:
        written = graph.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b""
        ending = f" {name} .".encode()
        yield from (line.removesuffix(b" .") + ending for line in written.splitlines())
        return
    quads = filter(wanted, graph.store.quads_for_pattern(None, None, None, name))
    yield from (f"{quad} .".encode() for quad in quads)


def _level(graph: Graph) -> int:
    # The store holds each triple in its named graph and in the default graph.
    if len(graph.store) <= 2 * MOST:
        return 0
    beyond = islice(filter(_is_no_place, _facts(graph)), MOST, None)
    return 1 if next(beyond, None) is None else 2


def _facts(graph: Graph) -> Iterator[ox.Quad]:
    return graph.store.quads_for_pattern(None, None, None, ox.DefaultGraph())


def _is_no_place(quad: ox.Quad) -> bool:
    subject, object_ = (getattr(node, "value", "") for node in (quad.subject, quad.object))
    return "/span-" not in subject and "/span-" not in object_


def _is_plain(quad: ox.Quad) -> bool:
    return _is_no_place(quad) and "/assertion-" not in getattr(quad.subject, "value", "")


_LEVELS: tuple[Wanted | None, ...] = (None, _is_no_place, _is_plain)


def _terms(graph: Graph) -> Iterator[list[str]]:
    labels: dict[str, dict[str, str]] = {}
    for iri, label, language in graph.rows(
        "SELECT ?it ?label ?language WHERE { VALUES ?kind { owl:Class owl:ObjectProperty"
        " owl:DatatypeProperty kg:Status } ?it a ?kind ; rdfs:label ?label"
        " BIND(LANG(?label) AS ?language) }"
    ):
        labels.setdefault(iri, {})[language] = label
    for iri, of in labels.items():
        short = _short(iri, graph.prefixes)
        if short:
            yield [short, of.get("zh", ""), of.get("en", "")]
    yield from ([name, "", english] for name, english in _OTHERS.items())


def _short(iri: str, prefixes: Mapping[str, str]) -> str:
    fitting = (name for name, start in prefixes.items() if iri.startswith(start))
    return next((f"{name}:{iri.removeprefix(prefixes[name])}" for name in fitting), "")


_OTHERS: Mapping[str, str] = {
    "dcterms:creator": "author",
    "dcterms:issued": "date of issue",
    "dcterms:publisher": "publisher",
    "dcterms:title": "title",
    "oa:end": "end offset",
    "oa:exact": "quoted words",
    "oa:hasSource": "document of a place",
    "oa:start": "start offset",
    "prov:wasAttributedTo": "extractor",
    "prov:wasDerivedFrom": "quotation",
    "rdf:object": "object of an assertion",
    "rdf:predicate": "relation of an assertion",
    "rdf:subject": "subject of an assertion",
    "rdfs:label": "label",
    "skos:altLabel": "other name",
    "skos:broader": "broader concept",
    "skos:notation": "code",
}
"""Terms of other vocabularies that the graph uses."""
