"""The commands that tell how good extraction is, and what it did not understand."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.options import FILE, FOLDER, ontology_option, out_option, print_lines

if TYPE_CHECKING:
    from kg.evaluate import Evaluation
    from kg.gold import Passage
    from kg.ontology import Ontology

SHARED = "ZHENGTU_SHARED"
"""The environment variable that names the folder of shared gold; else it is beside the checkout."""


@dataclass(frozen=True)
class Question:
    """What `kg evaluate` was asked to score, and with what."""

    gold: tuple[Path, ...]
    extra: tuple[Path, ...]
    corpus: Path | None
    ontology: Path | None
    models: Path | None
    folds: int | None


@click.command()
@click.argument("gold", nargs=-1, type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print all scores as JSON.")
@click.option(
    "--by",
    multiple=True,
    type=click.Choice(("type", "relation", "source", "confidence")),
    help="Print this table as well; may be given several times.",
)
@click.option("--errors", type=FILE, help="Write what is wrong to this file, by sentence.")
@click.option("--corpus", type=FOLDER, help="The corpus that gold without text points into.")
@click.option("--cross-validate", "folds", type=click.IntRange(2), help="Train and test in folds.")
@click.option("--extra", multiple=True, type=FILE, help="More passages for the folds to learn.")
@click.option("--models", type=FOLDER, help="The models to use; in folds, where to keep them.")
@click.option("--raise-floors", is_flag=True, help="Pin the scores of now, if none has dropped.")
@click.option("--lower-floors", metavar="REASON", help='Pin lower ones: "YYYY-MM-DD: reason".')
@ontology_option
def evaluate(  # one argument an option
    gold: tuple[Path, ...],
    extra: tuple[Path, ...],
    corpus: Path | None,
    ontology: Path | None,
    models: Path | None,
    folds: int | None,
    *,
    as_json: bool,
    by: tuple[str, ...],
    errors: Path | None,
    raise_floors: bool,
    lower_floors: str | None,
) -> None:
    """Score what is extracted from the passages of GOLD files against their annotation.

    A GOLD file is doccano's JSONL with relations. With --cross-validate every passage is scored
    by models that learnt from other sources; this takes minutes for each fold.

    \b
        kg evaluate data/gold/passages.jsonl --by type --errors errors.txt
        kg evaluate gold.jsonl --cross-validate 5 --extra more.jsonl --models folds
        kg evaluate --raise-floors
    """
    if raise_floors or lower_floors:
        _move_floors(ontology, models, lower_floors)
        return
    if not gold:
        raise click.UsageError("Missing argument 'GOLD...'.")
    if extra and not folds:
        raise click.UsageError("--extra is for --cross-validate alone.")
    result = _evaluation(Question(gold, extra, corpus, ontology, models, folds))
    if errors is not None:
        _write(errors, list(result.mistakes()))
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
        return
    from kg.quality_report import evaluation_lines

    print_lines(evaluation_lines(result, by))


def _evaluation(question: Question) -> Evaluation:
    from kg.evaluate import evaluate
    from kg.extract.equipment import equip
    from kg.extract.pipeline import Reader
    from kg.ontology import SHIPPED_MODELS

    known = _ontology(question.ontology)
    passages = _passages(question.gold, question.corpus)
    if question.folds is None:
        models = question.models or SHIPPED_MODELS
        reader = Reader(equip(known, models))
        return evaluate(passages, reader, seen=_seen(question, models))
    from kg.folds import cross_validate

    return cross_validate(
        passages,
        _passages(question.extra, question.corpus),
        known,
        folds=question.folds,
        models=question.models,
        tell=lambda words: click.echo(words, err=True),
    )


def _seen(question: Question, models: Path) -> int | None:
    from hashlib import sha256

    from kg.evaluate import learnt_from

    learnt = learnt_from(models)
    if learnt is None:
        return None
    known = [file for file in question.gold if sha256(file.read_bytes()).hexdigest() in learnt]
    return len(_passages(known, question.corpus))


def _move_floors(ontology: Path | None, models: Path | None, reason: str | None) -> None:
    from kg import ratchet
    from kg.extract.equipment import equip
    from kg.extract.pipeline import Reader
    from kg.ontology import SHIPPED_MODELS

    root = Path()
    shared = Path(os.environ.get(SHARED) or root / ".." / "shared")
    reader = Reader(equip(_ontology(ontology), models or SHIPPED_MODELS))
    if reason is None:
        ratchet.raise_floors(root, shared, reader)
    else:
        ratchet.lower_floors(root, shared, reader, reason)
    click.echo(f"wrote {ratchet.FLOORS}")


def _ontology(folder: Path | None) -> Ontology:
    from kg.ontology import SHIPPED_ONTOLOGY, load_ontology

    return load_ontology(folder or SHIPPED_ONTOLOGY)


def _passages(files: Sequence[Path], corpus: Path | None) -> tuple[Passage, ...]:
    from kg.gold import read_gold

    return tuple(passage for file in files for passage in read_gold(file, corpus))


def _write(file: Path, lines: Sequence[str]) -> None:
    from kg.errors import GoldError

    try:
        text = "".join(f"{line}\n" for line in lines)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise GoldError(f"{file}: cannot be written ({error.strerror})") from error
    click.echo(f"wrote {file}", err=True)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, help="How many.")
@out_option
@ontology_option
def gaps(paths: tuple[Path, ...], top: int, out: Path, ontology: Path | None) -> None:
    """Tell what extraction did not understand, with Turtle to paste into the ontology.

    It reads the files under PATHS, or those of the graph. What it prints is Turtle: sentences
    with names and no assertion, frequent phrases that nobody knows, verbs between names that
    state no relation, each with the line that would teach it. Keep what is right.

    \b
        kg gaps
        kg gaps reports --top 30 > gaps.ttl
    """
    from kg.errors import DocumentError
    from kg.gap_report import gap_lines
    from kg.gaps import find_gaps
    from kg.preview import preview

    known = _ontology(ontology or _built_with(out, paths))
    failed: list[DocumentError] = []
    extractions = []
    for result in preview(paths or _files_of(out, ontology), known):
        if isinstance(result, DocumentError):
            failed.append(result)
        else:
            extractions.append(result.extraction)
    print_lines(gap_lines(find_gaps(extractions, known), known, top=top))
    for error in failed:
        click.echo(f"Error: {error}", err=True)
    if failed:
        raise click.exceptions.Exit(1)


def _built_with(out: Path, paths: Sequence[Path]) -> Path | None:
    from kg.opening import built_with

    return None if paths else built_with(out)


def _files_of(out: Path, ontology: Path | None) -> list[Path]:
    from kg.lock import reading
    from kg.opening import open_graph

    with reading(out), open_graph(out, ontology=ontology) as graph:
        return [Path(record.file) for record in graph.documents()]


@click.command()
@click.argument("gold", nargs=-1, required=True, type=FILE)
@click.option("--out", type=FOLDER, default="data/models", show_default=True, help="Where to.")
@click.option("--corpus", type=FOLDER, help="The corpus that gold without text points into.")
@ontology_option
def train(gold: tuple[Path, ...], out: Path, corpus: Path | None, ontology: Path | None) -> None:
    """Train the tagger and the linker on the passages of GOLD files.

    Needs the extra `train`. The same passages and ontology give the same models.

    \b
        kg train data/gold/written.jsonl --out models
    """
    from kg.train import read_lesson, train_side_by_side

    lesson = read_lesson(gold, corpus)
    click.echo(f"learning from {len(lesson.passages)} passages", err=True)
    for card in train_side_by_side(lesson, _ontology(ontology), out):
        click.echo(f"wrote {card.with_suffix('.npz')} and its card {card}")
