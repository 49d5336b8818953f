"""Every label of every concept, found in one pass over the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import ahocorasick_rs as ac

from kg.extract.proposals import Proposal
from kg.ontology import Concept
from kg.text.normal import normalize

_BLANKS = re.compile(r"\s+")
NAME_RANK = 55
CONTEXT_RANK = 52


class Lexicon:
    """An automaton over all labels; the longest match wins, then the leftmost.

    It cannot be pickled: build it once in each process.

    >>> from kg.model import IRI
    >>> lexicon = Lexicon([Concept(IRI("id:SG"), IRI("kg:Country"), "新加坡", aliases=("星洲",))])
    >>> [(p.start, p.end, p.concept) for p in lexicon.find("去新加坡，到星洲")]
    [(1, 4, 'id:SG'), (6, 8, 'id:SG')]
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        labels: list[str] = []
        entries: list[tuple[Concept, int]] = []
        for concept in concepts:
            names = (concept.label, *concept.aliases)
            labels += names
            entries += [(concept, NAME_RANK)] * len(names)
            labels += concept.context
            entries += [(concept, CONTEXT_RANK)] * len(concept.context)
        # Normalized in one go: a call for each of ten thousand labels costs a quarter second.
        keys = normalize("\n".join(_BLANKS.sub(" ", label) for label in labels)).text.split("\n")
        # Where two concepts share a label, the first one keeps it: classes come sorted.
        self._entries = dict(zip(reversed(keys), reversed(entries), strict=False))
        self._entries.pop("", None)
        # The order of labels is that of concepts, whatever the lexicon is asked.
        self._labels = list(dict.fromkeys(filter(None, keys)))
        self._automaton = ac.AhoCorasick(self._labels, matchkind=ac.MatchKind.LeftmostLongest)

    def __len__(self) -> int:
        return len(self._labels)

    def lookup(self, name: str) -> Proposal | None:
        """Return the entry of a normalized name, or None if no concept bears it."""
        entry = self._entries.get(name)
        return None if entry is None else _proposal(0, len(name), entry)

    def find(self, text: str) -> Iterator[Proposal]:
        """Yield a proposal for each label in the normalized text, without overlap, in order."""
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            yield _proposal(start, end, self._entries[self._labels[index]])


def _proposal(start: int, end: int, entry: tuple[Concept, int]) -> Proposal:
    concept, rank = entry
    return Proposal(start, end, concept.kind, "lexicon", rank, concept.iri)
