"""A proposal: one room's opinion that a name stands somewhere."""

from __future__ import annotations

from typing import NamedTuple

from kg.model import IRI

TRUSTED = 50
"""From this rank on a proposal may stand without the tagger's consent (see `grammar.ttl`)."""


class Proposal(NamedTuple):
    """A stretch of text that may be a name; offsets as in `kg.model.Span`."""

    start: int
    end: int
    kind: IRI
    extractor: str
    """Who proposes: lexicon, patterns, tagger, aliases."""
    rank: int = 0
    concept: IRI | None = None
    confidence: float = 1.0
