"""Sentence frames with two slots: 从…转向…, 以…为特征. What stands in a slot is related."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.errors import OntologyError
from kg.extract.observation import Observation
from kg.extract.proposals import Proposal
from kg.extract.relations import CARRIED, Link
from kg.extract.scenes import Scene
from kg.model import IRI, Span
from kg.ontology import Ontology, Relation
from kg.vocabulary import KG

FRAME = 0.85
"""Prior confidence of a frame with both slots filled."""

LONGEST_SLOT = 40
_SLOT = re.compile(r"(\{[so]\}|…)")
_INSIDE = r"[^，。；：！？\n]"
_CLOSING = "\u201d\u300b"
_END = r"(?=[，。；：！？）\n]|$)"


@dataclass(frozen=True)
class Frame:
    """A compiled frame; the groups ``s`` and ``o`` bound its slots."""

    relation: Relation
    regex: re.Pattern[str]
    has_subject: bool
    literal: str
    """The longest words of the frame: where they do not stand, the frame cannot match."""
    proposes: IRI | None
    """The class of the names that its slots bring along where nobody else saw one."""
    lists_only: bool
    """Whether it vouches for the names of a list alone: 以协作、整合为特征."""


def compile_frames(ontology: Ontology) -> tuple[Frame, ...]:
    """Compile the frames of all relations; raise OntologyError for one without an object slot."""
    return tuple(
        _frame(relation, words, ontology)
        for relation in ontology.relations
        for words in relation.frames
    )


def _frame(relation: Relation, words: str, ontology: Ontology) -> Frame:
    if "{o}" not in words:
        raise OntologyError(
            f"has the kg:frame {words} without the slot {{o}}; write it where the object stands",
            term=relation.label,
            file=ontology.folder,
        )
    parts = [_part(part) for part in _SLOT.split(words) if part]
    closed = words.endswith("}")
    return Frame(
        relation,
        re.compile("".join(parts) + (_END if closed else "")),
        "{s}" in words,
        max(_SLOT.sub("\n", words).split("\n"), key=len),
        IRI(KG.Concept) if _vouches(words, relation) else None,
        "{s}" not in words,
    )


def _vouches(words: str, relation: Relation) -> bool:
    # Words on both sides of the object tell where its names begin and end.
    if "{s}" in words:
        return _of_terms(relation)
    enclosed = not words.startswith("{o}") and not words.endswith("{o}")
    return enclosed and KG.Concept in relation.range and KG.Country not in relation.range


def _of_terms(relation: Relation) -> bool:
    # Both ends are terms, as in 从…转向…; where anything may stand, a frame vouches for no class.
    return relation.domain == relation.range and KG.Country not in relation.domain


def _part(part: str) -> str:
    if part == "…":
        return f"{_INSIDE}{{0,{LONGEST_SLOT}}}?"
    if part in ("{s}", "{o}"):
        return f"(?P<{part[1]}>{_INSIDE}{{1,{LONGEST_SLOT}}}?)"
    return re.escape(part)


def find_frames(scene: Scene, frames: Iterable[Frame]) -> Iterator[Link]:
    """Yield a link for each pair of names in the two slots of a frame, types permitting.

    A frame without a subject slot takes the nearest fitting group before it, else after it.
    """
    sentence = scene.span.of(scene.text)
    for frame in frames:
        if frame.literal not in sentence:
            continue
        for match in frame.regex.finditer(scene.text, scene.span.start, scene.span.end):
            objects = _within(scene, match.span("o"))
            subjects: Sequence[int]
            if frame.has_subject:
                subjects, sure = _within(scene, match.span("s")), FRAME
            else:
                subjects, sure = _around(scene, match, frame, objects)
            cue = _cue(match, frame)
            for subject in subjects:
                for object_ in objects:
                    if subject != object_ and _allowed(scene, frame.relation, subject, object_):
                        name = "frames" if sure == FRAME else "framed"
                        yield Link(subject, frame.relation, object_, cue, name, sure)


def _cue(match: re.Match[str], frame: Frame) -> Span:
    # The words after the last slot, or between the two, are what a reader would underline.
    last = max(match.end("o"), match.end("s") if frame.has_subject else 0)
    if last < match.end():
        return Span(last, match.end())
    first = min(match.end("o"), match.end("s")) if frame.has_subject else match.start()
    second = max(match.start("o"), match.start("s")) if frame.has_subject else match.start("o")
    return Span(first, max(second, first + 1))


def _within(scene: Scene, slot: tuple[int, int]) -> list[int]:
    start, end = slot
    return [
        member
        for group in scene.groups
        for member in group.members
        if start <= scene.mentions[member].start and scene.mentions[member].end <= end
    ]


def _around(
    scene: Scene, match: re.Match[str], frame: Frame, objects: Sequence[int]
) -> tuple[Sequence[int], float]:
    if not objects:
        return (), FRAME
    for group in reversed([g for g in scene.groups if g.end <= match.start()]):
        if all(_allowed(scene, frame.relation, m, objects[0]) for m in group.members):
            same = (
                scene.clauses[group.clause].start
                <= match.start()
                < (scene.clauses[group.clause].end)
            )
            return group.members, FRAME if same else CARRIED
    for group in scene.groups:
        if group.start >= match.end() and _allowed(
            scene, frame.relation, group.members[0], objects[0]
        ):
            return group.members, CARRIED
    return (), FRAME


def _allowed(scene: Scene, relation: Relation, subject: int, object_: int) -> bool:
    return relation.allows(scene.mentions[subject].kind, scene.mentions[object_].kind)


LONGEST_NAME = 8
"""Characters of a name that only a frame vouches for."""

UNSURE = 0.6

OPENING_TAGS = frozenset("pcud")
"""Prepositions, conjunctions, particles and adverbs (ICTCLAS): no name begins with one."""


def propose_names(
    seen: Observation, lines: Iterable[Span], frames: Iterable[Frame], joint: re.Pattern[str]
) -> Iterator[Proposal]:
    """Yield what fills the slots of a frame as names, where it looks like one.

    What a frame vouches for ends where a word ends and is short; ``joint`` separates the names
    of a list.
    """
    paired = [frame for frame in frames if frame.proposes is not None]
    ends = {word.end for word in seen.words}
    particles = [word.start for word in seen.words if word.tag[0] == "u"]
    starts = {word.start for word in seen.words if word.tag not in OPENING_TAGS}
    for line in lines:
        sentence = line.of(seen.text)
        for frame in (frame for frame in paired if frame.literal in sentence):
            for match in frame.regex.finditer(seen.text, line.start, line.end):
                for slot in ("o",) if frame.lists_only else ("s", "o"):
                    pieces = list(_pieces(seen.text, match.span(slot), joint))
                    for start, end in pieces if len(pieces) > frame.lists_only else ():
                        whole = start in starts and end in ends
                        whole = whole and not any(start < place < end for place in particles)
                        short = 2 <= end - start <= LONGEST_NAME
                        if whole and short and not _known(start, end, seen):
                            yield Proposal(start, end, _kind(frame), "frames", confidence=UNSURE)


def _known(start: int, end: int, seen: Observation) -> bool:
    # A known name at the place, or in quotation marks before it: “最多跑一次”改革 is no name 改革.
    # Known names stand in order and apart: the last two that begin no later are all that can be.
    behind = bisect_right(seen.lexicon, start, key=lambda name: name.start)
    for name in seen.lexicon[max(behind - 2, 0) : behind]:
        if end <= name.end:
            return True
        if name.end + 1 == start and seen.text[name.end] in _CLOSING:
            return True
    return False


def _kind(frame: Frame) -> IRI:
    assert frame.proposes is not None  # noqa: S101 - the caller asked
    return frame.proposes


def _pieces(text: str, slot: tuple[int, int], joint: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    start, end = slot
    place = start
    for match in joint.finditer(text, start, end):
        if match.start() < match.end():
            if place < match.start():
                yield place, match.start()
            place = match.end()
    if place < end:
        yield place, end
