"""Triggers, clauses, coordination, domain and range: from mentions to links between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg.expressions import compile_named
from kg.extract.scenes import Group, Scene
from kg.model import Span
from kg.ontology import Ontology, Relation
from kg.vocabulary import KG

REACH = 18
"""Characters between a trigger and its object; farther off it is another verb's."""

LONGEST_MODIFIER = 8
"""Characters that 的 may hold together between two names."""

LONGEST_OPENING = 6
"""Characters of adverbs and conjunctions that may open a clause before its verb."""

LONGEST_MARKS = 2
"""Closing marks that may stand between a name and the clause's end."""

NEAR, CARRIED, ACROSS, PASSIVE = 0.8, 0.6, 0.65, 0.8
"""Prior confidence: both names in the clause, the subject carried over, the object beyond it."""


class Link(NamedTuple):
    """A relation between two mentions, given by their positions, and what says so."""

    subject: int
    relation: Relation
    object: int
    cue: Span | None
    extractor: str
    confidence: float


class Trigger(NamedTuple):
    """A word that may state a relation, where it stands."""

    start: int
    end: int
    word: str
    clause: int
    backward: bool


@dataclass(frozen=True)
class Triggers:
    """All trigger words of an ontology, compiled."""

    regex: re.Pattern[str]
    forward: dict[str, tuple[Relation, ...]]
    backward: dict[str, tuple[Relation, ...]]
    strong: frozenset[str]
    instrument: frozenset[str]
    """Words whose object is the means to what follows: 通过, 依托."""
    modifier: str
    passive: re.Pattern[str]
    """What stands between the object and who acts: 由, 被."""
    setting: re.Pattern[str]
    """What follows the matter at hand: 在…方面，."""
    uses: Relation | None
    values: Relation

    def find(self, scene: Scene) -> Iterator[Trigger]:
        """Yield the triggers of a sentence outside its mentions, in order."""
        for index, clause in enumerate(scene.clauses):
            for match in self.regex.finditer(scene.text, clause.start, clause.end):
                if match.start() not in scene.held and match.end() - 1 not in scene.held:
                    word = match.group()
                    yield Trigger(*match.span(), word, index, word in self.backward)


def compile_triggers(ontology: Ontology) -> Triggers:
    """Index the ontology's trigger words; of two that begin together the longer one counts."""
    forward: dict[str, list[Relation]] = {}
    backward: dict[str, list[Relation]] = {}
    for relation in ontology.relations:
        for word in relation.triggers:
            forward.setdefault(word, []).append(relation)
        for word in relation.backward_triggers:
            backward.setdefault(word, []).append(relation)
    words = sorted({*forward, *backward}, key=lambda word: (-len(word), word))
    uses = [r for r in ontology.relations if r.name == "uses"]
    return Triggers(
        regex=re.compile("|".join(map(re.escape, words)) or "(?!)"),
        forward={word: tuple(found) for word, found in forward.items()},
        backward={word: tuple(found) for word, found in backward.items()},
        strong=frozenset(w for r in ontology.relations for w in r.strong_triggers),
        instrument=frozenset(word for relation in uses for word in relation.triggers),
        modifier="".join(ontology.words.get("modifier", ())),
        passive=compile_named("passive", ontology)[0],
        setting=compile_named("setting", ontology)[0],
        uses=uses[0] if uses else None,
        values=next(r for r in ontology.relations if r.iri == KG.hasValue),
    )


def find_links(scene: Scene, triggers: Triggers) -> Iterator[Link]:
    """Yield the links that the triggers of one sentence state, each pair of names once.

    The nearest fitting group stands before the trigger, the head of the next noun phrase after
    it; lists distribute. A clause without a subject takes up the means or the topic of the
    clauses before, with lower confidence.
    """
    seen: set[tuple[int, str, int]] = set()
    for link in _Reading(scene, triggers).links():
        key = (link.subject, link.relation.name, link.object)
        if link.subject != link.object and key not in seen:
            seen.add(key)
            yield link


