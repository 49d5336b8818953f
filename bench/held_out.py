"""Passages with the models that may be asked about them: those that did not learn from them.

The folder of models is the one that ``kg evaluate GOLD --cross-validate N --models DIR`` fills.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import GoldError, KGError
from kg.evaluate import Evaluation, summarize
from kg.extract.equipment import TAGGER, Equipment, equip
from kg.folds import equipped, fold_name, split
from kg.gold import Passage, read_gold
from kg.judging import judge
from kg.model import Document, Extraction
from kg.ontology import SHIPPED_MODELS, Ontology, load_ontology
from kg.text.read import read_passage

Extract = Callable[[Document], Extraction]
System = Callable[[Equipment], Extract]
"""Makes an extractor from an ontology's lexicon and grammar and the models of one fold."""


@dataclass(frozen=True)
class Fold:
    """Passages that are scored, and what their models learnt from."""

    tested: tuple[Passage, ...]
    known: tuple[Passage, ...]
    name: str
    """Of the folder of models, as `kg.folds` calls it."""


@dataclass(frozen=True)
class Question:
    """What a script of this folder was asked: passages, folds and where the models lie."""

    passages: tuple[Passage, ...]
    extra: tuple[Passage, ...]
    folds: int | None
    models: Path
    ontology: Ontology
    stale: bool = False
    """Whether models will do that were trained with another state of the ontology."""


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that all scripts on gold share."""
    made = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    made.add_argument("gold", nargs="+", type=Path, help="doccano JSONL to score")
    made.add_argument("--extra", action="append", type=Path, default=[], help="gold to learn only")
    made.add_argument("--corpus", type=Path, help="the texts that gold without text points into")
    made.add_argument("--cross-validate", type=int, metavar="N", help="score held-out passages")
    made.add_argument(
        "--models", type=Path, default=SHIPPED_MODELS, help="models, or folds' models"
    )
    made.add_argument("--stale", action="store_true", help="take models of an earlier ontology")
    return made


def question(options: argparse.Namespace) -> Question:
    """Read what the options name; raise GoldError for a file that is no gold."""
    passages, extra = (
        tuple(passage for file in files for passage in read_gold(file, options.corpus))
        for files in (options.gold, options.extra)
    )
    return Question(
        passages, extra, options.cross_validate, options.models, load_ontology(), options.stale
    )


def folds(asked: Question) -> tuple[Fold, ...]:
    """Return the folds of `kg.folds.cross_validate`; without folds all passages are one."""
    if asked.folds is None:
        return (Fold(asked.passages, (), ""),)
    made = []
    for number, held in enumerate(split(asked.passages, asked.folds), start=1):
        tested = tuple(p for p in asked.passages if p.source in held)
        known = tuple(p for p in (*asked.passages, *asked.extra) if p.source not in held)
        name = fold_name(number, asked.folds, known, asked.ontology)
        made.append(Fold(tested, known, name))
    return tuple(made)


def models_of(fold: Fold, asked: Question) -> Path:
    """Return the folder with the fold's models; raise GoldError where there is none.

    Of stale ones the newest is taken that learnt from as many passages.
    """
    exact = asked.models / fold.name
    if exact.is_dir():
        return exact
    if asked.stale:
        found = sorted(
            asked.models.glob(fold.name.rpartition("-")[0] + "-*"),
            key=lambda folder: (folder.stat().st_mtime, folder.name),
        )
        fitting = [folder for folder in found if _passages_learnt(folder) == len(fold.known)]
        if fitting:
            return fitting[-1]
    raise GoldError(
        f"{exact}: no models that learnt from these {len(fold.known)} passages; fill the folder "
        "with `kg evaluate GOLD --cross-validate N --extra MORE --models DIR`, or give --stale "
        "for models of an earlier ontology"
    )


def _passages_learnt(folder: Path) -> int:
    count: int = json.loads((folder / TAGGER).with_suffix(".json").read_text("utf-8"))["passages"]
    return count


def trained(asked: Question) -> tuple[tuple[Fold, Equipment], ...]:
    """Return each fold with its models loaded."""
    bare = equip(asked.ontology, None)
    return tuple((fold, equipped(bare, models_of(fold, asked))) for fold in folds(asked))


def evaluate(system: System, pairs: Iterable[tuple[Fold, Equipment]]) -> Evaluation:
    """Score a system on the passages of each fold, with that fold's models."""
    return summarize(
        judge(passage, extract(read_passage(passage.text, passage.id)), equipment.ontology)
        for fold, equipment in pairs
        for extract in (system(equipment),)
        for passage in fold.tested
    )


# ---------------------------------------------------------------------- tables


def show(lines: Iterable[str]) -> None:
    """Print each line as soon as it is known; end the script where our own error says why."""
    try:
        for line in lines:
            print(line, flush=True)
    except KGError as error:
        raise SystemExit(str(error)) from error


SHOWN = ("names/strict", "names/relaxed", "relations/relaxed")
"""The measures whose F1 every table shows."""


def heading(*more: str) -> tuple[str, str]:
    """Return the two lines that open a Markdown table of F1 scores."""
    columns = ["system", *(measure.replace("/", " ") for measure in SHOWN), *more]
    return _line(columns), _line(["---", *["---:"] * (len(columns) - 1)])


def row(name: str, found: Evaluation, whole: Evaluation | None, more: Sequence[str] = ()) -> str:
    """Return a line of such a table, with the difference from the whole system if it is given."""
    return _line([name, *_cells(found, whole), *more])


def _cells(found: Evaluation, whole: Evaluation | None) -> Iterator[str]:
    for measure in SHOWN:
        value = found.scores[measure].f1
        less = f" ({value - whole.scores[measure].f1:+.3f})" if whole else ""
        yield f"{value:.3f}{less}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
