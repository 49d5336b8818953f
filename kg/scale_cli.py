"""The commands for many documents: a distributed job, its parts loaded, things that are one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import GraphError
from kg.options import ontology_option, out_option, print_lines

if TYPE_CHECKING:
    from kg.graph.store import Graph
    from kg.identity import Decision


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.argument("target")
@click.option("--master", help="Spark's master; without it, all cores of this machine.")
@click.option(
    "--parts", type=click.IntRange(1), default=16, show_default=True, help="N-Quads parts."
)
@click.option(
    "--seconds",
    type=click.FloatRange(1),
    default=300,
    show_default=True,
    help="How long a document may take.",
)
@ontology_option
def distribute(
    paths: tuple[str, ...],
    target: str,
    master: str | None,
    parts: int,
    seconds: float,
    ontology: Path | None,
) -> None:
    """Read PATHS on Apache Spark; write tables and N-Quads parts to the folder TARGET.

    PATHS are folders, files, .jsonl or .parquet on any file system that Spark knows. Run again,
    it reads only what is new or was not done. See docs/scale.md for a cluster.

    \b
        kg distribute reports corpus-parts
        kg load corpus-parts/quads --out corpus-graph
    """
    from kg.distributed.job import spread
    from kg.distributed.session import open_session
    from kg.ontology import SHIPPED_ONTOLOGY, load_ontology

    known = load_ontology(ontology or SHIPPED_ONTOLOGY)
    report = spread(open_session(master), paths, target, known, parts=parts, seconds=seconds)
    click.echo(f"{report.documents:,} documents, {report.read:,} of them read now: {report.quads}")
    for name, problem in report.failed:
        click.echo(f"Error: {name}: {problem}", err=True)
    if report.failed:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("parts", nargs=-1, required=True, type=click.Path(path_type=Path))
@out_option
@ontology_option
@click.option("--no-inference", is_flag=True, help="Leave out what the rules would add.")
def load(parts: tuple[Path, ...], out: Path, ontology: Path | None, no_inference: bool) -> None:
    """Load N-Quads PARTS (.nq, .nq.gz, folders of them) in bulk into a new graph.

    \b
        kg load corpus-parts/quads --out corpus-graph
    """
    from kg.loading import load
    from kg.ontology import SHIPPED_ONTOLOGY, load_ontology

    known = load_ontology(ontology or SHIPPED_ONTOLOGY)
    report = load(parts, out, known, infer=not no_inference)
    click.echo(f"{report.quads:,} quads from {len(report.parts)} parts")
    rate = report.quads / max(report.seconds, 1e-9)
    click.echo(f"{report.seconds:.1f} s, {rate:,.0f} quads a second", err=True)


@click.command()
@click.option("--undo", multiple=True, metavar="IRI", help="Take back what was decided of a thing.")
@out_option
@ontology_option
def merge(undo: tuple[str, ...], out: Path, ontology: Path | None) -> None:
    """Decide which things of different documents are one, and show the evidence.

    A short name that a document declares for a full one stands for it in other documents too,
    unless documents disagree. The decisions are written into the graph; nothing else changes.

    \b
        kg merge
        kg merge --undo id:organization-2a5cf0f18056
    """
    from kg.builder import seal_ontology
    from kg.graph.store import Graph
    from kg.identity import merge, stored_decisions
    from kg.identity import undo as take_back
    from kg.lock import writing
    from kg.model import IRI
    from kg.ontology import load_ontology
    from kg.opening import STORE, built_with

    known = seal_ontology(load_ontology(ontology or built_with(out)))
    if not (out / STORE).is_dir():
        raise GraphError(f"{out}: no graph here; run `kg build` first")
    with writing(out), Graph.open(out / STORE, known) as graph:
        if undo:
            things = [IRI(iri.replace("id:", known.base, 1)) for iri in undo]
            decisions = take_back(graph, things)
        else:
            merge(graph)
            decisions = stored_decisions(graph)
        graph.infer()
        print_lines(_decision_lines(graph, decisions))


def _decision_lines(graph: Graph, decisions: tuple[Decision, ...]) -> Iterator[str]:
    from kg.terminal import table

    def label(iri: str) -> str:
        names = graph.rows(f"SELECT ?l {{ <{iri}> rdfs:label ?l }} ORDER BY DESC(LANG(?l)) ?l")
        return next((str(name) for (name,) in names), iri)

    def quote(iri: str) -> str:
        words = graph.rows(f"SELECT ?w {{ <{iri}> oa:exact ?w }}")
        return next((str(word) for (word,) in words), iri)

    rows = [
        (label(d.member), label(d.canonical), d.member, "; ".join(map(quote, d.evidence)))
        for d in decisions
    ]
    yield from table(("name", "is", "thing", "as in"), rows)
