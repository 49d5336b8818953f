"""A sentence as a stage: its clauses, its mentions, and which of them stand side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.expressions import expand
from kg.extract.proposals import Proposal
from kg.model import IRI, Span
from kg.ontology import Ontology
from kg.text.normal import clauses
from kg.vocabulary import KG


@dataclass(frozen=True)
class Group:
    """Mentions in coordination: 上海、浙江、广东. What is said of one is said of all."""

    members: tuple[int, ...]
    """Positions among the document's mentions."""
    start: int
    end: int
    clause: int
    """Position among the sentence's clauses."""


@dataclass(frozen=True)
class Scene:
    """One sentence with the mentions in it; all offsets are the document's."""

    text: str
    """The normalized text of the whole document."""
    span: Span
    clauses: tuple[Span, ...]
    groups: tuple[Group, ...]
    mentions: Sequence[Proposal]
    """All mentions of the document; groups hold positions in it."""
    rows: tuple[Group, ...] = ()
    """The groups, and as one those of different classes that stand in coordination."""

    @cached_property
    def held(self) -> frozenset[int]:
        """The offsets of all characters that belong to a mention of the sentence."""
        return frozenset(
            place
            for group in self.groups
            for member in group.members
            for place in range(self.mentions[member].start, self.mentions[member].end)
        )

    @cached_property
    def bare(self) -> str:
        """The sentence with its names blanked, character by character; times stay."""
        words = list(self.text[self.span.start : self.span.end])
        for group in self.groups:
            for member in group.members:
                mention = self.mentions[member]
                if mention.kind != KG.Time:
                    for place in range(mention.start, mention.end):
                        words[place - self.span.start] = "\n"
        return "".join(words)

    def kinds(self, group: Group) -> tuple[IRI, ...]:
        """Return the class of each member."""
        return tuple(self.mentions[member].kind for member in group.members)

    def between(self, start: int, end: int) -> str:
        """Return the normalized words between two offsets."""
        return self.text[start:end]


def scenes(
    text: str,
    sentences: Iterable[Span],
    mentions: Sequence[Proposal],
    joint: re.Pattern[str],
) -> Iterator[Scene]:
    """Yield a scene for each sentence that holds a mention; mentions are in text order.

    ``text`` is normalized, sentences are spans of it in order; ``joint`` is what `compile_joint`
    returns.
    """
    first = 0
    for span in sentences:
        while first < len(mentions) and mentions[first].start < span.start:
            first += 1
        last = first
        while last < len(mentions) and mentions[last].end <= span.end:
            last += 1
        if first < last:
            parts = tuple(clauses(text, span))
            groups = tuple(_groups(text, parts, mentions, range(first, last), joint))
            rows = tuple(_rows(text, groups, mentions, joint))
            yield Scene(text, span, parts, groups, mentions, rows)
        first = last


def compile_joint(ontology: Ontology) -> re.Pattern[str]:
    """Compile what may stand between two names in coordination."""
    words, marks = expand("{conjunctions}", ontology.words), rf"[\s{_MARKS}]*"
    return re.compile(rf"{marks}(?:{words})?{marks}")


_MARKS = "\u201c\u201d\u300a\u300b"
"""Quotation marks and title marks: names in a row may bear them."""


def _groups(
    text: str,
    parts: Sequence[Span],
    mentions: Sequence[Proposal],
    members: Iterable[int],
    joint: re.Pattern[str],
) -> Iterator[Group]:
    open_: list[int] = []
    clause = 0
    for member in members:
        mention = mentions[member]
        while clause + 1 < len(parts) and mention.start >= parts[clause].end:
            if open_:
                yield _group(open_, mentions, clause)
                open_ = []
            clause += 1
        if open_ and not _joined(text, mentions[open_[-1]], mention, joint):
            yield _group(open_, mentions, clause)
            open_ = []
        open_.append(member)
    if open_:
        yield _group(open_, mentions, clause)


def _group(members: Sequence[int], mentions: Sequence[Proposal], clause: int) -> Group:
    return Group(tuple(members), mentions[members[0]].start, mentions[members[-1]].end, clause)


def _joined(text: str, one: Proposal, other: Proposal, joint: re.Pattern[str]) -> bool:
    gap = text[one.end : other.start]
    if not gap.strip():
        return False
    return one.kind == other.kind and joint.fullmatch(gap) is not None


def _rows(
    text: str, groups: Sequence[Group], mentions: Sequence[Proposal], joint: re.Pattern[str]
) -> Iterator[Group]:
    open_: Group | None = None
    for group in groups:
        if open_ is not None and _side_by_side(text, open_, group, mentions, joint):
            members = (*open_.members, *group.members)
            open_ = Group(members, open_.start, group.end, group.clause)
            continue
        if open_ is not None:
            yield open_
        open_ = group
    if open_ is not None:
        yield open_


def _side_by_side(
    text: str, one: Group, other: Group, mentions: Sequence[Proposal], joint: re.Pattern[str]
) -> bool:
    gap = text[one.end : other.start]
    kinds = {mentions[one.members[-1]].kind, mentions[other.members[0]].kind}
    near = one.clause == other.clause and gap.strip() != ""
    return near and not kinds & _APART and joint.fullmatch(gap) is not None


_APART = frozenset({KG.Time, KG.Quantity, KG.Person, KG.Event})
"""Classes that stand in a row with their own kind only."""
