"""What the linker sees of two names of one sentence: keys, for all pairs of a document at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple

import numpy as np

from kg.extract.keys import K, Places
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


def features(keys: type[K], view: View, pairs: Pairs) -> Iterator[tuple[Places, K]]:
    """Yield the keys of the pairs, column by column: which pairs have such a key, and the keys.

    No column names a pair twice. ``keys`` says in what form the keys are wanted.
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


class _Writer(Generic[K]):
    """Writes the keys of some pairs."""

    def __init__(self, keys: type[K], view: View, pairs: Pairs) -> None:
        seats, words = view.seats, view.words
        self.keys, self.view, self.pairs = keys, view, pairs
        self.all = np.arange(len(pairs.near))
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
        self._order = keys.of(["<", ">"])[1 - pairs.back]
        self._kinds = self._kinds_of(keys.of(view.kinds))

    def _kinds_of(self, kinds: K) -> K:
        near, far = (self.seats.kind[seat] for seat in self.pairs[:2])
        back = self.pairs.back == 1
        return kinds[np.where(back, far, near)] + self._order + kinds[np.where(back, near, far)]

    def order(self, prefix: str) -> K:
        """Return the prefix and the order of the two names."""
        return self.keys.of([prefix]) + self._order

    def kinds(self, prefix: str) -> K:
        """Return the prefix and the classes of the two names."""
        return self.keys.of([prefix]) + self._kinds

    def layout(self) -> Iterator[tuple[Places, K]]:
        """Yield keys of how far apart the names sit, and where in lists and clauses."""
        near, far = self.pairs[:2]
        seats, numbers, truth = self.seats, self.numbers, self.truth
        clauses, between = numbers[self.clauses], self.groups - 1
        place, opens = self.places[seats.place], truth[seats.opens]
        alone = truth[(seats.rank[near] == 0).astype(np.intp)]
        yield self.all, self.keys.of(["b"])[np.zeros_like(near)]
        yield self.all, self.kinds("k")
        yield self.all, self.kinds("n") + numbers[np.minimum(between, 4)] + clauses
        yield self.all, self.order("c") + clauses + numbers[np.minimum(between, 3)]
        yield self.all, self.kinds("g") + place[near] + place[far] + truth[self.same]
        yield self.all, self.kinds("d") + numbers[np.minimum((self.end - self.start) // 4, 6)]
        first = truth[(self.clauses == 0).astype(np.intp)]
        yield self.all, self.kinds("o") + opens[near] + opens[far] + alone + first

    def names(self) -> Iterator[tuple[Places, K]]:
        """Yield keys of the last two characters of each name."""
        near, far, back = self.pairs
        end = self.seats.end
        head = self.keys.cut(self.view.text, np.maximum(self.seats.start, end - 2), end)
        yield self.all, self.kinds("t") + head[np.where(back, far, near)]
        yield self.all, self.kinds("T") + head[np.where(back, near, far)]
        yield self.all, self.order("h") + head[near] + head[far]

    def neighbours(self) -> Iterator[tuple[Places, K]]:
        """Yield keys of the words and characters around the names."""
        near, far = self.pairs[:2]
        seats, words, slash = self.seats, self.words, self.slash
        governor, follower = words[seats.governor[far]], words[seats.follower[near]]
        before, end = words[seats.governor[near]], seats.behind_group
        next_ = self.keys.cut(self.view.text, end, np.minimum(end + 2, len(self.view.text)))
        yield self.all, self.order("G") + governor
        yield self.all, self.kinds("Gk") + governor
        count = self.numbers[np.minimum(self.groups, 3)]
        yield self.all, self.order("Gn") + governor + slash + count
        yield self.all, self.order("F") + follower
        yield self.all, self.kinds("Fk") + follower
        yield self.all, self.order("FG") + follower + slash + governor
        yield self.all, self.order("N") + before
        yield self.all, self.kinds("Nk") + before
        yield self.all, self.order("NG") + before + slash + governor
        yield self.all, self.order("A") + next_[far]
        yield self.all, self.kinds("Ak") + next_[far]
        yield self.all, self.order("a") + next_[near]

    def beside(self) -> Iterator[tuple[Places, K]]:
        """Yield keys of the two words before the first name and of the two after the second."""
        near, far = self.pairs[:2]
        one, two = self.order("x"), self.order("y")
        yield from self._where(self.seats.before[near], one + self.keys.of(["1"]))
        yield from self._where(self.seats.before[near], self.kinds("xk"))
        yield from self._where(self.seats.second_before[near], one + self.keys.of(["2"]))
        yield from self._where(self.seats.after[far], two + self.keys.of(["0"]))
        yield from self._where(self.seats.after[far], self.kinds("yk"))
        yield from self._where(self.seats.second_after[far], two + self.keys.of(["1"]))

    def _where(self, word: Places, prefix: K) -> Iterator[tuple[Places, K]]:
        # Only pairs that have such a word have the key.
        some = np.flatnonzero(word >= 0)
        yield some, prefix[some] + self.words[word[some]]

    def gap(self) -> Iterator[tuple[Places, K]]:
        """Yield keys of what stands between the names: marks and particles, all if it is short."""
        joins = self.view.words.joins
        spelled = [self.view.words.spelled[word] for word in joins.words.tolist()]
        ends = np.cumsum([0, *map(len, spelled)])
        start, stop = ends[joins.before[self.first]], ends[joins.before[self.stop]]
        marks = self.keys.cut("".join(spelled), start, np.minimum(start + MOST_MARKS, stop))
        yield self.all, self.order("m") + marks
        yield self.all, self.kinds("mk") + marks
        short = np.flatnonzero(self.end - self.start <= SHORT_GAP)
        text = self.keys.cut(self.view.text, self.start[short], self.end[short])
        yield short, self.order("s")[short] + text
        yield short, self.kinds("sk")[short] + text

    def verbs(self) -> Iterator[tuple[Places, K]]:
        """Yield keys of the first and the last verb between the names, and how many there are."""
        bends, first, stop = self.view.words.bends, self.first, self.stop
        opening, closing = bends.first(first, stop), bends.last(first, stop)
        none = np.flatnonzero(opening < 0)
        dash = self.words[np.full_like(none, -1)]
        yield none, self.order("v")[none] + dash
        yield none, self.kinds("vk")[none] + dash
        yield from self._where(opening, self.order("vf"))
        yield from self._where(closing, self.order("vl"))
        yield from self._where(opening, self.kinds("vfk"))
        yield from self._where(closing, self.kinds("vlk"))
        some = np.flatnonzero(opening >= 0)
        count = np.minimum(bends.count(first, stop), 4)
        yield some, (self.order("vn") + self.numbers[count])[some]

    def between(self) -> Iterator[tuple[Places, K]]:
        """Yield keys of the words between the names, each word once."""
        earlier, prefix = self.view.words.earlier, self.order("w")
        for step in range(MOST_WORDS):
            word = self.first + step
            some = np.flatnonzero(word < self.stop)
            some = some[earlier[word[some]] < self.first[some]]
            yield some, prefix[some] + self.words[word[some]]

    def rules(self) -> Iterator[tuple[Places, K]]:
        """Yield keys of the links that the rules see between the names, and conversely."""
        subject, object_ = (ends.tolist() for ends in self.view.ends(self.pairs))
        place = {pair: row for row, pair in enumerate(zip(subject, object_, strict=True))}
        forth, back = _Layers(), _Layers()
        for link in self.view.links:
            mark = f"{link.relation.name}/{link.extractor}"
            forth.add(place.get((link.subject, link.object)), mark)
            back.add(place.get((link.object, link.subject)), mark)
        for rows, marks in forth:
            column = self.keys.of(marks)
            yield rows, self.keys.of(["r"]) + column
            yield rows, self.kinds("R")[rows] + column
        for rows, marks in back:
            yield rows, self.keys.of(["q"]) + self.keys.of(marks)


class _Layers:
    """Marks of pairs, laid out so that no layer holds a pair twice."""

    def __init__(self) -> None:
        self._layers: list[dict[int, str]] = []

    def add(self, row: int | None, mark: str) -> None:
        if row is None:
            return
        for layer in self._layers:
            if row not in layer:
                layer[row] = mark
                return
        self._layers.append({row: mark})

    def __iter__(self) -> Iterator[tuple[Places, list[str]]]:
        for layer in self._layers:
            yield np.fromiter(layer, np.intp, len(layer)), list(layer.values())
