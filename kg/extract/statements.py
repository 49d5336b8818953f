"""How a text puts a link: stated, planned, demanded, denied; who says so; when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from kg.expressions import expand
from kg.extract.relations import Link
from kg.extract.scenes import Scene
from kg.model import Span, Status
from kg.ontology import Ontology
from kg.vocabulary import KG

SPEAKER_REACH = 12
"""Characters between a speaker's name and the verb of saying: an office or an adverb."""


@dataclass(frozen=True)
class Manner:
    """How a link is put: positions are those of mentions."""

    status: Status
    speaker: int | None = None
    time: int | None = None
    context: int | None = None
    value: int | None = None


@dataclass(frozen=True)
class Moods:
    """The word lists of status and speech, compiled."""

    rules: tuple[tuple[re.Pattern[str], Status], ...]
    """In the order of asking; group 1 is set where a word counts."""
    demanding: re.Pattern[str]
    """What stands before the name of him who is told to act: 国务院要求浙江推进…."""
    disposal: re.Pattern[str]
    """What puts an object before its verb: 将数字政府纳入… is no plan."""
    reporting: re.Pattern[str]
    """Group 1 is set where a word counts."""
    according: re.Pattern[str]
    opening: re.Pattern[str]
    closing: re.Pattern[str]


def compile_moods(ontology: Ontology) -> Moods:
    """Compile the word lists; a word of a ``not…`` list hides the shorter one inside it."""
    words = ontology.words
    pairs = (
        ("questioning", "notQuestioning", Status.QUESTIONED),
        ("negation", "notNegation", Status.NEGATED),
        ("planning", "notPlanning", Status.PLANNED),
        ("requiring", "notRequiring", Status.REQUIRED),
    )
    rules = []
    for name, exceptions, status in pairs:
        hidden = f"{{{exceptions}}}|" if words.get(exceptions) else ""
        rules.append((re.compile(expand(f"{hidden}({{{name}}})", words)), status))
    return Moods(
        tuple(rules),
        re.compile(expand("{demanding}[“]?$", words)),
        re.compile(expand("{disposal}[“《]?$", words)),
        re.compile(expand("{aliasWords}|({reporting})", words)),
        re.compile(expand("{according}[“《]?$", words)),
        re.compile(expand("{contextOpening}[“《]?", words)),
        re.compile(expand("[”》]?{contextClosing}", words)),
    )


def manner(
    link: Link, scene: Scene, moods: Moods, figures: Mapping[int, int] | None = None
) -> Manner:
    """Return how the sentence puts the link.

    ``figures`` tells the figure of what is measured in the sentence, by their positions: it is
    the value of a link whose object it measures.
    """
    subject, object_ = scene.mentions[link.subject], scene.mentions[link.object]
    speaker = find_speaker(scene, moods, before=min(subject.start, object_.start))
    status = _status(link, scene, moods)
    if status is Status.ASSERTED and speaker is not None:
        status = Status.REPORTED
    context = find_context(scene, moods)
    within = None
    if context is not None and link.subject == context[0] and link.object != context[1]:
        within = context[1]
    value = (figures or {}).get(link.object)
    return Manner(status, speaker, _time(link, scene), within, value)


def _status(link: Link, scene: Scene, moods: Moods) -> Status:
    clause, own = _windows(link, scene)
    near = _bare(own, scene)
    words = {
        Status.QUESTIONED: _bare(clause, scene),
        Status.PLANNED: moods.disposal.sub("", _opening(clause, scene)) + near,
    }
    for regex, status in moods.rules:
        if any(match.group(1) for match in regex.finditer(words.get(status, near))):
            return status
    told = scene.between(clause.start, scene.mentions[link.subject].start)
    return Status.REQUIRED if moods.demanding.search(told) else Status.ASSERTED


def _windows(link: Link, scene: Scene) -> tuple[Span, Span]:
    # The clause of the cue (of the later name where there is none); and in it the words that may
    # bend the verb: from the first name before it, or from the clause's start, to the cue's end.
    ends = scene.mentions[link.subject], scene.mentions[link.object]
    later = max(mention.start for mention in ends)
    place, end = (link.cue.start, link.cue.end) if link.cue else (later, later)
    clause = next((c for c in scene.clauses if c.start <= place < c.end), scene.span)
    before = [m.end for m in ends if clause.start < m.end <= place]
    start = min(before, default=clause.start)
    return clause, Span(start, max(end, start + 1))


def _bare(window: Span, scene: Scene) -> str:
    # A word within a name bends nothing.
    return scene.bare[window.start - scene.span.start : window.end - scene.span.start]


def _opening(clause: Span, scene: Scene) -> str:
    # What stands before the clause's first name, and clauses before it that name a time only:
    # 力争到2025年，….
    first = scene.clauses.index(clause) if clause in scene.clauses else 0
    named = {g.clause for g in scene.groups if scene.kinds(g)[0] != KG.Time}
    timed = {g.clause for g in scene.groups} - named
    start = first
    while start - 1 in timed:
        start -= 1
    names = (g.start for g in scene.groups if g.clause == first and scene.kinds(g)[0] != KG.Time)
    end = min(names, default=clause.start)
    begin = scene.clauses[start].start
    return scene.between(begin, end) if begin < end else ""


def find_speaker(scene: Scene, moods: Moods, *, before: int) -> int | None:
    """Return the person or body that the sentence names as the one who says what follows."""
    for group in scene.groups:
        for member in group.members:
            mention = scene.mentions[member]
            if mention.end > before or mention.kind not in (KG.Person, KG.Organization):
                continue
            if moods.according.search(scene.between(scene.span.start, mention.start)):
                return member
            rest = scene.between(mention.end, min(mention.end + SPEAKER_REACH, before))
            if any(match.group(1) for match in moods.reporting.finditer(rest)):
                return member
    return None


def _time(link: Link, scene: Scene) -> int | None:
    # The nearest time at or before the object or the verb, in the same clause or an earlier one.
    last = max(scene.mentions[link.subject].end, scene.mentions[link.object].end)
    last = max(last, link.cue.end) if link.cue else last
    times = [
        member
        for group in scene.groups
        for member in group.members
        if scene.mentions[member].kind == KG.Time
        and scene.mentions[member].end <= last
        and member not in (link.subject, link.object)
    ]
    return times[-1] if times else None


def find_context(scene: Scene, moods: Moods) -> tuple[int, int] | None:
    """Return who acts and within what, for 甲在“乙”中提出…: the positions of 甲 and 乙."""
    members = [member for group in scene.groups for member in group.members]
    for one, other in pairwise(members):
        gap = scene.between(scene.mentions[one].end, scene.mentions[other].start)
        end = scene.mentions[other].end
        if moods.opening.fullmatch(gap) and moods.closing.match(scene.text, end):
            return one, other
    return None
