"""The main job, shown: the articles of a folder become a graph, and the graph answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from kg.builder import DATA, NOT_ARTICLES, build
from kg.graph.answers import Answer
from kg.graph.rows import Rows
from kg.ontology import Ontology, load_ontology
from kg.opening import open_graph
from kg.questions import find_question
from kg.report import answer_lines, summary
from kg.terminal import progress

SHOWN = ("countries-strategies", "governance-change")
"""The questions whose answers are shown."""


def tour(data: Path = DATA, out: Path = Path("out")) -> int:
    """Build the graph of a folder, print what it holds and answers, and return the exit status."""
    ontology = load_ontology()
    with progress() as on_document:
        report = build(
            [data],
            out,
            ontology=ontology,
            exclude=[data / name for name in NOT_ARTICLES],
            on_document=on_document,
        )
    answers = _answers(out, ontology) if report.documents else ()
    lines = [*summary(report, ontology), *answers]
    for line in lines:
        click.echo(line)
    for error in report.failed:
        click.echo(f"Error: {error}", err=True)
    return 1 if report.failed else 0


def _answers(out: Path, ontology: Ontology) -> Iterator[str]:
    with open_graph(out, ontology=ontology) as graph:
        answers = {}
        for name in SHOWN:
            question = find_question(name, graph.ontology.folder)
            answers[name] = graph.query(question.sparql)
            yield ""
            yield f"{question.sentence} {question.english} (kg query {name})"
            yield from answer_lines(answers[name], graph.prefixes)
    yield ""
    yield "Try next:"
    name = _first_name(answers[SHOWN[0]])
    yield f"  open {out / 'graph.html'} in a browser: the graph, each fact with its sentence"
    yield "  run `kg query evidence`: what every assertion rests on"
    yield f"  run `kg explain {name}`: all that is known of one thing"


def _first_name(answer: Answer) -> str:
    rows = iter(answer) if isinstance(answer, Rows) else iter(())
    return str(next(rows, ("LABEL",))[0])
