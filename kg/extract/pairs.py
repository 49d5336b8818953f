"""What the linker sees of two names of one sentence: a list of feature keys."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.extract.proposals import Proposal
from kg.extract.relations import Link
from kg.extract.scenes import Group, Scene
from kg.extract.segment import Word
from kg.model import IRI

MOST_BETWEEN = 5
"""Groups of names that may stand between two related ones."""

MOST_CLAUSES = 4
"""Clauses from one related name to the other."""


class Seat(NamedTuple):
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
    head: str
    """The last two characters of the name."""
    kind: str
    """The evaluated name of its class."""
    before: tuple[str, ...]
    """The last words before the name, two at most, within eight characters."""
    behind: tuple[str, ...]
    """The first words after it, as many."""


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
        mention = scene.mentions[member]
        near = _words(bare, max(scene.span.start, mention.start - 8), mention.start)[-2:]
        far = _words(bare, mention.end, min(scene.span.end, mention.end + 8))[:2]
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
                head=_head(scene, mention),
                kind=bare.names[mention.kind],
                before=tuple(word for word, _ in near),
                behind=tuple(word for word, _ in far),
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
    forth, back = both(view, min(subject, object_), max(subject, object_))
    return forth if subject < object_ else back


def both(view: View, first: int, second: int) -> tuple[list[str], list[str]]:
    """Return the keys of two mentions in text order: the first as subject, then as object."""
    near, far = view.seats[first], view.seats[second]
    gap = _gap(view, first, second, near, far)
    rules = view.rules
    forth, back = rules.get((first, second), ()), rules.get((second, first), ())
    return (
        _keys(near, far, gap, ">", f"{near.kind}>{far.kind}", near.head, far.head)
        + _marked(f"{near.kind}>{far.kind}", forth, back),
        _keys(near, far, gap, "<", f"{far.kind}<{near.kind}", far.head, near.head)
        + _marked(f"{far.kind}<{near.kind}", back, forth),
    )


class _Gap(NamedTuple):
    """What stands between two names."""

    text: str
    words: tuple[str, ...]
    verbs: tuple[str, ...]
    marks: str
    clauses: int
    groups: int
    same: bool


def _gap(view: View, first: int, second: int, near: Seat, far: Seat) -> _Gap:
    mentions = view.scene.mentions
    start, end = mentions[first].end, mentions[second].start
    same = near.group is far.group
    between = [] if same else _words(view, start, end)
    return _Gap(
        text=view.scene.text[start:end],
        words=tuple({word for word, _ in between[:12]}),
        verbs=tuple(word for word, tag in between if tag[0] == "v" or tag in ("p", "d")),
        marks="".join([word for word, tag in between if tag[0] in "xcu"])[:5],
        clauses=far.group.clause - near.group.clause,
        groups=far.rank - near.rank,
        same=same,
    )


def _keys(
    near: Seat, far: Seat, gap: _Gap, order: str, kinds: str, subject: str, object_: str
) -> list[str]:
    count, clauses, marks = gap.groups - 1, gap.clauses, gap.marks
    few = count if count < 4 else 4
    governor, follower, before = far.governor, near.follower, near.governor
    keys = [
        "b",
        f"k{kinds}",
        f"n{kinds}{few}{clauses}",
        f"c{order}{clauses}{count if count < 3 else 3}",
        f"m{order}{marks}",
        f"mk{kinds}{marks}",
        f"g{kinds}{near.place}{far.place}{gap.same}",
        f"d{kinds}{min(len(gap.text) // 4, 6)}",
        f"t{kinds}{subject}",
        f"T{kinds}{object_}",
        f"h{order}{near.head}{far.head}",
        f"G{order}{governor}",
        f"Gk{kinds}{governor}",
        f"Gn{order}{governor}/{gap.groups if gap.groups < 3 else 3}",
        f"F{order}{follower}",
        f"Fk{kinds}{follower}",
        f"FG{order}{follower}/{governor}",
        f"N{order}{before}",
        f"Nk{kinds}{before}",
        f"NG{order}{before}/{governor}",
        f"A{order}{far.after}",
        f"Ak{kinds}{far.after}",
        f"a{order}{near.after}",
        f"o{kinds}{near.opens}{far.opens}{near.rank == 0}{clauses == 0}",
        *[f"w{order}{word}" for word in gap.words],
    ]
    if len(gap.text) <= 8:
        keys += (f"s{order}{gap.text}", f"sk{kinds}{gap.text}")
    keys += _verbs(gap.verbs, kinds, order)
    if near.before:
        keys += [f"x{order}{len(near.before) - i}{word}" for i, word in enumerate(near.before)]
        keys.append(f"xk{kinds}{near.before[-1]}")
    if far.behind:
        keys += [f"y{order}{i}{word}" for i, word in enumerate(far.behind)]
        keys.append(f"yk{kinds}{far.behind[0]}")
    return keys


def _marked(kinds: str, rules: Sequence[str], converse: Sequence[str]) -> list[str]:
    return [
        *[key for mark in rules for key in (f"r{mark}", f"R{kinds}{mark}")],
        *[f"q{mark}" for mark in converse],
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
