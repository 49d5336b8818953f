"""From all proposals to mentions that do not overlap."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from kg.extract.entities import name_key
from kg.extract.observation import Observation
from kg.extract.proposals import TRUSTED, Proposal
from kg.model import IRI, Span
from kg.vocabulary import KG

NAMED = 55
"""With a tagger at hand, a word that stands for a thing in context only needs its consent."""

CERTAIN = 85
"""Patterns from this rank on are right where the tagger disagrees: dates, document numbers."""

PROPER = frozenset((KG.Country, KG.Region, KG.Person))
"""Classes whose known names the tagger need not see: they mean the same wherever they stand."""

SURE = 0.7
"""A name that the tagger found with this confidence stands wherever its words recur."""

SHORTEST_REPEAT = 3
"""Shorter words recur by chance."""


@dataclass(frozen=True)
class Opinions:
    """What each observer proposes for one document."""

    fields: Sequence[Proposal] = ()
    titled: Sequence[Proposal] = ()
    framed: Sequence[Proposal] = ()
    tagged: Sequence[Proposal] = ()
    listed: Sequence[Proposal] = ()


def settle(seen: Observation, lines: Sequence[Span], said: Opinions) -> tuple[Proposal, ...]:
    """Choose the proposals that become mentions: without overlap, in text order.

    Fields come first, then certain patterns and titles, what a frame vouches for, the tagger, and
    the trusted names that all these left free. Where two of a group compete, the longer one
    wins, then the leftmost. A name of the lexicon stands by itself only where words begin and
    end; beside a tagger, which has seen it and passed over it, only a proper name does. Nothing
    outside the lines is a mention: they are the sentences that are matter.
    """
    edges = _edges(seen)
    taken = _Taken(len(seen.text), lines)
    certain = [p for p in seen.patterns if p.rank >= CERTAIN]
    floor = NAMED if said.tagged else TRUSTED
    trusted = [p for p in seen.patterns if floor <= p.rank < CERTAIN]
    known = [p for p in seen.lexicon if p.rank >= floor and {p.start, p.end} <= edges]
    wider = list(_wider(known, said.tagged))
    if said.tagged:
        known = [p for p in known if p.kind in PROPER]
    for group in (
        said.fields,
        [*certain, *said.titled],
        said.framed,
        wider,
        said.tagged,
        [*known, *trusted],
        said.listed,
    ):
        taken.add(_longest_first(group))
    taken.add(_longest_first(_repeats(taken, seen.text)))
    return tuple(sorted(_agreed(taken.chosen, seen.text)))


def _wider(known: Iterable[Proposal], tagged: Iterable[Proposal]) -> Iterator[Proposal]:
    # Known names that hold a shorter name of the tagger: it saw a part of them only.
    names = sorted(tagged)
    starts = [name.start for name in names]
    for proposal in known:
        size = proposal.end - proposal.start
        first, last = (bisect_left(starts, edge) for edge in (proposal.start, proposal.end))
        inside = names[first:last]
        if any(n.end <= proposal.end and n.end - n.start < size for n in inside):
            yield proposal


class _Taken:
    """The proposals chosen so far, and the characters they hold."""

    def __init__(self, size: int, lines: Iterable[Span]) -> None:
        self.chosen: list[Proposal] = []
        self._held = bytearray(b"\1") * size
        for line in lines:
            self._held[line.start : line.end] = bytes(len(line))

    def free(self, start: int, end: int) -> bool:
        return self._held.find(1, start, end) < 0

    def add(self, proposals: Iterable[Proposal]) -> None:
        for proposal in proposals:
            if self.free(proposal.start, proposal.end):
                self._held[proposal.start : proposal.end] = b"\1" * (proposal.end - proposal.start)
                self.chosen.append(proposal)


def _longest_first(proposals: Iterable[Proposal]) -> list[Proposal]:
    return sorted(proposals, key=lambda p: (p.start - p.end, p.start, -p.rank, p.kind))


def _edges(seen: Observation) -> set[int]:
    return {0, *(word.end for word in seen.words)}


def _repeats(taken: _Taken, text: str) -> Iterator[Proposal]:
    # What the text names in one place it names in all.
    known = {
        text[p.start : p.end]: p
        for p in sorted(taken.chosen, reverse=True)
        if p.end - p.start >= SHORTEST_REPEAT and p.confidence >= SURE
    }
    names = sorted(known)
    for index, start, end in AhoCorasick(names).find_matches_as_indexes(text, overlapping=True):
        if taken.free(start, end):
            yield known[names[index]]._replace(start=start, end=end)


def _agreed(chosen: Sequence[Proposal], text: str) -> Iterator[Proposal]:
    # One name, one class within a text: the class it bears most often and most surely.
    votes: dict[str, Counter[IRI]] = {}
    for proposal in chosen:
        name = name_key(text[proposal.start : proposal.end])
        votes.setdefault(name, Counter())[proposal.kind] += round(proposal.confidence * 1000)
    concepts = {(name_key(text[p.start : p.end]), p.kind): p.concept for p in chosen if p.concept}
    for proposal in chosen:
        name = name_key(text[proposal.start : proposal.end])
        kind = max(sorted(votes[name]), key=votes[name].__getitem__)
        if kind == proposal.kind:
            yield proposal
        else:
            yield proposal._replace(kind=kind, concept=concepts.get((name, kind)))
