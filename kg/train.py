"""Train the models from annotated passages, and write a card for each."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kg.extract.equipment import LINKER, TAGGER, Equipment, equip
from kg.extract.pipeline import Reader
from kg.gold import Passage, read_gold
from kg.learning import linker, tagger
from kg.ontology import Ontology


@dataclass(frozen=True)
class Lesson:
    """What the models are trained on."""

    passages: tuple[Passage, ...]
    sources: Mapping[str, str]
    """SHA-256 of each gold file, by name."""


def read_lesson(gold: Sequence[Path], corpus: Path | None) -> Lesson:
    """Read gold files and corpus; raise GoldError for a line that is no passage.

    ``corpus`` holds the texts that stand-off gold points into.
    """
    passages = tuple(p for path in gold for p in read_gold(path, corpus))
    sources = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in gold}
    return Lesson(passages, sources)


def train(lesson: Lesson, ontology: Ontology, out: Path) -> tuple[Path, ...]:
    """Train tagger and linker, write models and cards under ``out``, return what was written."""
    for learn, name in _MODELS:
        learn(lesson.passages, ontology, out / name)
    return _cards(lesson, ontology, out)


def train_side_by_side(lesson: Lesson, ontology: Ontology, out: Path) -> tuple[Path, ...]:
    """Do what `train` does, each model in a process of its own: neither needs the other."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = [
            pool.submit(learn, lesson.passages, ontology, out / name) for learn, name in _MODELS
        ]
        for job in jobs:
            job.result()
    return _cards(lesson, ontology, out)


def _learn_names(passages: Sequence[Passage], ontology: Ontology, path: Path) -> None:
    tagger.train_tagger(passages, equip(ontology, None), path)


def _learn_relations(passages: Sequence[Passage], ontology: Ontology, path: Path) -> None:
    linker.train_linker(passages, Reader(equip(ontology, None)), path)


_MODELS = ((_learn_names, TAGGER), (_learn_relations, LINKER))


def _cards(lesson: Lesson, ontology: Ontology, out: Path) -> tuple[Path, ...]:
    bare = equip(ontology, None)
    return (
        _card(out / TAGGER, lesson, bare, tagger.PARAMETERS),
        _card(out / LINKER, lesson, bare, linker.PARAMETERS),
    )


def _card(
    model: Path, lesson: Lesson, equipment: Equipment, parameters: Mapping[str, float]
) -> Path:
    card = {
        "model": model.name,
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "bytes": model.stat().st_size,
        "trained_on": dict(lesson.sources),
        "passages": len(lesson.passages),
        "names": sum(len(passage.names) for passage in lesson.passages),
        "relations": sum(len(passage.ties) for passage in lesson.passages),
        "lexicon_labels": len(equipment.lexicon),
        "ontology": equipment.ontology.fingerprint,
        "parameters": dict(parameters),
        "scores": "docs/quality.md",
    }
    path = model.with_suffix(".json")
    path.write_text(json.dumps(card, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
