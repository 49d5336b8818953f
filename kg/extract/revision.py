"""The tagger's names put right: borders where marks and words say so, no name where none can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.expressions import compile_named
from kg.extract.lexicon import Lexicon
from kg.extract.observation import Observation
from kg.extract.proposals import Proposal
from kg.model import IRI, Span
from kg.ontology import Ontology
from kg.vocabulary import KG

_MARKS = "\u201c\u201d\u300a\u300b\uff08\uff09"
_OUTER = frozenset(" \t\r\n\u00a0\u3000\uff0c\u3002\uff1b\u3001\uff1a\uff01\uff1f\u300a\u300b")
_ANY_MARK = re.compile(f"[{_MARKS}]")
_PAIRS = {"\u201c": "\u201d", "\u300a": "\u300b", "\uff08": "\uff09"}

_STOPS = "\uff0c\u3002\uff1b\n"
_LISTING = "\u3001"

NEAR = 12
"""Characters from the border of a name within which a mark's partner is looked for."""

SHORTEST_PART = 2
"""Characters of a name that is left when a verb is taken out of a longer one."""


@dataclass(frozen=True)
class Revision:
    """Words that cannot be in a name, or are no part of one; compiled from an ontology."""

    light: tuple[str, ...]
    """Nouns that add nothing to a known name: 数字政府建设 names 数字政府."""
    leading: tuple[str, ...]
    """Modifiers that add nothing to a known name: 传统政府治理能力 names 政府治理能力."""
    never: tuple[re.Pattern[str], ...]
    """What a name never looks like."""
    splitting: frozenset[str]
    """Verbs that end one name and begin another."""


def compile_revision(ontology: Ontology) -> Revision:
    """Compile the word lists of revision."""
    words = ontology.words
    return Revision(
        _longest_first(words.get("lightNouns", ())),
        _longest_first(words.get("lightModifiers", ())),
        compile_named("notName", ontology),
        frozenset(words.get("splittingVerbs", ())),
    )


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def revise(
    tagged: Iterable[Proposal], seen: Observation, lexicon: Lexicon, revision: Revision
) -> Iterator[Proposal]:
    """Yield the tagger's proposals with their borders put right.

    A name that holds one mark of a pair goes on to the other where that is near and no other name
    begins before it; else the mark is no part of the name. A known name keeps no light noun. A
    term with a verb of relation inside is two terms, and an enumeration is as many as it lists.
    """
    verbs = {word.start: word.end for word in seen.words if word.text in revision.splitting}
    particles = [word for word in seen.words if word.tag[0] in FUNCTION_TAGS]
    closing = {word.end: word for word in particles}
    opening = {word.start: word for word in particles}
    for proposal, room in _with_room(list(tagged), len(seen.text)):
        start, end = _completed(proposal.start, proposal.end, seen.text, room)
        start, end = _trim(start, end, seen.text)
        while end in closing and start < closing[end].start:
            end = closing[end].start
        while start in opening and opening[start].end < end:
            start = opening[start].end
        if start >= end:
            continue
        whole = proposal._replace(start=start, end=end)
        listed = _listed(whole, lexicon, seen.text)
        for part in (one for name in listed for one in _split(name, verbs, lexicon, seen.text)):
            name = _bare(part, seen.text, lexicon, revision)
            word = seen.text[name.start : name.end]
            known = lexicon.lookup(word)
            if known or not any(never.fullmatch(word) for never in revision.never):
                yield _classed(name, known)


def _with_room(tagged: Sequence[Proposal], size: int) -> Iterator[tuple[Proposal, Span]]:
    """Yield each proposal with the stretch of text that no other holds."""
    for place, proposal in enumerate(tagged):
        before = tagged[place - 1].end if place else 0
        after = tagged[place + 1].start if place + 1 < len(tagged) else size
        yield proposal, Span(before, after)


def _completed(start: int, end: int, text: str, room: Span) -> tuple[int, int]:
    """Return the span with the partner of a mark that stands alone in it, if it is near."""
    if _ANY_MARK.search(text, start, end) is None:  # so with nearly every name
        return start, end
    for opening, closing in _PAIRS.items():
        name = text[start:end]
        if name.count(closing) == name.count(opening) + 1:
            found = text.rfind(opening, max(room.start, start - NEAR), start)
            if found >= 0 and _is_of_words(text[found + 1 : start]):
                start = found
        elif name.count(opening) == name.count(closing) + 1:
            found = text.find(closing, end, min(room.end, end + NEAR))
            if found >= 0 and _is_of_words(text[end:found]):
                end = found + 1
    return start, end


