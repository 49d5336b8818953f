"""The trigger words of an ontology, compiled, and where they stand in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kg.expressions import compile_named, expand
from kg.extract.scenes import Scene
from kg.ontology import Ontology, Relation
from kg.vocabulary import KG


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
    announcing: frozenset[str]
    """Words whose object may open the next clause: 明确提出，…."""
    instrument: frozenset[str]
    """Words whose object is the means to what follows: 通过, 依托."""
    modifier: str
    passive: re.Pattern[str]
    """What stands between the object and who acts: 由, 被, 将由."""
    passive_only: re.Pattern[str]
    """The end of a marker that is nothing but passive: 被."""
    respectively: re.Pattern[str]
    going_on: re.Pattern[str]
    """What goes on with the subject of the clause before: 还, 并."""
    anaphor: re.Pattern[str]
    """What takes up a name of before by its last word: 该规划; group ``head``."""
    setting: re.Pattern[str]
    """What follows the matter at hand: 在…方面，."""
    uses: Relation | None
    values: Relation

    def find(self, scene: Scene) -> Iterator[Trigger]:
        """Yield the triggers of a sentence outside its mentions, in order."""
        for index, clause in enumerate(scene.clauses):
            for match in self.regex.finditer(scene.text, clause.start, clause.end):
                word = match.group()
                if word not in self.forward and word not in self.backward:
                    continue
                if match.start() not in scene.held and match.end() - 1 not in scene.held:
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
    others = ontology.words.get("notTriggers", ())
    ordered = sorted({*forward, *backward, *others}, key=lambda word: (-len(word), word))
    uses = [r for r in ontology.relations if r.name == "uses"]
    return Triggers(
        regex=re.compile("|".join(map(re.escape, ordered)) or "(?!)"),
        forward={word: tuple(found) for word, found in forward.items()},
        backward={word: tuple(found) for word, found in backward.items()},
        announcing=frozenset(ontology.words.get("announcing", ())),
        strong=frozenset(w for r in ontology.relations for w in r.strong_triggers),
        instrument=frozenset(word for relation in uses for word in relation.triggers),
        modifier="".join(ontology.words.get("modifier", ())),
        passive=compile_named("passive", ontology)[0],
        passive_only=compile_named("passiveOnly", ontology)[0],
        respectively=re.compile(expand("{respectively}", ontology.words)),
        going_on=re.compile(expand("{goingOn}", ontology.words)),
        anaphor=compile_named("anaphor", ontology)[0],
        setting=compile_named("setting", ontology)[0],
        uses=uses[0] if uses else None,
        values=next(r for r in ontology.relations if r.iri == KG.hasValue),
    )
