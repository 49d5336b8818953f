"""Learn the tagger from annotated passages; the same passages give the same model."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kg.extract.equipment import Equipment
from kg.extract.keys import Spelled
from kg.extract.observation import observe
from kg.extract.tagger import Tagger, load_tagger, save_tagger
from kg.gold import Passage
from kg.learning.crf import model_info, new_trainer
from kg.model import Span
from kg.text.normal import sentences

L1, L2 = 0.5, 0.02
"""Weights of the two penalties, chosen by cross-validation (docs/quality.md)."""
ITERATIONS = 60
RAREST = 2
"""Occurrences from which on an attribute is worth a weight."""

PARAMETERS = {"c1": L1, "c2": L2, "max_iterations": ITERATIONS, "feature.minfreq": RAREST}


def train_tagger(
    passages: Iterable[Passage],
    equipment: Equipment,
    path: Path,
) -> Tagger:
    """Train the tagger, write it to ``path`` (.npz) and return it as it was written."""
    trainer = new_trainer(PARAMETERS)
    for passage in passages:
        for attributes, labels in tagged_sentences(passage, equipment):
            trainer.append(attributes, labels)
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "tagger.crfsuite")
        trainer.train(file)
        info = model_info(file)
    labels = sorted(info.labels, key=lambda label: (label != "O", label))
    save_tagger(path, labels, _by_column(info.state_features), info.transitions)
    return load_tagger(path)


def tagged_sentences(
    passage: Passage, equipment: Equipment
) -> Iterator[tuple[list[list[str]], list[str]]]:
    """Yield each sentence's attributes and labels, a list for each character."""
    seen = observe(passage.text, equipment.lexicon, equipment.grammar)
    columns = [column.strings for column in seen.columns(Spelled, equipment.names)]
    labels = label_characters(passage)
    for span in sentences(passage.text, Span(0, len(passage.text))):
        yield (
            [
                [f"{index}={column[i]}" for index, column in enumerate(columns) if column[i]]
                for i in range(span.start, span.end)
            ],
            labels[span.start : span.end],
        )


def label_characters(passage: Passage) -> list[str]:
    """Return a BIO label for each character.

    An annotated name stands for all its occurrences, so each of them is labelled, longest first.

    >>> from kg.gold import Name
    >>> label_characters(Passage("1", "", "数据，数据", (Name(0, 2, "Concept"),)))
    ['B-Concept', 'I-Concept', 'O', 'B-Concept', 'I-Concept']
    """
    labels = ["O"] * len(passage.text)
    free = [True] * len(passage.text)
    for name in passage.names:
        _paint(labels, free, name.start, name.end, name.label)
    for quote, label in _distinct(passage):
        start = passage.text.find(quote)
        while start >= 0:
            _paint(labels, free, start, start + len(quote), label)
            start = passage.text.find(quote, start + 1)
    return labels


def _paint(labels: list[str], free: list[bool], start: int, end: int, label: str) -> None:
    if all(free[start:end]):
        labels[start:end] = [f"B-{label}"] + [f"I-{label}"] * (end - start - 1)
        free[start:end] = [False] * (end - start)


def _distinct(passage: Passage) -> list[tuple[str, str]]:
    named = {passage.quote(name): name.label for name in reversed(passage.names)}
    return sorted(named.items(), key=lambda pair: (-len(pair[0]), pair))


def _by_column(
    features: Mapping[tuple[str, str], float],
) -> Sequence[Mapping[str, Mapping[str, float]]]:
    columns: dict[int, dict[str, dict[str, float]]] = {}
    for (attribute, label), weight in features.items():
        index, key = attribute.split("=", 1)
        columns.setdefault(int(index), {}).setdefault(key, {})[label] = weight
    return [columns.get(index, {}) for index in range(max(columns, default=-1) + 1)]
