"""Where the names of a document sit: in which sentence, clause and group, and between which words.

Everything is an array over all names that stand in a scene, so that the linker looks at all pairs
of a document at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kg.extract.keys import Places
from kg.extract.scenes import Group, Scene
from kg.extract.segment import Word
from kg.model import IRI

NEAR = 8
"""Characters before and after a name within which a word is its neighbour."""


class Seats(NamedTuple):
    """Arrays over the names in text order. A word is given by its position; -1 is none."""

    member: Places
    """Position among the document's mentions."""
    start: Places
    end: Places
    kind: Places
    """Position of its class among `kinds`."""
    scene: Places
    group: Places
    """Number of the group, through the document."""
    rank: Places
    """Position of the group among the sentence's groups."""
    clause: Places
    """Position of the clause in the sentence."""
    place: Places
    """0 alone in its group, else 1 first, 2 in the middle, 3 last."""
    opens: Places
    """1 if no other name stands before its group in the clause, else 0."""
    behind_group: Places
    """Where the group ends."""
    governor: Places
    """The last verb or preposition between the group before and this one, in the same clause."""
    follower: Places
    """The first verb or preposition between this group and the next, in the same clause."""
    before: Places
    """The last word before the name, near it."""
    second_before: Places
    after: Places
    """The first word after the name, near it."""
    second_after: Places


class Words:
    """The words of a document, and which of them act, bend what a verb says, or join."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.starts = np.fromiter((word.start for word in words), np.intp, len(words))
        self.spelled = [word.text for word in words]
        tags = [word.tag for word in words]
        self.acts = _marked(tags, lambda tag: tag[0] == "v" or tag == "p")
        self.bends = _marked(tags, lambda tag: tag[0] == "v" or tag in ("p", "d"))
        self.joins = _marked(tags, lambda tag: tag[0] in "xcu")
        self.earlier = _earlier(self.spelled)

    def at(self, places: Places) -> Places:
        """Return the first word that starts at each offset or later."""
        return np.searchsorted(self.starts, places)


@dataclass(frozen=True)
class Marked:
    """Some of the words: which they are, and how many stand before each word (and the end)."""

    words: Places
    before: Places

    def first(self, start: Places, end: Places) -> Places:
        """Return the first of them among the words from start up to end, or -1."""
        return self._within(self.before[start], start, end)

    def last(self, start: Places, end: Places) -> Places:
        """Return the last of them among the words from start up to end, or -1."""
        return self._within(self.before[end] - 1, start, end)

    def count(self, start: Places, end: Places) -> Places:
        """Return how many of them are among the words from start up to end."""
        counted: Places = np.maximum(self.before[end] - self.before[start], 0)
        return counted

    def _within(self, place: Places, start: Places, end: Places) -> Places:
        word = np.append(self.words, -1)[place]
        return np.where((word >= start) & (word < end), word, -1)


def _marked(tags: Sequence[str], counts: Callable[[str], bool]) -> Marked:
    wanted = {tag: counts(tag) for tag in set(tags)}
    mask = np.fromiter(map(wanted.__getitem__, tags), np.bool_, len(tags))
    return Marked(np.flatnonzero(mask), np.append(0, np.cumsum(mask)))


def _earlier(spelled: Sequence[str]) -> Places:
    """Return for each word where it stood last, or -1."""
    last: dict[str, int] = {}
    earlier = []
    for place, word in enumerate(spelled):
        earlier.append(last.get(word, -1))
        last[word] = place
    return np.array(earlier, dtype=np.intp)


def take_seats(scenes: Sequence[Scene], words: Words, kinds: Mapping[IRI, int]) -> Seats:
    """Return the seats of all names of the scenes; ``kinds`` numbers the classes."""
    rows = [row for number, scene in enumerate(scenes) for row in _rows(number, scene, kinds)]
    columns = np.array(rows, dtype=np.intp).reshape(len(rows), _WIDTH).T
    member, start, end, kind, number, rank, clause, place, opens, *stretch = columns
    begins, group_start, group_end, ends, first, last = stretch
    behind = words.at(group_end)
    before, there = words.at(np.maximum(first, start - NEAR)), words.at(start)
    after, stop = words.at(end), words.at(np.minimum(last, end + NEAR))
    return Seats(
        member=member,
        start=start,
        end=end,
        kind=kind,
        scene=number,
        group=np.cumsum(np.append(0, np.diff(group_start) != 0))[: len(rows)],
        rank=rank,
        clause=clause,
        place=place,
        opens=opens,
        behind_group=group_end,
        governor=words.acts.last(words.at(begins), words.at(group_start)),
        follower=words.acts.first(behind, words.at(ends)),
        before=np.where(there - 1 >= before, there - 1, -1),
        second_before=np.where(there - 2 >= before, there - 2, -1),
        after=np.where(after < stop, after, -1),
        second_after=np.where(after + 1 < stop, after + 1, -1),
    )


_WIDTH = 15
"""Columns of `_rows`."""


def _rows(number: int, scene: Scene, kinds: Mapping[IRI, int]) -> Iterator[tuple[int, ...]]:
    """Yield, for each name, what `Seats` holds of it up to opens, and six offsets.

    The offsets are those where the words before the group begin, of the group, where the words
    behind it end, and of the sentence.
    """
    mentions, groups = scene.mentions, scene.groups
    previous: Group | None = None
    for rank, group in enumerate(groups):
        clause = scene.clauses[group.clause]
        begins = max(clause.start, previous.end) if previous else clause.start
        following = groups[rank + 1].start if rank + 1 < len(groups) else clause.end
        opens = previous is None or previous.clause < group.clause
        for member in group.members:
            mention = mentions[member]
            yield (
                *(member, mention.start, mention.end, kinds[mention.kind]),
                *(number, rank, group.clause, _place(group, member), opens),
                *(begins, group.start, group.end, min(clause.end, following)),
                *(scene.span.start, scene.span.end),
            )
        previous = group


def _place(group: Group, member: int) -> int:
    if len(group.members) == 1:
        return 0
    if member == group.members[0]:
        return 1
    return 3 if member == group.members[-1] else 2
