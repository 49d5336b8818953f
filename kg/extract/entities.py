"""Which thing a mention is: a known concept, an alias the text declares, or a minted IRI."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.extract.equipment import Equipment
from kg.extract.figures import Figures
from kg.extract.proposals import Proposal
from kg.model import IRI, Entity, digest
from kg.ontology import Concept
from kg.vocabulary import KG

_QUOTES = re.compile('[\u201c\u201d\u300a\u300b"]')
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Alias:
    """Two places of the text that it declares to name one thing: the full name and the short."""

    full: int
    """Position among the mentions."""
    short: int
    cue: tuple[int, int]
    numbered: bool = False
    """Whether the short one is a document's number."""


def name_key(name: str) -> str:
    """Return what all spellings of a normalized name share: no quotation marks, no blanks.

    >>> name_key("“十四五” 规划")
    '十四五规划'
    """
    return _BLANKS.sub("", _QUOTES.sub("", name)) or name


def tidy(name: str) -> str:
    """Return a normalized name as a label: one blank for many.

    >>> tidy("政府转型战略  2017—2020")
    '政府转型战略 2017—2020'
    """
    return _BLANKS.sub(" ", name).strip()


def resolve(
    mentions: Sequence[Proposal],
    text: str,
    equipment: Equipment,
    aliases: Iterable[Alias] = (),
    antecedents: Iterable[tuple[int, int]] = (),
) -> tuple[tuple[IRI, ...], tuple[Entity, ...]]:
    """Return the entity of each mention, and the entities sorted by IRI.

    ``text`` is normalized. A name that the text declares to be short for another refers to that
    one's entity wherever it stands; ``antecedents`` tell of single mentions which other one they
    take up.
    """
    names = [text[m.start : m.end] for m in mentions]
    known = [_identify(name, m, equipment) for name, m in zip(names, mentions, strict=True)]
    short = _short_forms(aliases, names, known, equipment)
    references = [short.get((name, iri), iri) for name, (iri, _) in zip(names, known, strict=True)]
    for place, full in antecedents:
        # What is declared, or known to the ontology, stays so.
        iri = references[place]
        if iri == known[place][0] and equipment.ontology.concept(iri) is None:
            references[place] = references[full]
    kinds = dict(known)
    spelled: dict[IRI, Counter[str]] = {}
    for iri, name in zip(references, names, strict=True):
        spelled.setdefault(iri, Counter())[tidy(name)] += 1
    figures = Figures(equipment.ontology)
    entities = (
        _entity(iri, kinds[iri], names, equipment, figures) for iri, names in spelled.items()
    )
    return tuple(references), _with_broader(entities, equipment)


SHORTEST_HEAD = 4
"""Characters of a known name that may be the head of a longer one."""


def _with_broader(entities: Iterable[Entity], equipment: Equipment) -> tuple[Entity, ...]:
    # A term that ends in a known one is narrower than it; the known one stands beside it.
    found = {entity.iri: entity for entity in entities}
    for entity in list(found.values()):
        concept = _head_concept(entity, equipment)
        if concept is not None:
            found[entity.iri] = replace(entity, broader=concept.iri)
            found.setdefault(concept.iri, Entity(concept.iri, concept.kind, concept.label))
    return tuple(sorted(found.values(), key=lambda entity: entity.iri))


def _head_concept(entity: Entity, equipment: Equipment) -> Concept | None:
    if entity.kind != KG.Concept or equipment.ontology.concept(entity.iri):
        return None
    for start in range(1, len(entity.label) - SHORTEST_HEAD + 1):
        known = equipment.lexicon.lookup(entity.label[start:])
        if known and known.concept and known.kind == entity.kind:
            return equipment.ontology.concept(known.concept)
    return None


def _identify(name: str, mention: Proposal, equipment: Equipment) -> tuple[IRI, IRI]:
    ontology = equipment.ontology
    entry = equipment.lexicon.lookup(name) or equipment.lexicon.lookup(name_key(name))
    same = entry and equipment.names[entry.kind] == equipment.names[mention.kind]
    if entry and entry.concept and same:
        return entry.concept, entry.kind
    kind = _refined(name, mention.kind, equipment)
    root = equipment.names[kind]
    return ontology.mint(f"{root.lower()}-{digest(root, name_key(name))}"), kind


def _refined(name: str, kind: IRI, equipment: Equipment) -> IRI:
    # The head word tells a strategy or a regulation from other policies.
    for iri, candidate in equipment.ontology.kinds.items():
        if kind in candidate.parents and name.endswith(candidate.head_words):
            return iri
    return kind


def _short_forms(
    aliases: Iterable[Alias],
    names: Sequence[str],
    known: Sequence[tuple[IRI, IRI]],
    equipment: Equipment,
) -> Mapping[tuple[str, IRI], IRI]:
    # What the ontology knows stays itself, whatever the text calls it.
    return {
        (names[alias.short], known[alias.short][0]): known[alias.full][0]
        for alias in aliases
        if equipment.ontology.concept(known[alias.short][0]) is None
    }


def _entity(
    iri: IRI, kind: IRI, names: Counter[str], equipment: Equipment, figures: Figures
) -> Entity:
    concept = equipment.ontology.concept(iri)
    longest = min(names, key=lambda name: (-len(name), name))
    label = concept.label if concept else longest
    context = concept.context if concept else ()
    aliases = tuple(sorted(name for name in names if name != label and name not in context))
    properties: tuple[tuple[str, str | float], ...] = ()
    if kind == KG.Quantity:
        properties = figures.quantity(label)
    elif kind == KG.Time:
        properties = figures.time(label)
    return Entity(iri, concept.kind if concept else kind, label, aliases, properties=properties)
