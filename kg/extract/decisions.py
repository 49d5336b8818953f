"""Rules propose, the linker weighs: which links of a sentence become assertions, and how sure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from kg.extract.linker import Linker
from kg.extract.pairs import View, both, pairs
from kg.extract.relations import Link
from kg.ontology import Ontology, Relation

HINT = 0.5
"""Prior confidence below which a rule's link is but a feature for the linker."""

ALONE = 0.35
"""Probability from which on the linker's word is enough."""

SECONDED = 0.15
"""Probability from which on a rule's link stands that the linker finds possible."""

FLOORS: Mapping[str, float] = {
    "frames": 0.6,
    "context": 0.6,
    "strong": 0.6,
    "passive": 0.6,
    "setting": 0.4,
    "carried": 0.35,
    "means": 0.35,
    "across": 0.3,
    "anaphor": 0.6,
}
"""Rules that stand by themselves where the linker doubts, and how often they were right."""


def proposals(links: Iterable[Link]) -> Iterator[Link]:
    """Yield the links that are more than a hint."""
    return (link for link in links if link.confidence >= HINT)


def decide(view: View, links: Sequence[Link], linker: Linker, ontology: Ontology) -> Iterator[Link]:
    """Yield the links of one sentence, each with the linker's probability as its confidence."""
    relations = {relation.name: relation for relation in ontology.relations}
    proposed: dict[tuple[int, str, int], Link] = {}
    for link in proposals(links):
        key = (link.subject, link.relation.name, link.object)
        if key not in proposed or proposed[key].confidence < link.confidence:
            proposed[key] = link
    candidates = list(pairs(view))
    if candidates:
        keys = [key for one, other in candidates[::2] for key in both(view, one, other)]
        rows = linker.probabilities(keys)
        known = {(one, other) for one, _, other in proposed}
        columns = [place for place, label in enumerate(linker.labels) if label in relations]
        likely = rows[:, columns].max(axis=1, initial=0.0).tolist()
        for place, pair in enumerate(candidates):
            if likely[place] >= ALONE or pair in known:
                yield from _chosen(view, pair, rows[place], linker.labels, relations, proposed)
    # A relation that the linker was not trained on is the rules' matter alone.
    yield from (link for (_, name, _), link in proposed.items() if name not in linker.labels)


def _chosen(
    view: View,
    pair: tuple[int, int],
    row: np.ndarray[tuple[int], np.dtype[np.float64]],
    labels: Sequence[str],
    relations: Mapping[str, Relation],
    proposed: Mapping[tuple[int, str, int], Link],
) -> Iterator[Link]:
    one, other = pair
    mentions = view.scene.mentions
    for place in np.argsort(-row, kind="stable"):
        name, sure = labels[place], float(row[place])
        relation = relations.get(name)
        if relation is None or not relation.allows(mentions[one].kind, mentions[other].kind):
            continue
        link = proposed.get((one, name, other))
        alone = link is not None and (link.extractor in FLOORS or link.floor > 0)
        if link is not None and (sure >= SECONDED or alone):
            floor = FLOORS.get(link.extractor, link.floor)
            yield link._replace(confidence=max(sure, floor))
        elif sure >= ALONE:
            yield Link(one, relation, other, None, "linker", sure)