def _is_of_words(text: str) -> bool:
    return not any(mark in text for mark in (*_MARKS, *_STOPS))


FUNCTION_TAGS = frozenset("uy")
"""Particles (ICTCLAS): no name begins or ends with one."""

DOUBTFUL = 0.6
"""Below this confidence the lexicon knows the class of its name better than the tagger."""


LONG = 5
"""Characters from which on a known name has one meaning only."""


def _classed(proposal: Proposal, known: Proposal | None) -> Proposal:
    if known is None:
        return proposal
    long = known.end - known.start >= LONG and known.kind in (KG.Technology, KG.Initiative)
    place = known.kind in (KG.Country, KG.Region)
    if proposal.confidence >= DOUBTFUL and not long and not place:
        return proposal
    return proposal._replace(kind=known.kind, concept=known.concept)


def _trim(start: int, end: int, text: str) -> tuple[int, int]:
    while start < end and (text[start] in _OUTER or _lonely(text, start, start, end)):
        start += 1
    while start < end and (text[end - 1] in _OUTER or _lonely(text, end - 1, start, end)):
        end -= 1
    return start, end


def _lonely(text: str, place: int, start: int, end: int) -> bool:
    mark, name = text[place], text[start:end]
    if mark not in _MARKS:
        return False
    for opening, closing in _PAIRS.items():
        if mark in (opening, closing):
            wraps = name.startswith(opening) and name.find(closing) == len(name) - 1
            return name.count(opening) != name.count(closing) or wraps
    return False


def _listed(proposal: Proposal, lexicon: Lexicon, text: str) -> Iterator[Proposal]:
    start, name = proposal.start, text[proposal.start : proposal.end]
    if _LISTING not in name or proposal.kind == KG.Policy or lexicon.lookup(name):
        yield proposal
        return
    depth = 0
    for place, mark in enumerate(name + _LISTING, start=proposal.start):
        depth += (mark in _PAIRS) - (mark in _PAIRS.values())
        if mark == _LISTING and (depth == 0 or place == proposal.end):
            if place - start >= SHORTEST_PART:
                yield proposal._replace(start=start, end=place)
            start = place + 1


def _split(
    proposal: Proposal, verbs: Mapping[int, int], lexicon: Lexicon, text: str
) -> Iterator[Proposal]:
    start, end = proposal.start, proposal.end
    name = text[start:end]
    if proposal.kind != KG.Concept or lexicon.lookup(name) or any(m in name for m in _MARKS):
        yield proposal
        return
    for place in range(start + SHORTEST_PART, end - SHORTEST_PART):
        stop = verbs.get(place)
        if stop is not None and end - stop >= SHORTEST_PART:
            yield proposal._replace(end=place)
            yield proposal._replace(start=stop)
            return
    yield proposal


def _bare(proposal: Proposal, text: str, lexicon: Lexicon, revision: Revision) -> Proposal:
    """Return a known name without the words around it that add nothing, else the proposal."""
    start, end = proposal.start, proposal.end
    name = text[start:end]
    wordy = name.endswith(revision.light) or name.startswith(revision.leading)
    if not wordy or lexicon.lookup(name):
        return proposal
    tails = [0, *(len(noun) for noun in revision.light if name.endswith(noun))]
    heads = [0, *(len(word) for word in revision.leading if name.startswith(word))]
    for head in heads:
        for tail in tails:
            if start + head < end - tail and lexicon.lookup(text[start + head : end - tail]):
                return proposal._replace(start=start + head, end=end - tail)
    return proposal


def titled(seen: Observation, tagged: Iterable[Proposal]) -> Iterator[Proposal]:
    """Yield each title in book marks as one name.

    Its class is that of the known name; else that of its form, as in 《…战略》; else the one that
    the tagger saw in it.
    """
    names = list(tagged)
    formed = [p for p in seen.patterns if p.rank != TITLE_RANK]
    for proposal in seen.patterns:
        if proposal.rank == TITLE_RANK:
            span = proposal.start, proposal.end
            stated = [p for p in (*seen.lexicon, *formed) if (p.start, p.end) == span]
            kind = stated[0].kind if stated else _inside(proposal, names)
            yield proposal._replace(kind=kind)


TITLE_RANK = 60
"""The rank of `kg:titled` in `grammar.ttl`."""


def _inside(title: Proposal, names: Iterable[Proposal]) -> IRI:
    for name in names:
        shared = min(name.end, title.end) - max(name.start, title.start)
        if 2 * shared >= title.end - title.start:
            return name.kind
    return title.kind
