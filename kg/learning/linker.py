"""Learn the linker from annotated passages: which pairs of names are related, and how."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
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
from kg.judging import Called, Related, alike
from kg.learning.crf import model_info, new_trainer
from kg.learning.rehearsal import rehearse
from kg.learning.tagger import label_characters
from kg.model import Span
from kg.text.normal import sentences

L1, L2 = 0.3, 0.05
ITERATIONS = 50
PARAMETERS = {"c1": L1, "c2": L2, "max_iterations": ITERATIONS, "feature.minfreq": 1}
Sample = tuple[list[str], str]


def train_linker(passages: Sequence[Passage], reader: Reader, path: Path) -> Linker:
    """Train the linker, write it to ``path`` (.npz) and return it as it was written.

    It learns from the annotated names, and from those that are found in a rehearsal.
    """
    trainer = new_trainer(PARAMETERS)
    for passage in passages:
        for keys, label in annotated_samples(passage, reader):
            trainer.append([keys], [label])
    for passage, mentions in rehearse(passages, reader.equipment):
        for keys, label in found_samples(passage, mentions, reader):
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


def annotated_samples(passage: Passage, reader: Reader) -> Iterator[Sample]:
    """Yield the keys and the label of each pair of annotated names that stand near each other."""
    related = {(tie.subject, tie.object): tie.relation for tie in reversed(_ties(passage))}
    return _samples(
        passage,
        gold_mentions(passage, reader),
        reader,
        lambda one, other: related.get((one, other), NONE),
    )


def found_samples(
    passage: Passage, mentions: Sequence[Proposal], reader: Reader
) -> Iterator[Sample]:
    """Yield the same of names that were found: a pair is related as the annotated one like it."""
    ties = _ties(passage)

    def label(one: Called, other: Called) -> str:
        like = (t for t in ties if alike(one, t.subject) and alike(other, t.object))
        return next((tie.relation for tie in like), NONE)

    return _samples(passage, mentions, reader, label)


def _ties(passage: Passage) -> list[Related]:
    names = [Called(passage.quote(name), name.label) for name in passage.names]
    return [Related(names[t.subject], t.relation, names[t.object]) for t in passage.ties]


def _samples(
    passage: Passage,
    mentions: Sequence[Proposal],
    reader: Reader,
    label: Callable[[Called, Called], str],
) -> Iterator[Sample]:
    """Yield the keys and the label of each pair of mentions that stand near each other.

    A relation counts where its two names stand nearest; where they recur farther apart the pair
    is left out, for there nobody said that it holds or does not.
    """
    seen = observe(passage.text, reader.equipment.lexicon, reader.equipment.grammar)
    lines = list(sentences(seen.text, Span(0, len(seen.text))))
    stage = list(scenes(seen.text, lines, mentions, reader.joint))
    links = [link for scene in stage for link in reader.rule_links(scene)]
    whole = view(seen, mentions, stage, links, reader.equipment.names)
    candidates = pairs(whole)
    names = [
        Called(passage.text[m.start : m.end], reader.equipment.names[m.kind]) for m in mentions
    ]
    chosen, labels = _labelled(mentions, names, whole.ends(candidates), label)
    wanted = candidates.chosen(np.array(chosen, np.intp))
    columns = [column.strings for column in features(Spelled, whole, wanted)]
    keys = ([key for key in row if key] for row in zip(*columns, strict=True))
    yield from zip(keys, labels, strict=True)


def _labelled(
    mentions: Sequence[Proposal],
    names: Sequence[Called],
    ends: tuple[Places, Places],
    label: Callable[[Called, Called], str],
) -> tuple[list[int], list[str]]:
    """Return which of the pairs are samples, and their labels."""
    found: dict[tuple[Called, Called], list[tuple[int, int]]] = {}
    for place, (one, other) in enumerate(zip(*(end.tolist() for end in ends), strict=True)):
        distance = abs(mentions[one].start - mentions[other].start)
        found.setdefault((names[one], names[other]), []).append((distance, place))
    chosen, labels = [], []
    for (one, other), places in found.items():
        said = label(one, other)
        for _, place in [min(places)] if said != NONE else places:
            chosen.append(place)
            labels.append(said)
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
