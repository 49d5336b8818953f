"""Learn the linker from annotated passages: which pairs of names are related, and how."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from kg.extract.keys import Places, Spelled
from kg.extract.linker import NONE, Linker, load_linker, save_linker
from kg.extract.observation import observe
from kg.extract.pairs import features, pairs, view
from kg.extract.pipeline import Reader
from kg.extract.proposals import Proposal
from kg.extract.scenes import scenes
from kg.gold import Passage
from kg.learning.crf import model_info, new_trainer
from kg.learning.tagger import label_characters
from kg.model import Span
from kg.text.normal import sentences

L1, L2 = 0.3, 0.05
ITERATIONS = 50
PARAMETERS = {"c1": L1, "c2": L2, "max_iterations": ITERATIONS, "feature.minfreq": 1}
Sample = tuple[list[str], str]


def train_linker(passages: Iterable[Passage], reader: Reader, path: Path) -> Linker:
    """Train the linker, write it to ``path`` (.npz) and return it as it was written."""
    trainer = new_trainer(PARAMETERS)
    for passage in passages:
        for keys, label in samples(passage, reader):
            trainer.append([keys], [label])
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "linker.crfsuite")
        trainer.train(file)
        info = model_info(file)
    weights: dict[str, dict[str, float]] = {}
    for (key, label), weight in info.state_features.items():
        weights.setdefault(key, {})[label] = weight
    save_linker(path, sorted(info.labels, key=lambda label: (label != NONE, label)), weights)
    return load_linker(path)


def samples(passage: Passage, reader: Reader) -> Iterator[Sample]:
    """Yield the keys and the label of each pair of annotated names that stand near each other.

    A relation counts where its two names stand nearest; where they recur farther apart the pair
    is left out, for there nobody said that it holds or does not.
    """
    seen = observe(passage.text, reader.equipment.lexicon, reader.equipment.grammar)
    mentions = gold_mentions(passage, reader)
    lines = list(sentences(seen.text, Span(0, len(seen.text))))
    stage = list(scenes(seen.text, lines, mentions, reader.joint))
    links = [link for scene in stage for link in reader.rule_links(scene)]
    whole = view(seen, mentions, stage, links, reader.equipment.names)
    candidates = pairs(whole)
    chosen, labels = _labelled(passage, mentions, *whole.ends(candidates))
    wanted = candidates.chosen(np.array(chosen, np.intp))
    columns = [column.strings for column in features(Spelled, whole, wanted)]
    keys = ([key for key in row if key] for row in zip(*columns, strict=True))
    yield from zip(keys, labels, strict=True)


def _labelled(
    passage: Passage, mentions: Sequence[Proposal], subjects: Places, objects: Places
) -> tuple[list[int], list[str]]:
    """Return which of the pairs are samples, and their labels."""
    related = {
        (passage.quote(passage.names[tie.subject]), passage.quote(passage.names[tie.object])): (
            tie.relation
        )
        for tie in reversed(passage.ties)
    }
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for place, pair in enumerate(zip(subjects.tolist(), objects.tolist(), strict=True)):
        one, other = (mentions[member] for member in pair)
        names = passage.text[one.start : one.end], passage.text[other.start : other.end]
        found.setdefault(names, []).append((abs(one.start - other.start), place))
    chosen, labels = [], []
    for names, places in found.items():
        label = related.get(names, NONE)
        for _, place in [min(places)] if label != NONE else places:
            chosen.append(place)
            labels.append(label)
    return chosen, labels


def gold_mentions(passage: Passage, reader: Reader) -> tuple[Proposal, ...]:
    """Return the annotated names as mentions, at every place where they stand."""
    labels = label_characters(passage)
    kinds = reader.equipment.kinds
    found, start = [], 0
    while start < len(labels):
        end = start + 1
        if labels[start].startswith("B-"):
            name = labels[start][2:]
            while end < len(labels) and labels[end] == f"I-{name}":
                end += 1
            found.append(Proposal(start, end, kinds[name], "gold"))
        start = end
    return tuple(found)
