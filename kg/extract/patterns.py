"""Names that follow a grammar: the regular expressions that `grammar.ttl` declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.expressions import compile_pattern
from kg.extract.proposals import Proposal
from kg.model import IRI
from kg.ontology import Ontology


@dataclass(frozen=True)
class Grammar:
    """The compiled patterns that find names, most trusted first."""

    rules: tuple[tuple[re.Pattern[str], IRI, int, bool], ...]
    """Expression, class, rank, and whether a group bounds the name."""

    def find(self, text: str) -> Iterator[Proposal]:
        """Yield every match in the normalized text; matches of two patterns may overlap."""
        for regex, kind, rank, grouped in self.rules:
            for match in regex.finditer(text):
                start, end = match.span("name") if grouped else match.span()
                if start < end:
                    yield Proposal(start, end, kind, "patterns", rank)


def compile_grammar(ontology: Ontology) -> Grammar:
    """Compile the patterns that name a class; raise OntologyError for one that is no expression."""
    rules = []
    for pattern in sorted(ontology.patterns, key=lambda p: (-p.rank, p.name, p.regex)):
        if pattern.kind is not None:
            regex = compile_pattern(pattern, ontology)
            rules.append((regex, pattern.kind, pattern.rank, "name" in regex.groupindex))
    return Grammar(tuple(rules))
