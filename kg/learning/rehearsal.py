"""Passages with the names that a tagger finds in them which did not learn from them.

The linker works on names as they are found, some of them wrong; so it learns from such names too
(jackknifing, as Collins 2002 does for a tagger under a parser).
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kg.extract.equipment import Equipment
from kg.extract.pipeline import Reader
from kg.extract.proposals import Proposal
from kg.gold import Passage
from kg.learning.tagger import train_tagger
from kg.text.read import read_passage

SEED = 5
ITERATIONS = 30
"""Half of what the shipped tagger learns for: it is to err as that one does, not to be good."""


def rehearse(
    passages: Sequence[Passage], equipment: Equipment
) -> Iterator[tuple[Passage, tuple[Proposal, ...]]]:
    """Yield each passage with its mentions, found by a tagger that learnt from the other half.

    The passages of one source are in one half. Where there is but one source there is no other
    half, and nothing to yield.
    """
    sources = sorted({passage.source for passage in passages})
    if len(sources) < 2:
        return
    random.Random(SEED).shuffle(sources)  # noqa: S311 - a fair deal, no secret
    chosen = frozenset(sources[::2])
    halves = [[p for p in passages if (p.source in chosen) == side] for side in (True, False)]
    for learnt, read in (halves, halves[::-1]):
        reader = Reader(_halfway(learnt, equipment))
        for passage in read:
            yield passage, reader.mentions(read_passage(passage.text, passage.id))


def _halfway(passages: Sequence[Passage], equipment: Equipment) -> Equipment:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tagger.npz"
        return replace(
            equipment, tagger=train_tagger(passages, equipment, path, iterations=ITERATIONS)
        )
