"""Who answers for a task: bodies in brackets, and the tasks in the sentence before them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from kg.extract.constructions import Constructions, Signed, compile_signed, sign
from kg.extract.relations import Link
from kg.extract.scenes import Group, Scene
from kg.model import Span
from kg.ontology import Ontology, Relation

ANSWERS = 0.8
"""Confidence that a body in brackets carries out a task of the sentence before it."""


@dataclass(frozen=True)
class Responsibility:
    """The expressions over signed sentences, compiled."""

    constructions: Constructions
    bodies: tuple[re.Pattern[str], ...]
    """The bodies that answer for what stands before them, in the group ``rows``."""
    tasks: tuple[re.Pattern[str], ...]
    """What is to be done, behind its verb; group ``o``."""
    implements: Relation | None


def compile_responsibility(ontology: Ontology, constructions: Constructions) -> Responsibility:
    """Compile the patterns of responsible bodies and their tasks."""
    return Responsibility(
        constructions,
        compile_signed("responsibleBodies", ontology),
        compile_signed("task", ontology),
        next((r for r in ontology.relations if r.name == "implements"), None),
    )


def find_responsible(
    stage: Sequence[Scene], responsibility: Responsibility
) -> Iterator[tuple[Span, Link]]:
    """Yield who carries out what, 建立甲体系。（体育总局负责）, with the stretch that says so.

    The tasks stand in the sentence of the bracket before it, or in the sentence before of the
    same paragraph.
    """
    before: tuple[Scene, Signed] | None = None
    for scene in stage:
        if before and "\n" in scene.between(before[0].span.end, scene.span.start):
            before = None
        signed, rest = sign(scene, responsibility.constructions.signs), 0
        for match in _brackets(signed, responsibility):
            own = (scene, _part(signed, rest, match.start() + 1))
            tasks = [part for part in (before if not rest else None, own) if part]
            yield from _answers(match, signed, scene, tasks, responsibility)
            before, rest = None, match.end()
        before = (scene, _part(signed, rest, len(signed.text)))


def _brackets(signed: Signed, responsibility: Responsibility) -> list[re.Match[str]]:
    found = (m for regex in responsibility.bodies for m in regex.finditer(signed.text))
    return sorted(found, key=lambda match: match.start())


def _part(signed: Signed, start: int, end: int) -> Signed:
    # Places and rows stay: what stands before the part is only blanked.
    return Signed("\n" * start + signed.text[start:end], signed.places, signed.rows)


def _answers(
    match: re.Match[str],
    signed: Signed,
    scene: Scene,
    tasks: Sequence[tuple[Scene, Signed]],
    responsibility: Responsibility,
) -> Iterator[tuple[Span, Link]]:
    inside = range(*match.span("rows"))
    bodies = [row for place, row in sorted(signed.rows.items()) if place in inside]
    for earlier, words in tasks:
        stretch = Span(earlier.span.start, scene.span.end)
        for task, body in product(_tasks(words, responsibility), bodies):
            for link in _links(body, task, scene, responsibility.implements):
                yield stretch, link


def _tasks(signed: Signed, responsibility: Responsibility) -> list[Group]:
    return [
        signed.rows[match.start("o")]
        for regex in responsibility.tasks
        for match in regex.finditer(signed.text)
    ]


def _links(
    bodies: Group, tasks: Group, scene: Scene, implements: Relation | None
) -> Iterator[Link]:
    if implements is None:
        return
    for body, task in product(bodies.members, tasks.members):
        if implements.allows(scene.mentions[body].kind, scene.mentions[task].kind):
            yield Link(body, implements, task, None, "responsible", ANSWERS)
