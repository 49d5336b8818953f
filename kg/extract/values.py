"""Figures and what they measure: 产值达到3万亿元, 甲、乙分别增长5%、6%, 20项科技成果."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kg.expressions import expand
from kg.extract.relations import Link
from kg.extract.scenes import Group, Scene
from kg.model import Span
from kg.ontology import Ontology, Relation
from kg.vocabulary import KG

DIRECT, COUNTED = 0.85, 0.6
"""Prior confidence: the figure follows its indicator; the figure stands before what it counts."""

LONGEST_GAP = 14


@dataclass(frozen=True)
class Measures:
    """The words between a figure and what it measures, compiled."""

    relation: Relation
    after: re.Pattern[str]
    before: re.Pattern[str]
    respectively: re.Pattern[str]
    growth: re.Pattern[str]


def compile_measures(ontology: Ontology) -> Measures:
    """Compile the word lists that join figures to indicators."""
    return Measures(
        next(r for r in ontology.relations if r.iri == KG.hasValue),
        re.compile(expand(r"[“（]?(?:{valueWords})*[“]?", ontology.words)),
        re.compile(expand(r"(?:{quantifiedBy})?[“]?", ontology.words)),
        re.compile(expand("{respectively}", ontology.words)),
        re.compile(expand("{growth}", ontology.words)),
    )


def find_values(scene: Scene, measures: Measures) -> Iterator[Link]:
    """Yield a link from what is measured to its figure."""
    yield from _further(scene, measures)
    for one, other in pairwise(scene.groups):
        if one.clause != other.clause:
            continue
        gap = scene.between(one.end, other.start)
        if scene.kinds(other)[0] == KG.Quantity:
            yield from _measured(one, other, gap, scene, measures)
        elif scene.kinds(one)[0] == KG.Quantity and measures.before.fullmatch(gap):
            yield from _links(scene, measures, other.members[:1], one.members[-1:], COUNTED)


def _further(scene: Scene, measures: Measures) -> Iterator[Link]:
    # “产值达到3万亿元，增长5%”: a clause that is but a growth goes on with the one before.
    for one, middle, other in zip(scene.groups, scene.groups[1:], scene.groups[2:], strict=False):
        figures = {scene.kinds(middle)[0], scene.kinds(other)[0]} == {KG.Quantity}
        if not figures or one.clause != middle.clause or other.clause != middle.clause + 1:
            continue
        gap = scene.between(one.end, middle.start)
        lead = scene.between(scene.clauses[other.clause].start, other.start)
        grown = measures.growth.match(scene.text, other.start)
        apart = measures.respectively.search(lead)
        if measures.after.fullmatch(gap) and measures.after.fullmatch(lead) and grown and not apart:
            subjects, objects = one.members[-1:], other.members[:1]
            yield from _links(scene, measures, subjects, objects, COUNTED, "further")


def _measured(
    one: Group, other: Group, gap: str, scene: Scene, measures: Measures
) -> Iterator[Link]:
    if measures.respectively.search(gap) and len(one.members) == len(other.members):
        for subject, object_ in zip(one.members, other.members, strict=True):
            yield from _links(scene, measures, (subject,), (object_,), DIRECT)
    elif len(gap) <= LONGEST_GAP and measures.after.fullmatch(gap):
        yield from _links(scene, measures, one.members[-1:], other.members[:1], DIRECT)


def _links(
    scene: Scene,
    measures: Measures,
    subjects: tuple[int, ...],
    objects: tuple[int, ...],
    sure: float,
    name: str = "values",
) -> Iterator[Link]:
    for subject in subjects:
        for object_ in objects:
            kinds = scene.mentions[subject].kind, scene.mentions[object_].kind
            if measures.relation.allows(*kinds):
                yield Link(
                    subject,
                    measures.relation,
                    object_,
                    _cue(scene, subject, object_),
                    name,
                    sure,
                )


def _cue(scene: Scene, subject: int, object_: int) -> Span | None:
    one, other = scene.mentions[subject], scene.mentions[object_]
    start, end = min(one.end, other.end), max(one.start, other.start)
    return Span(start, end) if start < end else None
