"""Triggers, clauses, coordination, domain and range: from mentions to links between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from kg.extract.scenes import Group, Scene
from kg.extract.triggers import Trigger, Triggers
from kg.model import Span
from kg.ontology import Relation
from kg.vocabulary import KG

REACH = 18
"""Characters between a trigger and its object; farther off it is another verb's."""

LONGEST_MODIFIER = 8
"""Characters that 的 may hold together between two names."""

LONGEST_OPENING = 6
"""Characters of adverbs and conjunctions that may open a clause before its verb."""

_CLOSING = "\u201d\u300b"

LONGEST_MARKS = 2
"""Closing marks that may stand between a name and the clause's end."""

NEAR, CARRIED, ACROSS, PASSIVE, ANAPHOR = 0.8, 0.6, 0.65, 0.8, 0.75
"""Prior confidence: both names in the clause, the subject carried over, the object beyond it,
who acts behind a passive marker, the subject taken up by its last word."""


class Link(NamedTuple):
    """A relation between two mentions, given by their positions, and what says so."""

    subject: int
    relation: Relation
    object: int
    cue: Span | None
    extractor: str
    confidence: float
    floor: float = 0.0
    """How sure it is whatever the linker thinks; 0 where it needs the linker's consent."""


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
        groups = [group for group in self.scene.rows if group.clause == index]
        if not groups:
            return
        first = groups[0]
        opening = min(
            (t.start for t in own if not t.backward), default=self.scene.clauses[index].end
        )
        lead = self.scene.between(self.scene.clauses[index].start, first.start)
        acts = self.triggers.passive.fullmatch(lead)
        if first.end <= opening and len(lead) <= LONGEST_OPENING and not acts:
            self.topic, self.means = first, None
        rest = self.scene.between(groups[-1].end, self.scene.clauses[index].end)
        if self.triggers.setting.match(rest):
            self.setting = groups[-1]

    def _read(self, trigger: Trigger) -> Iterator[Link]:
        passive = self._passive(trigger)
        if passive is not None:
            yield from self._of_passive(*passive, trigger)
            return
        objects, beyond = self._objects(trigger)
        if objects is None:
            return
        for subjects, confidence in self._subjects(trigger):
            name = self._source(subjects, confidence, beyond, trigger.word)
            sure = min(confidence, ACROSS) if beyond else confidence
            links = list(self._pair(subjects, objects, trigger, sure, name))
            if confidence == CARRIED:
                links = self._carry(links, trigger)
            yield from links
            if links and confidence == NEAR:
                break
        yield from self._in_setting(objects, trigger)
        built = self.setting is not None and self.means is None and not self._before(trigger)
        if trigger.word in self.triggers.instrument or built:
            self.means = objects
        if self._names_topic(objects, trigger):
            self.topic = objects

    def _carry(self, links: Iterable[Link], trigger: Trigger) -> list[Link]:
        # What is done by means of something does not use a second thing by that.
        kept = [link for link in links if self._may_carry(link, trigger)]
        kept = [x for x in kept if x.extractor != "means" or x.relation != self.triggers.uses]
        self.carried, self.carried_to = {link.relation for link in kept}, trigger.clause
        return kept

    def _of_passive(self, actor: Group, acted_on: Group, trigger: Trigger) -> Iterator[Link]:
        # A relation of agents, or a verb or a marker that leaves no doubt; but no preposition.
        triggers = self.triggers
        strong = trigger.word in triggers.strong
        if strong and trigger.word in triggers.instrument:
            return
        only = triggers.passive_only.search(self.scene.between(self._opening(actor), actor.start))
        carried = acted_on.clause < trigger.clause
        sure, name = (CARRIED, "carried") if carried else (PASSIVE, "passive")
        for link in self._pair(actor, acted_on, trigger, sure, name):
            if strong or only or KG.Concept not in link.relation.domain:
                yield link

    def _passive(self, trigger: Trigger) -> tuple[Group, Group] | None:
        # “《规划》由国务院印发”: who acts stands behind the marker, the object before it, were it
        # in the clause before: “…，由浙江落实”. A time may stand with the verb.
        own = [g for g in self._before(trigger) if self.scene.kinds(g)[0] != KG.Time]
        if trigger.backward or not own:
            return None
        actor, opening = own[-1], self._opening(own[-1])
        acted_on = own[-2] if len(own) > 1 else self.topic
        if acted_on is None or (acted_on.clause == trigger.clause) != (len(own) > 1):
            return None
        if len(own) == 1 and self._objects(trigger)[0] is not None:
            return None
        start = max(opening, acted_on.end)
        gap = self.scene.between(start, actor.start)
        near = len(self._bare(actor.end, trigger.start)) <= LONGEST_OPENING
        return (actor, acted_on) if near and self.triggers.passive.fullmatch(gap) else None

    def _opening(self, group: Group) -> int:
        return self.scene.clauses[group.clause].start

    def _bare(self, start: int, end: int) -> str:
        # The words between two places, without the names there.
        return "".join(
            self.scene.text[place] for place in range(start, end) if place not in self.scene.held
        )

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
        after = [g for g in self.scene.rows if g.start >= trigger.end]
        own = [g for g in after if g.clause == trigger.clause]
        if own:
            head = self._head(own)
            reached = own[0].start - trigger.end <= REACH
            return (head if reached else None), False
        rest = self.scene.between(trigger.end, self.scene.clauses[trigger.clause].end)
        follows = bool(after) and after[0].clause == trigger.clause + 1
        if follows and len(rest) <= 1 and self._announces(trigger, after[0]):
            return self._head([g for g in after if g.clause == after[0].clause]), True
        return None, False

    def _announces(self, trigger: Trigger, following: Group) -> bool:
        # “《规划》明确提出，提高乙”: what was put forward opens the next clause.
        before = self._before(trigger)
        lead = following.start - self._opening(following)
        near = not before or trigger.start - before[-1].end <= LONGEST_OPENING
        return trigger.word in self.triggers.announcing and near and lead <= LONGEST_OPENING

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
        return [g for g in self.scene.rows if g.clause == trigger.clause and g.end <= trigger.start]

    def _subjects(self, trigger: Trigger) -> Iterator[tuple[Group, float]]:
        own = self._before(trigger)
        for group in reversed(own):
            yield group, NEAR
        if own or trigger.backward or not self._opens(trigger):
            return
        antecedent = self._antecedent(trigger)
        if antecedent is not None:
            yield antecedent, ANAPHOR
            return
        for carried in (self.means, self.topic):
            if carried is not None and carried.clause < trigger.clause:
                yield carried, CARRIED

    def _antecedent(self, trigger: Trigger) -> Group | None:
        # “该规划”: the last name before it that ends in this word.
        match = self.triggers.anaphor.match(self._lead(trigger))
        if match is None:
            return None
        for group in reversed(self.scene.rows):
            named = self.scene.text[: group.end].endswith(match["head"])
            if named and group.clause < trigger.clause and len(group.members) == 1:
                return group
        return None

    def _may_carry(self, link: Link, trigger: Trigger) -> bool:
        # A strong verb, one that a conjunction joins to the clause before, or one that goes on
        # with what that clause said.
        goes_on = self.carried_to == trigger.clause - 1 and link.relation in self.carried
        joined = self.triggers.going_on.match(self._lead(trigger))
        agent = KG.Concept not in link.relation.domain and joined is not None
        return trigger.word in self.triggers.strong or goes_on or agent

    def _opens(self, trigger: Trigger) -> bool:
        # Only a verb that opens its clause takes its subject from the clause before.
        return len(self._lead(trigger)) <= LONGEST_OPENING

    def _lead(self, trigger: Trigger) -> str:
        return self.scene.between(self.scene.clauses[trigger.clause].start, trigger.start)

    def _source(self, subjects: Group, confidence: float, beyond: bool, word: str) -> str:
        if beyond:
            return "across"
        if confidence == ANAPHOR:
            return "anaphor"
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
        for one, other in self._pairs(subjects, objects, trigger):
            subject, object_ = (other, one) if trigger.backward else (one, other)
            link = self._first(table[trigger.word], subject, object_)
            if link is not None:
                if trigger.backward or self._is_kind(link, objects):
                    yield Link(subject, link, object_, cue, name, sure)
            elif self._counts(one, other, table[trigger.word]):
                yield Link(other, self.triggers.values, one, cue, name, sure)

    def _pairs(
        self, subjects: Group, objects: Group, trigger: Trigger
    ) -> Iterable[tuple[int, int]]:
        # Lists distribute, unless 分别 pairs them one by one.
        words = self.scene.between(min(subjects.end, objects.end), trigger.start)
        same = len(subjects.members) == len(objects.members)
        if same and self.triggers.respectively.search(words):
            return zip(subjects.members, objects.members, strict=True)
        return product(subjects.members, objects.members)

    def _is_kind(self, relation: Relation, objects: Group) -> bool:
        # “X是Y的组成部分”: X is no Y.
        after = self.scene.text[objects.end : self.scene.span.end].lstrip(_CLOSING)
        return relation.iri != KG.isA or not after.startswith(self.triggers.modifier)

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
