"""Rules propose, the linker weighs: which links of a sentence become assertions, and how sure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.extract.keys import Hashed
from kg.extract.linker import Linker
from kg.extract.pairs import View, features, pairs
from kg.extract.relations import Link
from kg.model import IRI
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


@dataclass(frozen=True)
class Gates:
    """Which relations domain and range allow between two classes, of those the linker knows."""

    kinds: Mapping[IRI, int]
    allowed: NDArray[np.bool_]
    """Shape (kinds, kinds, labels): subject, object, relation."""


def compile_gates(ontology: Ontology, labels: Sequence[str]) -> Gates:
    """Compile domain and range of the linker's labels."""
    relations = {relation.name: relation for relation in ontology.relations}
    kinds = {iri: place for place, iri in enumerate(ontology.kinds)}
    allowed = np.zeros((len(kinds), len(kinds), len(labels)), dtype=np.bool_)
    for place, label in enumerate(labels):
        if label in relations:
            ends = relations[label].domain, relations[label].range
            subject, object_ = ([kinds[iri] for iri in sorted(end)] for end in ends)
            allowed[np.ix_(subject, object_, [place])] = True
    return Gates(kinds, allowed)


def decide(
    view: View, links: Sequence[Link], linker: Linker, gates: Gates, ontology: Ontology
) -> Iterator[Link]:
    """Yield the links of a document, each with the linker's probability as its confidence."""
    relations = {relation.name: relation for relation in ontology.relations}
    proposed: dict[tuple[int, str, int], Link] = {}
    for link in proposals(links):
        key = (link.subject, link.relation.name, link.object)
        if key not in proposed or proposed[key].confidence < link.confidence:
            proposed[key] = link
    known = {(one, other) for one, _, other in proposed}
    for pair, row in _weighed(view, linker, gates, known):
        said = proposed if pair in known else {}
        yield from _chosen(view, pair, row, linker.labels, relations, said)
    # A relation that the linker was not trained on is the rules' matter alone.
    yield from (link for (_, name, _), link in proposed.items() if name not in linker.labels)


def _weighed(
    view: View, linker: Linker, gates: Gates, known: Set[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], NDArray[np.float64]]]:
    # Pairs between which a relation is allowed, and likely or proposed.
    candidates = pairs(view)
    kinds = np.array([gates.kinds[mention.kind] for mention in view.mentions], dtype=np.intp)
    subject, object_ = view.ends(candidates)
    allowed = gates.allowed[kinds[subject], kinds[object_]]
    possible = np.flatnonzero(allowed.any(axis=1))
    candidates, allowed = candidates.chosen(possible), allowed[possible]
    rows = linker.probabilities(features(Hashed, view, candidates), len(possible))
    subject, object_ = subject[possible], object_[possible]
    likely = (np.where(allowed, rows, 0.0).max(axis=1, initial=0.0) >= ALONE).tolist()
    for place, pair in enumerate(zip(subject.tolist(), object_.tolist(), strict=True)):
        if likely[place] or pair in known:
            yield pair, rows[place]


def _chosen(
    view: View,
    pair: tuple[int, int],
    row: NDArray[np.float64],
    labels: Sequence[str],
    relations: Mapping[str, Relation],
    proposed: Mapping[tuple[int, str, int], Link],
) -> Iterator[Link]:
    one, other = pair
    mentions = view.mentions
    for place in np.argsort(-row, kind="stable").tolist():
        name, sure = labels[place], float(row[place])
        if sure < ALONE and not proposed:
            break
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
