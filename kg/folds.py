"""Cross-validation over sources: what the extractor is worth on text it did not learn from."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kg.errors import GoldError
from kg.evaluate import Evaluation, judge_all, summarize
from kg.extract.equipment import LINKER, TAGGER, Equipment, equip
from kg.extract.linker import load_linker
from kg.extract.pipeline import Reader
from kg.extract.tagger import load_tagger
from kg.gold import Passage
from kg.judging import Judged
from kg.model import digest
from kg.ontology import Ontology
from kg.train import Lesson, train_side_by_side

SEED = 7

Tell = Callable[[str], None]
Train = Callable[[Lesson, Ontology, Path], object]
"""Learns from a lesson and writes the models to a folder."""


def cross_validate(
    passages: Iterable[Passage],
    extra: Iterable[Passage],
    ontology: Ontology,
    *,
    folds: int = 5,
    models: Path | None = None,
    train: Train = train_side_by_side,
    tell: Tell = lambda _: None,
) -> Evaluation:
    """Score each passage with models that learnt from the sources of the other folds.

    ``extra`` passages are learnt from in every fold that does not hold back their source, and
    never scored. The models of a fold are kept in the folder ``models``, if there is one, under
    the digest of what they were made of, so that a second run need not train them again; who
    changes the code of training, or ``train``, gives another folder. Training takes minutes for
    each fold: ``tell`` hears how far it is. Needs the extra `train`.
    """
    passages, extra = tuple(passages), tuple(extra)
    judged: list[Judged] = []
    bare = equip(ontology, None)
    with _folder(models) as folder:
        for number, held in enumerate(split(passages, folds), start=1):
            known = [p for p in (*passages, *extra) if p.source not in held]
            tested = [p for p in passages if p.source in held]
            tell(f"fold {number} of {folds}: learning from {len(known)} passages")
            name = fold_name(number, folds, known, ontology)
            if not (folder / name).is_dir():
                _learn(Lesson(tuple(known), {}), ontology, folder / name, train)
            trained = equipped(bare, folder / name)
            judged += judge_all(tested, Reader(trained))
            scores = summarize(judged).scores
            tell(
                f"fold {number} of {folds}: so far names strict "
                f"{scores['names/strict'].f1:.3f}, relations relaxed "
                f"{scores['relations/relaxed'].f1:.3f}"
            )
    return summarize(judged, seen=0)


def split(passages: Iterable[Passage], folds: int) -> tuple[frozenset[str], ...]:
    """Return the sources that each fold holds back; each kind of source is spread over all.

    >>> sources = ["gov:a", "gov:b", "report:a", "report:b", "report:c"]
    >>> [len(fold) for fold in split([Passage("", source, "") for source in sources], 2)]
    [3, 2]
    """
    sources = sorted({passage.source for passage in passages})
    if not 2 <= folds <= len(sources):
        raise GoldError(
            f"{len(sources)} sources cannot be split into {folds} folds; "
            "give from 2 folds to as many as there are sources"
        )
    random.Random(SEED).shuffle(sources)  # noqa: S311 - a fair deal, no secret
    sources.sort(key=lambda source: source.partition(":")[0])
    return tuple(frozenset(sources[place::folds]) for place in range(folds))


@contextmanager
def _folder(models: Path | None) -> Iterator[Path]:
    if models is not None:
        models.mkdir(parents=True, exist_ok=True)
        yield models
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def fold_name(number: int, folds: int, known: Sequence[Passage], ontology: Ontology) -> str:
    """Return the name of a fold's folder of models: it tells what they were made of."""
    key = digest(ontology.fingerprint, *(repr(passage) for passage in known))
    return f"fold-{number}-of-{folds}-{key}"


def _learn(lesson: Lesson, ontology: Ontology, folder: Path, train: Train) -> None:
    # The folder has its name when it is complete, so that a broken run leaves no half of it.
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        train(lesson, ontology, Path(unfinished))
        shutil.copytree(unfinished, folder)


def equipped(bare: Equipment, folder: Path) -> Equipment:
    """Return the equipment with the models of a folder."""
    return replace(bare, tagger=load_tagger(folder / TAGGER), linker=load_linker(folder / LINKER))
