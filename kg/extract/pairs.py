"""What the linker sees of two names of one sentence: a list of feature keys."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.extract.proposals import Proposal
from kg.extract.relations import Link
from kg.extract.scenes import Group, Scene
from kg.extract.segment import Word
from kg.model import IRI

MOST_BETWEEN = 5
"""Groups of names that may stand between two related ones."""

MOST_CLAUSES = 4
"""Clauses from one related name to the other."""


@dataclass(frozen=True)
class Seat:
    """Where a name sits in its sentence: its group, and the verbs before and after the group."""

    group: Group
    rank: int
    """Position of the group among the sentence's groups."""
    place: str
    """``1`` alone, else ``f`` first, ``m`` middle, ``l`` last of its group."""
    governor: str
    """The last verb or preposition between the group before and this one, in the same clause."""
    follower: str
    """The first verb between this group and the next, in the same clause."""
    after: str
    """The characters right after the group, two at most."""
    opens: bool
    """Whether no other name stands before it in its clause."""


@dataclass(frozen=True)
class View:
    """A scene prepared for looking at many pairs."""

    scene: Scene
    words: Sequence[Word]
    """Of the whole document, in order."""
    starts: Sequence[int]
    """Where each word starts."""
    names: Mapping[IRI, str]
    rules: Mapping[tuple[int, int], Sequence[str]]
    """The rules' links by pair; see `rule_marks`."""
    seats: Mapping[int, Seat]


def view(
    scene: Scene,
    words: Sequence[Word],
    starts: Sequence[int],
    names: Mapping[IRI, str],
    links: Sequence[Link],
) -> View:
    """Prepare a scene; ``links`` are those of the rules, ``starts`` the words' start offsets."""
    bare = View(scene, words, starts, names, rule_marks(links), {})
    seats = {}
    for rank, group in enumerate(scene.groups):
        for member, seat in _seats(bare, rank, group):
            seats[member] = seat
    return View(scene, words, starts, names, bare.rules, seats)


def rule_marks(links: Sequence[Link]) -> Mapping[tuple[int, int], Sequence[str]]:
    """Index the rules' links by pair: which relation, said by which rule."""
    marks: dict[tuple[int, int], list[str]] = {}
    for link in links:
        marks.setdefault((link.subject, link.object), []).append(
            f"{link.relation.name}/{link.extractor}"
        )
    return marks


def _seats(bare: View, rank: int, group: Group) -> Iterator[tuple[int, Seat]]:
    scene = bare.scene
    clause = scene.clauses[group.clause]
    previous = scene.groups[rank - 1] if rank else None
    following = scene.groups[rank + 1] if rank + 1 < len(scene.groups) else None
    start = max(clause.start, previous.end if previous else clause.start)
    end = min(clause.end, following.start if following else clause.end)
    before = [word for word, tag in _words(bare, start, group.start) if _acts(tag)]
    behind = [word for word, tag in _words(bare, group.end, end) if _acts(tag)]
    for member in group.members:
        yield (
            member,
            Seat(
                group=group,
                rank=rank,
                place=_place(group, member),
                governor=before[-1] if before else "-",
                follower=behind[0] if behind else "-",
                after=scene.text[group.end : group.end + 2],
                opens=previous is None or previous.clause < group.clause,
            ),
        )


def _acts(tag: str) -> bool:
    return tag[0] == "v" or tag == "p"


def pairs(view: View) -> Iterator[tuple[int, int]]:
    """Yield the ordered pairs of names that may be related: near, and in either order."""
    seats = sorted(view.seats.items())
    for place, (one, seat) in enumerate(seats):
        for other, there in seats[place + 1 :]:
            if there.rank - seat.rank > MOST_BETWEEN + 1:
                break
            if there.group.clause - seat.group.clause <= MOST_CLAUSES:
                yield one, other
                yield other, one


