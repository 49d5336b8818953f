"""All that is seen of a text before anything is decided: words, known names, declared names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.extract.features import columns
from kg.extract.keys import K
from kg.extract.lexicon import Lexicon
from kg.extract.patterns import Grammar
from kg.extract.proposals import Proposal
from kg.extract.segment import Word, segment
from kg.model import IRI
from kg.text.normal import normalize


@dataclass(frozen=True)
class Observation:
    """A text in its matching form with what each observer says of it, in its own offsets."""

    text: str
    """Normalized: as long as the document's text, character for character."""
    words: tuple[Word, ...]
    lexicon: tuple[Proposal, ...]
    patterns: tuple[Proposal, ...]

    def columns(self, keys: type[K], names: Mapping[IRI, str]) -> Iterator[K]:
        """Yield the feature columns of the tagger, in the form that is wanted."""
        return columns(keys, self.text, self.words, (self.lexicon, self.patterns), names)


def observe(text: str, lexicon: Lexicon, grammar: Grammar) -> Observation:
    """Look at a text with every observer that needs no training."""
    normal = normalize(text).text
    return Observation(
        normal, tuple(segment(normal)), tuple(lexicon.find(normal)), tuple(grammar.find(normal))
    )