class _Reading:
    """One pass through a sentence, remembering what it is about."""

    def __init__(self, scene: Scene, triggers: Triggers) -> None:
        self.scene = scene
        self.triggers = triggers
        self.topic: Group | None = None
        self.means: Group | None = None
        self.setting: Group | None = None
        self.carried: set[Relation] = set()
        self.carried_to = -1

    def links(self) -> Iterator[Link]:
        found = list(self.triggers.find(self.scene))
        for index in range(len(self.scene.clauses)):
            own = [trigger for trigger in found if trigger.clause == index]
            self._set_topic(index, own)
            for trigger in own:
                yield from self._read(trigger)

    def _set_topic(self, index: int, own: Sequence[Trigger]) -> None:
        groups = [group for group in self.scene.groups if group.clause == index]
        if not groups:
            return
        first = groups[0]
        opening = min(
            (t.start for t in own if not t.backward), default=self.scene.clauses[index].end
        )
        lead = first.start - self.scene.clauses[index].start
        if first.end <= opening and lead <= LONGEST_OPENING:
            self.topic, self.means = first, None
        rest = self.scene.between(groups[-1].end, self.scene.clauses[index].end)
        if self.triggers.setting.match(rest):
            self.setting = groups[-1]

    def _read(self, trigger: Trigger) -> Iterator[Link]:
        passive = self._passive(trigger)
        if passive is not None:
            links = list(self._pair(*passive, trigger, PASSIVE, "passive"))
            yield from (link for link in links if self._acts(link, trigger))
            return
        objects, beyond = self._objects(trigger)
        if objects is None:
            return
        for subjects, confidence in self._subjects(trigger):
            name = self._source(subjects, confidence, beyond, trigger.word)
            links = list(self._pair(subjects, objects, trigger, confidence, name))
            if confidence == CARRIED:
                links = [link for link in links if self._may_carry(link, trigger)]
                self.carried = {link.relation for link in links}
                self.carried_to = trigger.clause
            yield from links
            if links and confidence == NEAR:
                break
        yield from self._in_setting(objects, trigger)
        built = self.setting is not None and self.means is None and not self._before(trigger)
        if trigger.word in self.triggers.instrument or built:
            self.means = objects
        if self._names_topic(objects, trigger):
            self.topic = objects

    def _acts(self, link: Link, trigger: Trigger) -> bool:
        # A relation of agents, or a verb that states it in any case.
        return KG.Concept not in link.relation.domain or trigger.word in self.triggers.strong

    def _passive(self, trigger: Trigger) -> tuple[Group, Group] | None:
        # “《规划》由国务院印发”: who acts stands behind the marker, the object before it.
        own = self._before(trigger)
        if trigger.backward or len(own) < 2:
            return None
        acted_on, actor = own[-2:]
        gap = self.scene.between(acted_on.end, actor.start)
        near = trigger.start - actor.end <= LONGEST_OPENING
        return (actor, acted_on) if near and self.triggers.passive.fullmatch(gap) else None

    def _names_topic(self, objects: Group, trigger: Trigger) -> bool:
        # “英国出台的《战略》，…”: what follows is said of the strategy.
        gap = self.scene.between(trigger.end, objects.start)
        rest = self.scene.between(objects.end, self.scene.clauses[objects.clause].end)
        return gap.startswith(self.triggers.modifier) and len(rest) <= LONGEST_MARKS

    def _in_setting(self, objects: Group, trigger: Trigger) -> Iterator[Link]:
        # “在政务公开上，通过打造平台…”: openness works by means of the platform.
        uses, setting = self.triggers.uses, self.setting
        if uses is None or setting is None or objects.clause - setting.clause > 1:
            return
        if trigger.word not in self.triggers.instrument or objects.start < setting.end:
            return
        for one in setting.members:
            for other in objects.members:
                if self._first((uses,), one, other):
                    cue = Span(trigger.start, trigger.end)
                    yield Link(one, uses, other, cue, "setting", CARRIED)

    def _objects(self, trigger: Trigger) -> tuple[Group | None, bool]:
        after = [g for g in self.scene.groups if g.start >= trigger.end]
        own = [g for g in after if g.clause == trigger.clause]
        if own:
            head = self._head(own)
            reached = own[0].start - trigger.end <= REACH
            return (head if reached else None), False
        rest = self.scene.between(trigger.end, self.scene.clauses[trigger.clause].end)
        strong = trigger.word in self.triggers.strong
        if strong and after and len(rest) <= 1 and after[0].clause == trigger.clause + 1:
            return self._head([g for g in after if g.clause == after[0].clause]), True
        return None, False

    def _head(self, groups: Sequence[Group]) -> Group:
        # “A 的 B”: B is meant, A tells which.
        head = groups[0]
        for following in groups[1:]:
            gap = self.scene.between(head.end, following.start)
            marked = gap.startswith(self.triggers.modifier) or gap.endswith(self.triggers.modifier)
            if marked and len(gap) <= LONGEST_MODIFIER:
                head = following
            else:
                break
        return head

    def _before(self, trigger: Trigger) -> list[Group]:
        return [
            g for g in self.scene.groups if g.clause == trigger.clause and g.end <= trigger.start
        ]

    def _subjects(self, trigger: Trigger) -> Iterator[tuple[Group, float]]:
        own = self._before(trigger)
        for group in reversed(own):
            yield group, NEAR
        if own:
            return
        if trigger.backward or not self._opens(trigger):
            return
        for carried in (self.means, self.topic):
            if carried is not None and carried.clause < trigger.clause:
                yield carried, CARRIED

    def _may_carry(self, link: Link, trigger: Trigger) -> bool:
        # A strong verb, or one that goes on with what the clause before it said.
        goes_on = self.carried_to == trigger.clause - 1 and link.relation in self.carried
        return trigger.word in self.triggers.strong or goes_on

    def _opens(self, trigger: Trigger) -> bool:
        # Only a verb that opens its clause takes its subject from the clause before.
        opening = self.scene.between(self.scene.clauses[trigger.clause].start, trigger.start)
        return len(opening) <= LONGEST_OPENING

    def _source(self, subjects: Group, confidence: float, beyond: bool, word: str) -> str:
        if beyond:
            return "across"
        if confidence == NEAR:
            return "strong" if word in self.triggers.strong else "triggers"
        return "means" if subjects is self.means else "carried"

    def _pair(
        self,
        subjects: Group,
        objects: Group,
        trigger: Trigger,
        sure: float,
        name: str,
    ) -> Iterator[Link]:
        cue = Span(trigger.start, trigger.end)
        table = self.triggers.backward if trigger.backward else self.triggers.forward
        for one in subjects.members:
            for other in objects.members:
                subject, object_ = (other, one) if trigger.backward else (one, other)
                link = self._first(table[trigger.word], subject, object_)
                if link is not None:
                    yield Link(subject, link, object_, cue, name, sure)
                elif self._counts(one, other, table[trigger.word]):
                    yield Link(other, self.triggers.values, one, cue, name, sure)

    def _first(self, relations: Iterable[Relation], subject: int, object_: int) -> Relation | None:
        kinds = self.scene.mentions
        for relation in relations:
            if relation.allows(kinds[subject].kind, kinds[object_].kind):
                return relation
        return None

    def _counts(self, subject: int, object_: int, relations: Iterable[Relation]) -> bool:
        # “超过170个国家出台了战略”: the figure counts those who have it.
        mentions = self.scene.mentions
        return (
            mentions[subject].kind == KG.Quantity
            and self.triggers.values.allows(mentions[object_].kind, mentions[subject].kind)
            and any(mentions[object_].kind in relation.range for relation in relations)
        )