def features(view: View, subject: int, object_: int) -> list[str]:
    """Return the keys of one ordered pair of mentions."""
    first, second = min(subject, object_), max(subject, object_)
    scene, mentions = view.scene, view.scene.mentions
    one, other = mentions[first], mentions[second]
    order = ">" if subject < object_ else "<"
    kinds = f"{view.names[mentions[subject].kind]}{order}{view.names[mentions[object_].kind]}"
    near, far = view.seats[first], view.seats[second]
    clauses = far.group.clause - near.group.clause
    count = far.rank - near.rank - 1
    gap = scene.text[one.end : other.start]
    between = _words(view, one.end, other.start) if near.group is not far.group else []
    marks = "".join(word for word, tag in between if tag[0] in "xcu")[:5]
    keys = [
        "b",
        f"k{kinds}",
        f"n{kinds}{min(count, 4)}{clauses}",
        f"c{order}{clauses}{min(count, 3)}",
        f"m{order}{marks}",
        f"mk{kinds}{marks}",
        f"g{kinds}{near.place}{far.place}{near.group is far.group}",
        f"d{kinds}{min(len(gap) // 4, 6)}",
        f"t{kinds}{_head(scene, mentions[subject])}",
        f"T{kinds}{_head(scene, mentions[object_])}",
        f"h{order}{_head(scene, one)}{_head(scene, other)}",
    ]
    if len(gap) <= 8:
        keys += [f"s{order}{gap}", f"sk{kinds}{gap}"]
    keys += _verbs([word for word, tag in between if _acts(tag) or tag == "d"], kinds, order)
    keys += _seated(near, far, kinds, order)
    keys += [f"w{order}{word}" for word in {word for word, _ in between[:12]}]
    keys += _outside(view, one.start, other.end, kinds, order)
    for mark in view.rules.get((subject, object_), ()):
        keys += [f"r{mark}", f"R{kinds}{mark}"]
    keys += [f"q{mark}" for mark in view.rules.get((object_, subject), ())]
    return keys


def _seated(near: Seat, far: Seat, kinds: str, order: str) -> list[str]:
    return [
        f"G{order}{far.governor}",
        f"Gk{kinds}{far.governor}",
        f"Gn{order}{far.governor}/{min(far.rank - near.rank, 3)}",
        f"F{order}{near.follower}",
        f"Fk{kinds}{near.follower}",
        f"FG{order}{near.follower}/{far.governor}",
        f"N{order}{near.governor}",
        f"Nk{kinds}{near.governor}",
        f"NG{order}{near.governor}/{far.governor}",
        f"A{order}{far.after}",
        f"Ak{kinds}{far.after}",
        f"a{order}{near.after}",
        f"o{kinds}{near.opens}{far.opens}{near.rank == 0}{near.group.clause == far.group.clause}",
    ]


def _verbs(verbs: Sequence[str], kinds: str, order: str) -> list[str]:
    if not verbs:
        return [f"v{order}-", f"vk{kinds}-"]
    first, last = verbs[0], verbs[-1]
    return [
        f"vf{order}{first}",
        f"vl{order}{last}",
        f"vfk{kinds}{first}",
        f"vlk{kinds}{last}",
        f"vn{order}{min(len(verbs), 4)}",
    ]


def _outside(view: View, start: int, end: int, kinds: str, order: str) -> list[str]:
    before = _words(view, max(view.scene.span.start, start - 8), start)[-2:]
    after = _words(view, end, min(view.scene.span.end, end + 8))[:2]
    keys = [f"x{order}{len(before) - i}{word}" for i, (word, _) in enumerate(before)]
    keys += [f"y{order}{i}{word}" for i, (word, _) in enumerate(after)]
    if before:
        keys.append(f"xk{kinds}{before[-1][0]}")
    if after:
        keys.append(f"yk{kinds}{after[0][0]}")
    return keys


def _words(view: View, start: int, end: int) -> list[tuple[str, str]]:
    place = bisect_left(view.starts, start)
    stop = bisect_left(view.starts, end, place)
    return [(word.text, word.tag) for word in view.words[place:stop]]


def _place(group: Group, member: int) -> str:
    if len(group.members) == 1:
        return "1"
    if member == group.members[0]:
        return "f"
    return "l" if member == group.members[-1] else "m"


def _head(scene: Scene, mention: Proposal) -> str:
    return scene.text[max(mention.start, mention.end - 2) : mention.end]
