"""Short forms of what was named in full: 《意见》 after 《甲意见》, 全会 after 二十届三中全会."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.expressions import alternation, expand
from kg.extract.entities import name_key
from kg.extract.proposals import Proposal
from kg.model import IRI
from kg.ontology import Ontology

LONGER = 2
"""Characters by which a full name exceeds its short form."""


@dataclass(frozen=True)
class ShortForms:
    """The words that name a thing by its kind alone, compiled."""

    generic: re.Pattern[str]
    """本办法, 《规划》, 全会; group ``head`` is the word."""
    names: Mapping[IRI, str]


def compile_short_forms(ontology: Ontology) -> ShortForms:
    """Compile the kinds of documents, bodies and events, with an anaphor before them or none."""
    lists = ("policyWords", "eventWords", "bodyWords")
    heads = alternation(word for name in lists for word in ontology.words.get(name, ()))
    anaphors = expand("{anaphors}?", ontology.words)
    return ShortForms(
        re.compile(f"{anaphors}(?P<head>{heads})"),
        {iri: kind.evaluated for iri, kind in ontology.kinds.items()},
    )


def find_antecedents(
    mentions: Sequence[Proposal], text: str, short: ShortForms
) -> Iterator[tuple[int, int]]:
    """Yield the short form and the full name it stands for, as positions among the mentions.

    That is the last name before it, of its class, that ends in its word and says more.
    """
    before: list[tuple[str, str, int]] = []
    for place, mention in enumerate(mentions):
        name, kind = name_key(text[mention.start : mention.end]), short.names[mention.kind]
        match = short.generic.fullmatch(name)
        if match is None:
            before.append((name, kind, place))
            continue
        head = match["head"]
        for full, of, position in reversed(before):
            if of == kind and full.endswith(head) and len(full) >= len(head) + LONGER:
                yield place, position
                break
