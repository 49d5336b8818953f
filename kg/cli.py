"""The command line: each command parses, calls one function, prints."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.errors import DocumentError, KGError, QueryError
from kg.options import (
    FILE,
    FOLDER,
    Stopwatch,
    format_option,
    ontology_option,
    out_option,
    page_lines,
    print_lines,
)
from kg.quality_cli import evaluate, gaps, train
from kg.scale_cli import distribute, load, merge

if TYPE_CHECKING:
    from kg.graph.store import Graph


class Door(click.Group):
    """Show our own errors as one line and exit 1; let a bug keep its traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KGError as error:
            raise click.ClickException(str(error)) from error


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from kg.version import software_version

        click.echo(f"kg {software_version()}")
        ctx.exit()


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version)
def main() -> None:
    """Turn Chinese policy texts into a knowledge graph, and ask it."""


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@out_option
@ontology_option
@click.option(
    "--engine",
    type=click.Choice(("processes", "serial", "spark")),
    help="Where the work is done; without it, where it is done sooner.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="How many processes; all processors.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=300,
    show_default=True,
    help="How long a document may take.",
)
def build(
    paths: tuple[Path, ...],
    out: Path,
    ontology: Path | None,
    engine: str | None,
    jobs: int | None,
    seconds: float,
) -> None:
    """Read files and folders into the graph, validate it, and write it in other forms.

    Only what is new, changed or gone is done again. Without PATHS the folder data is read, but
    not gold and models in it.

    \b
        kg build data/article.txt
        kg build reports notices --out reports-graph
    """
    from kg.builder import DATA, NOT_ARTICLES, build
    from kg.ontology import load_ontology
    from kg.opening import built_with
    from kg.report import summary
    from kg.terminal import progress

    known = load_ontology(ontology or built_with(out))
    with progress() as on_document:
        report = build(
            paths or [DATA],
            out,
            ontology=known,
            exclude=() if paths else [DATA / name for name in NOT_ARTICLES],
            engine=engine,
            jobs=jobs,
            seconds=seconds,
            on_document=on_document,
        )
    print_lines(summary(report, known))
    _exit_with(report.failed)


@main.command()
@out_option
@ontology_option
@format_option("table", "csv", "json")
def documents(out: Path, ontology: Path | None, format_: str) -> None:
    """List the documents: what each says of itself and how much, and what could not be read.

    \b
        kg documents --format csv > documents.csv
    """
    from kg.listing import COLUMNS, as_csv, as_json, as_rows, list_documents
    from kg.opening import recall
    from kg.terminal import table

    with _graph(out, ontology) as graph:
        listed = list_documents(graph, recall(out))
    if format_ == "table":
        print_lines(table(COLUMNS, list(as_rows(listed))))
    else:
        click.echo(as_csv(listed) if format_ == "csv" else as_json(listed), nl=False)


@main.command()
@click.argument("query")
@out_option
@ontology_option
@format_option("table", "csv", "tsv", "json", "xml", "turtle")
@click.option("--time", "timed", is_flag=True, help="Tell how long each step took.")
def query(query: str, out: Path, ontology: Path | None, format_: str, timed: bool) -> None:
    """Answer SPARQL from a FILE, a shipped question by its NAME, or standard input (-).

    The prefixes of the ontology need no declaration.

    \b
        kg query countries-strategies
        kg query my-question.rq --format csv
        echo 'ASK { ?s a kg:Country }' | kg query -
    """
    from kg.report import answer_lines

    watch = Stopwatch()
    with _graph(out, ontology) as graph:
        sparql = _sparql(query, graph.ontology.folder)
        watch.lap("opening")
        answer = graph.query(sparql)
        watch.lap("answering")
        if format_ == "table":
            page_lines(answer_lines(answer, graph.prefixes))
        else:
            click.echo(answer.serialize(format_), nl=False)
        watch.lap("printing")
    if timed:
        click.echo(watch.line(), err=True)


@main.command()
@click.argument("words", nargs=-1, required=True)
@out_option
@ontology_option
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@format_option("table", "json")
def search(
    words: tuple[str, ...], out: Path, ontology: Path | None, limit: int, format_: str
) -> None:
    """Find names, titles and evidence sentences that hold all the WORDS, best first.

    Chinese words are found by any part of them, in simplified and in traditional script.

    \b
        kg search 数字政府
        kg search 政府 转型 --limit 5
    """
    from kg.report import HIT_FORMATS

    with _graph(out, ontology) as graph:
        hits = graph.search(" ".join(words), limit=limit)
        page_lines(HIT_FORMATS[format_](hits))


@main.command()
@out_option
@ontology_option
def queries(out: Path, ontology: Path | None) -> None:
    """List the shipped questions, each with the sentence it answers."""
    from kg.opening import built_with
    from kg.questions import load_questions
    from kg.terminal import table

    questions = load_questions(ontology or built_with(out))
    rows = [(question.name, question.sentence, question.english) for question in questions]
    print_lines(table(("name", "question", "in English"), rows))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--light", "page", flag_value="light", help="A page without SPARQL, 2 MB smaller.")
