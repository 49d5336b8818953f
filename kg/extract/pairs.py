"""What the linker sees of two names of one sentence: keys, for all pairs of a document at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple

import numpy as np

from kg.extract.keys import K, Mask, Places
from kg.extract.observation import Observation
from kg.extract.proposals import Proposal
from kg.extract.relations import Link
from kg.extract.scenes import Scene
from kg.extract.seats import Seats, Words, take_seats
from kg.model import IRI

MOST_BETWEEN = 5
"""Groups of names that may stand between two related ones."""

MOST_CLAUSES = 4
"""Clauses from one related name to the other."""

MOST_WORDS = 12
"""Words between two names that are looked at one by one."""

SHORT_GAP = 8
"""Characters between two names that are looked at as a whole."""

MOST_MARKS = 5
"""Characters of marks, conjunctions and particles between two names."""


class Pairs(NamedTuple):
    """Ordered pairs of names, by their seats: arrays of one length."""

    near: Places
    """The name that comes first in the text."""
    far: Places
    back: Places
    """0 where the near one is the subject, else 1."""

    def chosen(self, places: Places) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.near[places], self.far[places], self.back[places])


@dataclass(frozen=True)
class View:
    """A document prepared for looking at many pairs of names."""

    text: str
    mentions: Sequence[Proposal]
    words: Words
    seats: Seats
    kinds: tuple[str, ...]
    """The evaluated names of classes, by the numbers that the seats bear."""
    links: Sequence[Link]
    """Those of the rules."""

    def ends(self, pairs: Pairs) -> tuple[Places, Places]:
        """Return the subject and the object of each pair, as positions of mentions."""
        near, far = self.seats.member[pairs.near], self.seats.member[pairs.far]
        back = pairs.back == 1
        return np.where(back, far, near), np.where(back, near, far)


def view(
    seen: Observation,
    mentions: Sequence[Proposal],
    scenes: Sequence[Scene],
    links: Sequence[Link],
    names: Mapping[IRI, str],
) -> View:
    """Prepare a document; ``links`` are those of the rules, ``names`` shortens the classes."""
    kinds = tuple(sorted(set(names.values())))
    number = {kind: place for place, kind in enumerate(kinds)}
    words = Words(seen.words)
    seats = take_seats(scenes, words, {iri: number[name] for iri, name in names.items()})
    return View(seen.text, mentions, words, seats, kinds, links)


def pairs(view: View) -> Pairs:
    """Return the ordered pairs of names that may be related: near, and in either order."""
    seats, size = view.seats, len(view.seats.member)
    # The last name that is near enough, found in two sequences that rise through the document.
    wide = max(int(seats.rank.max(initial=0)), int(seats.clause.max(initial=0))) + 1
    wide += MOST_BETWEEN + MOST_CLAUSES + 1
    rank, clause = seats.scene * wide + seats.rank, seats.scene * wide + seats.clause
    last = np.minimum(
        np.searchsorted(rank, rank + MOST_BETWEEN + 1, side="right"),
        np.searchsorted(clause, clause + MOST_CLAUSES, side="right"),
    )
    own = np.arange(size)
    count = last - own - 1
    near = np.repeat(own, count)
    far = near + 1 + np.arange(len(near)) - np.repeat(np.cumsum(count) - count, count)
    return Pairs(near.repeat(2), far.repeat(2), np.tile(np.array([0, 1]), len(near)))


def features(keys: type[K], view: View, pairs: Pairs) -> Iterator[K]:
    """Yield the keys of the pairs, column by column; an empty key is none.

    ``keys`` says in what form they are wanted.
    """
    writer = _Writer(keys, view, pairs)
    yield from writer.layout()
    yield from writer.names()
    yield from writer.neighbours()
    yield from writer.beside()
    yield from writer.gap()
    yield from writer.verbs()
    yield from writer.between()
    yield from writer.rules()


_PREFIXES = (
    *("b", "k", "n", "c", "g", "d", "o", "t", "T", "h", "G", "Gk", "Gn", "F", "Fk", "FG", "N"),
    *("Nk", "NG", "A", "Ak", "a", "x", "xk", "y", "yk", "m", "mk", "s", "sk", "v", "vk", "vf"),
    *("vl", "vfk", "vlk", "vn", "w", "r", "R", "q"),
)
"""Each tells what a key speaks of."""


class _Writer(Generic[K]):
    """Writes the keys of some pairs."""

    def __init__(self, keys: type[K], view: View, pairs: Pairs) -> None:
        seats, words = view.seats, view.words
        self.keys, self.view, self.pairs = keys, view, pairs
        self.seats = seats
        self.same = (seats.group[pairs.near] == seats.group[pairs.far]).astype(np.intp)
        self.clauses = seats.clause[pairs.far] - seats.clause[pairs.near]
        self.groups = seats.rank[pairs.far] - seats.rank[pairs.near]
        self.start, self.end = seats.end[pairs.near], seats.start[pairs.far]
        # What stands between two names of one list is not looked at.
        self.first = words.at(self.start)
        self.stop = np.where(self.same, self.first, np.maximum(words.at(self.end), self.first))
        self.numbers = keys.of([*map(str, range(10)), "-1"])
        self.truth = keys.of(["False", "True"])
        self.places = keys.of(["1", "f", "m", "l"])
        self.words = keys.of([*words.spelled, "-"])
        self.slash = keys.of(["/"])
        column = keys.of(_PREFIXES)
        self._prefix = {name: column[n : n + 1] for n, name in enumerate(_PREFIXES)}
        self._order = keys.of(["<", ">"])[1 - pairs.back]
        self._kinds = self._kinds_of(keys.of(view.kinds))

    def _kinds_of(self, kinds: K) -> K:
        near, far = (self.seats.kind[seat] for seat in self.pairs[:2])
        back = self.pairs.back == 1
        return kinds[np.where(back, far, near)] + self._order + kinds[np.where(back, near, far)]

    def order(self, prefix: str) -> K:
        """Return the prefix and the order of the two names."""
        return self._prefix[prefix] + self._order

    def kinds(self, prefix: str) -> K:
        """Return the prefix and the classes of the two names."""
        return self._prefix[prefix] + self._kinds

    def layout(self) -> Iterator[K]:
        """Yield keys of how far apart the names sit, and where in lists and clauses."""
        near, far = self.pairs[:2]
        seats, numbers, truth = self.seats, self.numbers, self.truth
        clauses, between = numbers[self.clauses], self.groups - 1
        place, opens = self.places[seats.place], truth[seats.opens]
        alone = truth[(seats.rank[near] == 0).astype(np.intp)]
        yield self._prefix["b"][np.zeros_like(near)]
        yield self.kinds("k")
        yield self.kinds("n") + numbers[np.minimum(between, 4)] + clauses
        yield self.order("c") + clauses + numbers[np.minimum(between, 3)]
        yield self.kinds("g") + place[near] + place[far] + truth[self.same]
        yield self.kinds("d") + numbers[np.minimum((self.end - self.start) // 4, 6)]
        first = truth[(self.clauses == 0).astype(np.intp)]
        yield self.kinds("o") + opens[near] + opens[far] + alone + first

    def names(self) -> Iterator[K]:
        """Yield keys of the last two characters of each name."""
        near, far, back = self.pairs
        end = self.seats.end
        head = self.keys.cut(self.view.text, np.maximum(self.seats.start, end - 2), end)
        yield self.kinds("t") + head[np.where(back, far, near)]
        yield self.kinds("T") + head[np.where(back, near, far)]
        yield self.order("h") + head[near] + head[far]

    def neighbours(self) -> Iterator[K]:
        """Yield keys of the words and characters around the names."""
        near, far = self.pairs[:2]
        seats, words, slash = self.seats, self.words, self.slash
        governor, follower = words[seats.governor[far]], words[seats.follower[near]]
        before, end = words[seats.governor[near]], seats.behind_group
        next_ = self.keys.cut(self.view.text, end, np.minimum(end + 2, len(self.view.text)))
        yield self.order("G") + governor
        yield self.kinds("Gk") + governor
        count = self.numbers[np.minimum(self.groups, 3)]
        yield self.order("Gn") + governor + slash + count
        yield self.order("F") + follower
        yield self.kinds("Fk") + follower
        yield self.order("FG") + follower + slash + governor
        yield self.order("N") + before
        yield self.kinds("Nk") + before
        yield self.order("NG") + before + slash + governor
        yield self.order("A") + next_[far]
        yield self.kinds("Ak") + next_[far]
        yield self.order("a") + next_[near]

    def beside(self) -> Iterator[K]:
        """Yield keys of the two words before the first name and of the two after the second."""
        near, far = self.pairs[:2]
        before, after = self.seats.before[near], self.seats.after[far]
        one, two, numbers = self.order("x"), self.order("y"), self.numbers
        yield self._with(before, one + numbers[1:2])
        yield self._with(before, self.kinds("xk"))
        yield self._with(self.seats.second_before[near], one + numbers[2:3])
        yield self._with(after, two + numbers[0:1])
        yield self._with(after, self.kinds("yk"))
        yield self._with(self.seats.second_after[far], two + numbers[1:2])

    def _with(self, word: Places, prefix: K) -> K:
        # Only pairs that have such a word have the key.
        return (prefix + self.words[word]).only(word >= 0)

    def gap(self) -> Iterator[K]:
        """Yield keys of what stands between the names: marks and particles, all if it is short."""
        joins = self.view.words.joins
        spelled = [self.view.words.spelled[word] for word in joins.words.tolist()]
        ends = np.cumsum([0, *map(len, spelled)])
        start, stop = ends[joins.before[self.first]], ends[joins.before[self.stop]]
        marks = self.keys.cut("".join(spelled), start, np.minimum(start + MOST_MARKS, stop))
        yield self.order("m") + marks
        yield self.kinds("mk") + marks
        short = self.end - self.start <= SHORT_GAP
        text = self.keys.cut(self.view.text, self.start, np.where(short, self.end, self.start))
        yield (self.order("s") + text).only(short)
        yield (self.kinds("sk") + text).only(short)

    def verbs(self) -> Iterator[K]:
        """Yield keys of the first and the last verb between the names, and how many there are."""
        bends, first, stop = self.view.words.bends, self.first, self.stop
        opening, closing = bends.first(first, stop), bends.last(first, stop)
        some = opening >= 0
        dash = self.words[-1:]
        yield (self.order("v") + dash).only(~some)
        yield (self.kinds("vk") + dash).only(~some)
        yield self._with(opening, self.order("vf"))
        yield self._with(closing, self.order("vl"))
        yield self._with(opening, self.kinds("vfk"))
        yield self._with(closing, self.kinds("vlk"))
        count = np.minimum(bends.count(first, stop), 4)
        yield (self.order("vn") + self.numbers[count]).only(some)

    def between(self) -> Iterator[K]:
        """Yield keys of the words between the names, each word once."""
        earlier, prefix = np.append(self.view.words.earlier, -1), self.order("w")
        last = len(earlier) - 1
        for step in range(MOST_WORDS):
            word = np.minimum(self.first + step, last)
            first = (word < self.stop) & (earlier[word] < self.first)
            yield (prefix + self.words[word]).only(first)

    def rules(self) -> Iterator[K]:
        """Yield keys of the links that the rules see between the names, and conversely."""
        # A pair as one number, so that the few with links are found among all.
        links, size = self.view.links, len(self.view.mentions)
        subject, object_ = self.view.ends(self.pairs)
        forth = [link.subject * size + link.object for link in links]
        back = [link.object * size + link.subject for link in links]
        linked = {*forth, *back}
        asked = (subject * size + object_).tolist()
        place = {pair: row for row, pair in enumerate(asked) if pair in linked}
        marks = [f"{link.relation.name}/{link.extractor}" for link in links]
        for some, column in self._layered([place.get(pair) for pair in forth], marks):
            yield (self._prefix["r"] + column).only(some)
            yield (self.kinds("R") + column).only(some)
        for some, column in self._layered([place.get(pair) for pair in back], marks):
            yield (self._prefix["q"] + column).only(some)

    def _layered(
        self, rows: Iterable[int | None], marks: Iterable[str]
    ) -> Iterator[tuple[Mask, K]]:
        # A pair with several marks has one in each of several columns.
        layers: list[dict[int, str]] = []
        for row, mark in zip(rows, marks, strict=True):
            if row is not None:
                free = next((layer for layer in layers if row not in layer), None)
                if free is None:
                    layers.append(free := {})
                free[row] = mark
        for layer in layers:
            place = np.full(len(self.pairs.near), -1)
            place[list(layer)] = np.arange(len(layer))
            yield place >= 0, self.keys.of([*layer.values(), ""])[place]
