"""The graph: open it, put documents into it, ask it; the only room that writes the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

import pyoxigraph as ox

from kg.errors import GraphError, OntologyError, QueryError
from kg.graph import answers, terms
from kg.graph.answers import Answer, Rows
from kg.graph.failures import Failure, failure_triples, read_failures
from kg.graph.likeness import likeness
from kg.graph.quads import concept_quads
from kg.graph.record import Record, make_record, stored_record
from kg.graph.records import DocumentRecord, Reader
from kg.graph.rules import Rule, infer
from kg.graph.terms import Names, Term, in_graph
from kg.graph.writing import change, drop, put, sweep
from kg.model import Extraction
from kg.ontology import Ontology
from kg.vocabulary import KG

if TYPE_CHECKING:
    import networkx as nx
    import rdflib
    from pyvis.network import Network

_Node = TypeVar("_Node", bound=Term)

_BULK = 50_000
"""Quads from which on loading in bulk is quicker; below, it waits longer for the disk."""

_TEACHING = (KG.Pattern, KG.WordList)
"""Classes of `ontology/` that teach the extraction and say nothing about the graph."""


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
        self.names = Names(ontology.base)
        self.prefixes = terms.prefixes(ontology)

    # ------------------------------------------------------------------ opening

    @classmethod
    def open(cls, path: Path, ontology: Ontology) -> Self:
        """Open the graph in a folder for writing; make one where there is none.

        Raise GraphError if the place is taken by something else or by another writer.
        """
        if path.is_dir() and any(path.iterdir()) and not _holds_a_graph(path):
            raise GraphError(f"{path}: holds something else; give an empty folder for the graph")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            store = ox.Store(path)
            sweep(path)
        except OSError as error:
            raise GraphError(f"{path}: {_opening_problem(error)}") from error
        graph = cls(store, ontology, path)
        return graph._with_ontology()

    @classmethod
    def read_only(cls, path: Path, ontology: Ontology) -> Self:
        """Open the graph in a folder for asking alone; nothing in the folder changes.

        Raise GraphError where there is none. Do not write the same folder meanwhile: build
        beside it, and swap.
        """
        if not _holds_a_graph(path):
            raise GraphError(f"{path}: no graph here; run `kg build` first")
        try:
            graph = cls(ox.Store.read_only(str(path)), ontology, path)
        except OSError as error:
            raise GraphError(f"{path}: {_opening_problem(error)}") from error
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

    def put_failures(self, failures: Iterable[Failure]) -> None:
        """Let the graph tell of these files that could not be read, and of no others."""
        self._become(self.names.failures, set(failure_triples(failures, self.names)))

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
        for name, triples in inferred.items():
            self._become(self.names.rule(name), set(triples))
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

    def _add(self, quads: list[ox.Quad]) -> None:
        # Oxigraph's own union of graphs is a bag: a triple in two graphs counts twice. So the
        # default graph holds the union as a set.
        both = quads + [ox.Quad(*quad.triple) for quad in quads]
        if len(both) >= _BULK:
            self.store.bulk_extend(both)
        else:
            self.store.extend(both)

    def _forget_seal(self) -> None:
        self.store.remove_graph(self.names.inference)

    def _documents_of_file(self, name: str) -> list[str]:
        found = self.store.quads_for_pattern(None, terms.FILE, ox.Literal(name), terms.UNION)
        return [quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)]

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
        return tuple(
            Rule(file.stem, _read(file), file)
            for file in sorted((self.ontology.folder / "rules").glob("*.rq"))
        )

    @property
    def shapes_file(self) -> Path:
        """Where the shapes are, ``ontology/shapes.ttl``."""
        return self.ontology.folder / "shapes.ttl"

    def shapes(self) -> str:
        """Return the text of `shapes_file`; empty if there is none."""
        return _read(self.shapes_file) if self.shapes_file.is_file() else ""

    def _with_ontology(self) -> Self:
        graph = terms.ONTOLOGY
        seal = ox.Quad(graph, terms.FINGERPRINT, ox.Literal(self.ontology.fingerprint), graph)
        if seal not in self.store:
            self._forget_seal()
            drop(self.store, graph)
            self._add([in_graph(triple, graph) for triple in self._read_ontology()])
            self._add([seal])
        return self

    def _ontology_triples(self) -> Iterator[ox.Triple]:
        for quad in self.store.quads_for_pattern(None, None, None, terms.ONTOLOGY):
            yield quad.triple

    def _read_ontology(self) -> Iterator[ox.Triple]:
        for file in sorted(self.ontology.folder.glob("*.ttl")):
            if file.name == "shapes.ttl":
                continue
            triples = list(_parsed(file))
            teaching = {t.subject for t in triples if getattr(t.object, "value", "") in _TEACHING}
            yield from (triple for triple in triples if triple.subject not in teaching)

    # ------------------------------------------------------------------ asking

    def query(self, sparql: str) -> Answer:
        """Answer SPARQL from all graphs at once: `Rows`, `Truth` or `Triples`.

        The prefixes of the ontology need no declaration. ``GRAPH`` and ``FROM`` ask single
        graphs. Raise QueryError, with line and column, for what cannot be answered.
        """
        return answers.ask(self.store, sparql, self.prefixes)

    def rows(self, sparql: str) -> Rows:
        """Answer a SELECT query; raise QueryError for one of another form."""
        answer = self.query(sparql)
        if not isinstance(answer, Rows):
            raise QueryError("the query asks for no rows; use SELECT")
        return answer

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
        from oxrdflib import OxigraphStore
        from rdflib import Dataset

        dataset = Dataset(store=OxigraphStore(store=self.store))
        for prefix, iri in self.prefixes.items():
            dataset.bind(prefix, iri, replace=True)
        return dataset

    def network(self, *, everything: bool = False) -> nx.MultiDiGraph:
        """Return things and relations as a networkx graph; see `kg.graph.network`."""
        from kg.graph.network import network

        return network(self.store, self.ontology, everything=everything)

    def pyvis(self) -> Network:
        """Return the network as a pyvis drawing, for notebooks."""
        from kg.graph.drawing import drawing

        return drawing(self.network())


def software_version() -> str:
    """Return the version of this package: a checkout's own, or the installed one's."""
    import tomllib
    from importlib import metadata

    project = Path(__file__).parents[2] / "pyproject.toml"
    if project.is_file():
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("zhengtu")


def _holds_a_graph(path: Path) -> bool:
    return (path / "CURRENT").is_file()


def _opening_problem(error: OSError) -> str:
    problem = " ".join(str(error).split())
    if "lock" in problem.lower():
        return "another process is writing this graph; wait until it is done"
    return f"cannot be opened as a graph: {error.strerror or problem}"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OntologyError(f"cannot be read: {error}", file=file) from error


def _parsed(file: Path) -> Iterator[ox.Triple]:
    # Blank nodes are named by file and order: the parser's own names differ from run to run.
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def stable(node: _Node) -> _Node | ox.BlankNode:
        if not isinstance(node, ox.BlankNode):
            return node
        return names.setdefault(node, ox.BlankNode(f"{file.stem}{len(names)}"))

    for quad in ox.parse(_read(file), format=ox.RdfFormat.TURTLE):
        yield ox.Triple(stable(quad.subject), quad.predicate, stable(quad.object))
