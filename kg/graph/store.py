"""The graph: open it, put documents into it, ask it; the only room that writes the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pyoxigraph as ox

from kg.errors import GraphError, QueryError
from kg.graph import answers, search, terms
from kg.graph.answers import Answer
from kg.graph.failures import Failure, failure_triples, read_failures
from kg.graph.likeness import likeness
from kg.graph.matching import expand
from kg.graph.prepared import Prepared
from kg.graph.quads import concept_quads
from kg.graph.record import Record, make_record, stored_record
from kg.graph.records import DocumentRecord, Reader
from kg.graph.rows import Rows
from kg.graph.rules import Rule, infer
from kg.graph.schema import read_text, schema_triples
from kg.graph.search import Hit, Index
from kg.graph.terms import Names, in_graph
from kg.graph.writing import change, create, drop, holds_a_graph, opening_problem, put, sweep
from kg.model import Extraction
from kg.ontology import Ontology
from kg.version import software_version
from kg.vocabulary import KG

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from kg.graph.tunable import Drawing

_BULK = 50_000  # quads from which on loading in bulk is quicker; below, it waits for the disk


class Graph:
    """A knowledge graph: one named graph a document, and what follows from all of them.

    The graph of a document holds what its text says. Beside those stand the ontology, in its own
    graph; ``id:concepts``, what the ontology knows of the things found; and a graph for each
    rule. The last two are worked out by `infer` from the documents. The default graph is the
    union of all of these, as a set: what two documents say is in it once.

    >>> from kg.ontology import load_ontology
    >>> graph = Graph.memory(load_ontology())
    >>> list(graph.rows("SELECT ?label { kg:proposes rdfs:label ?label } ORDER BY LANG(?label)"))
    [('proposes',), ('提出',)]
    >>> graph.documents()
    ()
    """

    def __init__(self, store: ox.Store, ontology: Ontology, path: Path | None = None) -> None:
        self.store = store
        self.ontology = ontology
        self.path = path
        self._writes = True
        self._index: Index | None = None
        self.names = Names(ontology.base)
        self.prefixes = terms.prefixes(ontology)

    # ------------------------------------------------------------------ opening

    @classmethod
    def open(cls, path: Path, ontology: Ontology) -> Self:
        """Open the graph in a folder for writing; make one where there is none.

        Raise GraphError if the place is taken by something else or by another writer.
        """
        if path.is_dir() and any(path.iterdir()) and not holds_a_graph(path):
            raise GraphError(f"{path}: holds something else; give an empty folder for the graph")
        try:
            if not holds_a_graph(path):
                create(path)
            store = ox.Store(path)
            sweep(path)
        except OSError as error:
            raise GraphError(f"{path}: {opening_problem(error)}") from error
        graph = cls(store, ontology, path)
        return graph._with_ontology()

    @classmethod
    def read_only(cls, path: Path, ontology: Ontology) -> Self:
        """Open the graph in a folder for asking alone; nothing in the folder changes.

        Raise GraphError where there is none. Do not write the same folder meanwhile: build
        beside it, and swap.
        """
        if not holds_a_graph(path):
            raise GraphError(f"{path}: no graph here; run `kg build` first")
        try:
            graph = cls(ox.Store.read_only(str(path)), ontology, path)
        except OSError as error:
            raise GraphError(f"{path}: {opening_problem(error)}") from error
        graph._writes = False
        return graph

    @classmethod
    def memory(cls, ontology: Ontology) -> Self:
        """Return an empty graph that is gone with the process."""
        return cls(ox.Store(), ontology)._with_ontology()

    def close(self) -> None:
        """Let go of the folder, so that it can be moved or opened by another; ask no more."""
        if self._writes and self.path:
            # A reader would have to work through what is only in the log, at every opening.
            self.store.flush()
        self._forget_index()
        self.store = ox.Store()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ------------------------------------------------------------------ writing

    def replace(self, *extractions: Extraction) -> None:
        """Put the extractions in the place of what the graph held of the same documents.

        That is the graph of the same content, and any graph of an earlier content of the same
        file. Hand over several at once where you have them; call `infer` after the last. Of two
        with the same file or the same content the last one stays.
        """
        version = software_version()
        self.put(make_record(found, self.ontology, version=version) for found in extractions)

    def put(self, records: Iterable[Record]) -> None:
        """Do what `replace` does, with records that were made elsewhere.

        A process that is killed here leaves each document as it was or as it is to be.
        """
        by_file = {record.file: record for record in records}
        by_content = {record.document: record for record in by_file.values()}
        self._forget_seal()
        put(self.store, by_content.values())
        for record in by_content.values():
            for earlier in self._documents_of_file(record.file):
                if earlier != record.document:
                    drop(self.store, ox.NamedNode(earlier))

    def remove(self, document: str) -> None:
        """Forget a document, by its IRI; no error if the graph does not hold it."""
        self._forget_seal()
        drop(self.store, ox.NamedNode(document))

    def confirm(self, documents: Iterable[str]) -> None:
        """Let these documents bear the ontology's fingerprint: it finds in them what they say."""
        self._forget_seal()
        literal = ox.Literal(self.ontology.fingerprint)
        for name in map(ox.NamedNode, documents):
            said = self.store.quads_for_pattern(name, terms.FINGERPRINT, None, name)
            before = [quad.triple for quad in said if quad.object != literal]
            change(self.store, name, before, [ox.Triple(name, terms.FINGERPRINT, literal)])

    def put_failures(self, failures: Iterable[Failure]) -> None:
        """Let the graph tell of these files that could not be read, and of no others."""
        triples = failure_triples(failures, self.names, self._documents_of_file)
        self._become(self.names.failures, set(triples))

    def restate(self, graph: ox.NamedNode, triples: Iterable[ox.Triple]) -> None:
        """Let a graph of its own hold just these triples; call `infer` afterwards."""
        self._forget_seal()
        self._become(graph, set(triples))

    def infer(self) -> None:
        """Work out what follows from the documents together.

        That is ``id:concepts``, a graph for each rule, and which documents are near-duplicates.
        Nothing is done if documents, ontology and rules are those of the last time. Raise
        OntologyError for a rule that cannot be followed; nothing is inferred then.
        """
        rules = self.rules()
        seal = self._inference_seal(rules)
        if seal in self.store:
            return
        self._forget_seal()
        concepts = concept_quads(self._known_concepts(), self.ontology)
        self._become(self.names.concepts, {quad.triple for quad in concepts})
        inferred = infer(self._facts(), self._ontology_triples(), rules, self.prefixes)
        for graph in set(self.rule_graphs()) - {self.names.rule(name) for name in inferred}:
            drop(self.store, graph)
        for name, found in inferred.items():
            self._become(self.names.rule(name), set(found))
        self._become(self.names.likeness, set(likeness(self.store)))
        self.store.add(seal)

    def _become(self, graph: ox.NamedNode, triples: set[ox.Triple]) -> None:
        # The difference alone is written: a document more changes little in a large graph.
        before = {quad.triple for quad in self.store.quads_for_pattern(None, None, None, graph)}
        if gone := sorted(before - triples, key=str):
            change(self.store, graph, gone, ())
        if not triples:
            self.store.remove_graph(graph)
        self._add([in_graph(triple, graph) for triple in sorted(triples - before, key=str)])

    def _forget_index(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None

    def _add(self, quads: list[ox.Quad]) -> None:
        self._forget_index()
        # Oxigraph's own union of graphs is a bag: so the default graph holds it, as a set.
        both = quads + [ox.Quad(*quad.triple) for quad in quads]
        extend = self.store.bulk_extend if len(both) >= _BULK else self.store.extend
        extend(both)

    def _forget_seal(self) -> None:
        self._forget_index()
        self.store.remove_graph(self.names.inference)

    def _documents_of_file(self, name: str) -> list[str]:
        # A document stands in the graph of its own name; a failure bears the name of a file too.
        found = self.store.quads_for_pattern(None, terms.FILE, ox.Literal(name), None)
        return [terms.iri_of(quad.subject) for quad in found if quad.subject == quad.graph_name]

    def _inference_seal(self, rules: Iterable[Rule]) -> ox.Quad:
        # `remove` and `replace` drop it, so that its presence means: nothing changed since.
        hashed = hashlib.sha256(self.ontology.fingerprint.encode())
        for rule in rules:
            hashed.update(f"\x1f{rule.name}\x1f{rule.sparql}".encode())
        graph = self.names.inference
        return ox.Quad(graph, terms.IDENTIFIER, ox.Literal(hashed.hexdigest()), graph)

    def _known_concepts(self) -> Iterator[str]:
        inferred = self._inferred_graphs()
        for concept in self.ontology.concepts:
            node = ox.NamedNode(concept.iri)
            quads = self.store.quads_for_pattern(node, terms.TYPE, None, None)
            if any(quad.graph_name not in inferred for quad in quads):
                yield concept.iri

    def _facts(self) -> Iterator[ox.Triple]:
        # What is said of things and documents; the evidence nodes stay out of the rules' sight.
        hidden = {*self._inferred_graphs(), *self.rule_graphs()} - {self.names.concepts}
        for kind in (*self.ontology.kinds, KG.Document):
            typed = ox.NamedNode(kind)
            for thing in self.store.quads_for_pattern(None, terms.TYPE, typed, terms.UNION):
                for quad in self.store.quads_for_pattern(thing.subject, None, None, None):
                    if quad.graph_name not in hidden:
                        yield quad.triple

    def _inferred_graphs(self) -> set[ox.NamedNode | ox.BlankNode | ox.DefaultGraph | ox.Triple]:
        return {terms.UNION, self.names.concepts, self.names.likeness, self.names.failures}

    # ------------------------------------------------------------------ the ontology in the graph

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules of ``ontology/rules/``, by name."""
        files = sorted((self.ontology.folder / "rules").glob("*.rq"))
        return tuple(Rule(file.stem, read_text(file), file) for file in files)

    @property
    def shapes_file(self) -> Path:
        """Where the shapes are, ``ontology/shapes.ttl``."""
        return self.ontology.folder / "shapes.ttl"

    def shapes(self) -> str:
        """Return the text of `shapes_file`; empty if there is none."""
        return read_text(self.shapes_file) if self.shapes_file.is_file() else ""

    def _with_ontology(self) -> Self:
        graph = terms.ONTOLOGY
        seal = ox.Quad(graph, terms.FINGERPRINT, ox.Literal(self.ontology.fingerprint), graph)
        if seal not in self.store:
            self._forget_seal()
            drop(self.store, graph)
            self._add([in_graph(triple, graph) for triple in schema_triples(self.ontology.folder)])
            self._add([seal])
        return self

    def _ontology_triples(self) -> Iterator[ox.Triple]:
        for quad in self.store.quads_for_pattern(None, None, None, terms.ONTOLOGY):
            yield quad.triple

    # ------------------------------------------------------------------ asking

    def query(self, sparql: str) -> Answer:
        """Answer SPARQL from all graphs at once: `Rows`, `Truth` or `Triples`.

        The prefixes of the ontology need no declaration. ``GRAPH`` and ``FROM`` ask single
        graphs. ``?thing kg:matches "words"`` is what `search` finds; see `kg.graph.matching`.
        Raise QueryError, with line and column, for what cannot be answered.
        """
        expanded = expand(sparql, self.prefixes, lambda words: self.index.nodes(words))
        return answers.ask(self.store, expanded, self.prefixes)

    def rows(self, sparql: str) -> Rows:
        """Answer a SELECT query; raise QueryError for one of another form."""
        answer = self.query(sparql)
        if not isinstance(answer, Rows):
            raise QueryError("the query asks for no rows; use SELECT")
        return answer

    def prepare(self, sparql: str) -> Prepared:
        """Return a query to be asked with values for its variables: ``prepared(name=value)``.

        Raise QueryError for what is not SPARQL.
        """
        return Prepared(sparql, self.prefixes, self.query)

    def search(self, words: str, *, limit: int = 20, offset: int = 0) -> tuple[Hit, ...]:
        """Return the names, titles and sentences that hold all the words, best first.

        >>> from kg.ontology import load_ontology
        >>> Graph.memory(load_ontology()).search("数字政府")
        ()
        """
        return self.index.search(words, limit=limit, offset=offset)

    @property
    def index(self) -> Index:
        """The index of words: the one that the build wrote, if it is in step, else a new one."""
        if self._index is None:
            file = self.path.parent / search.FILE if self.path else None
            self._index = search.open_index(self.store, self.ontology, file)
        return self._index

    def documents(self, *, counted: bool = True) -> tuple[DocumentRecord, ...]:
        """Return what documents there are, by file; to count what they say takes longer."""
        return self.read().documents(counted=counted)

    def failures(self) -> tuple[Failure, ...]:
        """Return the files that could not be read, by file."""
        return read_failures(self.store, self.names)

    def record(self, document: DocumentRecord) -> Record:
        """Return a document as the record that it was written from."""
        return stored_record(self.store, document.iri, document.file)

    def read(self) -> Reader:
        """Return a reader of things and assertions as values; it sees the store as it is now."""
        return Reader(self.store, self.ontology)

    def fact_graphs(self) -> tuple[ox.NamedNode, ...]:
        """Return the names of all graphs but the ontology's and the bookkeeping's; sorted."""
        hidden = {terms.ONTOLOGY, self.names.inference, self.names.failures}
        graphs = (graph for graph in self.store.named_graphs() if graph not in hidden)
        return tuple(sorted((g for g in graphs if isinstance(g, ox.NamedNode)), key=str))

    def rule_graphs(self) -> tuple[ox.NamedNode, ...]:
        """Return the names of the graphs of what the rules infer; sorted."""
        rule = self.names.rule("").value
        return tuple(graph for graph in self.fact_graphs() if graph.value.startswith(rule))

    @property
    def dataset(self) -> rdflib.Dataset:
        """The same data as an `rdflib.Dataset`, prefixes bound; its default graph is the union.

        It is a view, not a copy. Its own ``query`` follows ``SERVICE`` to other servers.
        """
        from kg.graph.view import dataset

        return dataset(self.store, self.prefixes, writes=self._writes)

    def network(
        self, of: str | Iterable[str] | None = None, *, everything: bool = False
    ) -> nx.MultiDiGraph:
        """Return things and relations as a networkx graph; see `kg.graph.network`.

        `of` is what to show: classes, by local name or IRI, or a query: CONSTRUCT, or SELECT
        with columns for subject, relation and object. Without it, all that is asserted.
        """
        from kg.graph.network import network, network_of_classes, network_of_triples

        if of is None:
            return network(self.store, self.ontology, everything=everything)
        if isinstance(of, str) and "{" in of:
            return network_of_triples(self.query(of), self.store, self.ontology)
        classes = [of] if isinstance(of, str) else list(of)
        return network_of_classes(classes, self.store, self.ontology, everything=everything)

    def pyvis(self) -> Drawing:
        """Return the network as a pyvis ``Network``, to tune by hand; its page is hardened."""
        from kg.graph.drawing import drawing

        return drawing(self.network())