@click.option("--classic", "page", flag_value="classic", help="pyvis' own page, to tune by hand.")
@out_option
@ontology_option
def export(file: Path, page: str | None, out: Path, ontology: Path | None) -> None:
    """Write the graph to FILE, in the format of its suffix.

    \b
        kg export graph.ttl          (also .nt .nq .trig .jsonld .rdf .html .graphml .sqlite)
        kg export tune.html --classic
    """
    from kg.opening import write_product

    with _graph(out, ontology) as graph:
        write_product(graph, file, page or "full")
    click.echo(f"wrote {file}")


@main.command()
@out_option
@ontology_option
@format_option("table", "turtle")
def check(out: Path, ontology: Path | None, format_: str) -> None:
    """Validate the graph against the shapes; exit status 1 if one is violated."""
    from kg.graph.checks import report, validate
    from kg.report import finding_lines

    with _graph(out, ontology) as graph:
        findings = validate(graph)
        if format_ == "turtle":
            click.echo(report(findings, graph.prefixes), nl=False)
        else:
            print_lines(finding_lines(findings, graph.prefixes))
    if any(finding.severity == "violation" for finding in findings):
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@ontology_option
@format_option("table", "json", "doccano")
def extract(paths: tuple[Path, ...], ontology: Path | None, format_: str) -> None:
    """Show what is found in files; the graph stays as it is.

    A .jsonl file counts as passages in doccano's form, of which only the texts are read; the
    format doccano is the same form with what was found, labels as in the guidelines.

    \b
        kg extract data/article.txt
        kg extract passages.jsonl --format doccano > predictions.jsonl
    """
    from kg.extractions import EXTRACTION_FORMATS
    from kg.ontology import SHIPPED_ONTOLOGY, load_ontology
    from kg.preview import Found, preview

    known = load_ontology(ontology or SHIPPED_ONTOLOGY)
    failed: list[DocumentError] = []

    def found() -> Iterator[Found]:
        for result in preview(paths, known):
            if isinstance(result, DocumentError):
                failed.append(result)
            else:
                yield result

    print_lines(EXTRACTION_FORMATS[format_](found(), known))
    _exit_with(failed)


@main.command()
@click.argument("label")
@out_option
@ontology_option
def explain(label: str, out: Path, ontology: Path | None) -> None:
    """Tell what is known of one thing, each fact with its sentence and the quotation marked.

    LABEL is a name in any spelling, an alias, a code such as SG, or an IRI.
    """
    from kg.graph.explain import explain
    from kg.report import explanation_lines

    with _graph(out, ontology) as graph:
        explanation = explain(graph, label)
        if not explanation:
            raise QueryError(f"{label}: nothing in the graph bears this name; try `kg queries`")
        print_lines(explanation_lines(explanation))


@main.command()
@out_option
@ontology_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds after which a query is ended.",
)
@click.option(
    "--limit-rows",
    type=click.IntRange(1),
    default=100_000,
    show_default=True,
    help="Rows or triples after which an answer is cut.",
)
@click.option("--workers", type=click.IntRange(1), help="Queries at once; one for each processor.")
@click.option("--token-file", type=FILE, help="Answer only who bears a token of this file.")
# Any: what the options hold.
def serve(out: Path, ontology: Path | None, **options: Any) -> None:
    """Serve the graph over HTTP, for reading alone, until interrupted.

    SPARQL is at /sparql, graphs at /data, search at /search, and a page to ask from at /.
    A new build is picked up by itself.

    \b
        kg serve
        kg serve --port 0 --timeout 10 --token-file token.txt
    """
    from kg.serving import Options, serve

    def told(address: str) -> None:
        click.echo(f"serving {out} at {address}")

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    serve(out, Options(**options), ontology=ontology, told=told)


@main.command("new-ontology")
@click.argument("folder", type=FOLDER)
def new_ontology(folder: Path) -> None:
    """Write a copy of the shipped ontology to FOLDER, to start your own from."""
    from kg.template import copy_ontology

    copy_ontology(folder)
    click.echo(f"wrote {folder}; use it with `kg build --ontology {folder}`")


main.add_command(distribute)
main.add_command(evaluate)
main.add_command(gaps)
main.add_command(load)
main.add_command(merge)
main.add_command(train)


def _exit_with(failed: Iterable[DocumentError]) -> None:
    failed = tuple(failed)
    for error in failed:
        click.echo(f"Error: {error}", err=True)
    if failed:
        raise click.exceptions.Exit(1)


@contextmanager
def _graph(out: Path, ontology: Path | None) -> Iterator[Graph]:
    from kg.lock import reading
    from kg.opening import open_graph

    with reading(out), open_graph(out, ontology=ontology) as graph:
        yield graph


def _sparql(query: str, ontology: Path) -> str:
    from kg.questions import find_question

    if query == "-":
        return _decoded(sys.stdin.buffer.read(), "standard input")
    file = Path(query)
    if not file.is_file():
        return find_question(query, ontology).sparql
    try:
        return _decoded(file.read_bytes(), query)
    except OSError as error:
        raise QueryError(f"{file}: cannot be read ({error.strerror})") from error


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{name}: is not UTF-8; save it as UTF-8") from error
