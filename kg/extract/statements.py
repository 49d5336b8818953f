"""How a text puts a link: stated, planned, demanded, denied; who says so; when."""

from __future__ import annotations

import re
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


@dataclass(frozen=True)
class Moods:
    """The word lists of status and speech, compiled."""

    rules: tuple[tuple[re.Pattern[str], Status], ...]
    """In the order of asking; group 1 is set where a word counts."""
    reporting: re.Pattern[str]
    according: re.Pattern[str]
    opening: re.Pattern[str]
    closing: re.Pattern[str]


def compile_moods(ontology: Ontology) -> Moods:
    """Compile the word lists; a word of a ``not…`` list hides the shorter one inside it."""
    words = ontology.words
    pairs = (
        ("questioning", "", Status.QUESTIONED),
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
        re.compile(expand("{reporting}", words)),
        re.compile(expand("{according}[“《]?$", words)),
        re.compile(expand("{contextOpening}[“《]?", words)),
        re.compile(expand("[”》]?{contextClosing}", words)),
    )


def manner(link: Link, scene: Scene, moods: Moods) -> Manner:
    """Return how the sentence puts the link."""
    subject, object_ = scene.mentions[link.subject], scene.mentions[link.object]
    speaker = find_speaker(scene, moods, before=min(subject.start, object_.start))
    status = _status(link, scene, moods)
    if status is Status.ASSERTED and speaker is not None:
        status = Status.REPORTED
    context = find_context(scene, moods)
    within = None
    if context is not None and link.subject == context[0] and link.object != context[1]:
        within = context[1]
    return Manner(status, speaker, _time(link, scene), within)


def _status(link: Link, scene: Scene, moods: Moods) -> Status:
    window = _window(link, scene)
    words = scene.between(window.start, window.end) if window else ""
    for regex, status in moods.rules:
        if any(match.group(1) for match in regex.finditer(words)):
            return status
    return Status.ASSERTED


def _window(link: Link, scene: Scene) -> Span | None:
    # The words that may bend the verb: in the clause of the cue (of the later name where there is
    # none), from the name before it, or from the clause's start, to the cue's end.
    subject, object_ = scene.mentions[link.subject], scene.mentions[link.object]
    later = max(subject, object_, key=lambda mention: mention.start)
    end = link.cue.end if link.cue else later.start
    place = link.cue.start if link.cue else later.start
    start = next((c.start for c in scene.clauses if c.start <= place < c.end), scene.span.start)
    for mention in (subject, object_):
        if start < mention.end <= place:
            start = mention.end
    return Span(start, end) if start < end else None


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
            if moods.reporting.search(rest):
                return member
    return None


def _time(link: Link, scene: Scene) -> int | None:
    # The nearest time at or before the object, in the same clause or an earlier one.
    last = max(scene.mentions[link.subject].end, scene.mentions[link.object].end)
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
