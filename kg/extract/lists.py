"""Lists completed: what stands in a row with a known name, and closes the row, is a name too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.expressions import compile_named
from kg.extract.observation import Observation
from kg.extract.proposals import Proposal
from kg.ontology import Ontology
from kg.vocabulary import KG

LISTED = 0.5
"""Confidence of a name that only its row vouches for."""


@dataclass(frozen=True)
class Rows:
    """What follows a name in a row, compiled; the group ``name`` bounds the next name."""

    following: tuple[re.Pattern[str], ...]


def compile_rows(ontology: Ontology) -> Rows:
    """Compile the patterns of rows."""
    return Rows(compile_named("listed", ontology))


def complete_lists(names: Iterable[Proposal], seen: Observation, rows: Rows) -> Iterator[Proposal]:
    """Yield the names that follow a term in a row: 碎片化、复杂性等问题."""
    edges = {word.end for word in seen.words} | {word.start for word in seen.words}
    for proposal in names:
        if proposal.kind != KG.Concept:
            continue
        for regex in rows.following:
            match = regex.match(seen.text, proposal.end)
            if match and {match.start("name"), match.end("name")} <= edges:
                start, end = match.span("name")
                yield Proposal(start, end, proposal.kind, "lists", confidence=LISTED)
