"""What extraction works with: the ontology compiled, the models loaded; made once in a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.extract.lexicon import Lexicon
from kg.extract.linker import Linker, load_linker
from kg.extract.patterns import Grammar, compile_grammar
from kg.extract.tagger import Tagger, load_tagger
from kg.model import IRI
from kg.ontology import SHIPPED_MODELS, Ontology

TAGGER, LINKER = "tagger.npz", "linker.npz"


@dataclass(frozen=True)
class Equipment:
    """Lexicon, grammar and models for one ontology. Holds an automaton: it cannot be pickled."""

    ontology: Ontology
    lexicon: Lexicon
    grammar: Grammar
    tagger: Tagger | None = None
    linker: Linker | None = None

    @cached_property
    def names(self) -> Mapping[IRI, str]:
        """The evaluated name of each class, as annotators write it."""
        return {iri: kind.evaluated for iri, kind in self.ontology.kinds.items()}

    @cached_property
    def kinds(self) -> Mapping[str, IRI]:
        """The class that bears each evaluated name."""
        return {kind.name: iri for iri, kind in self.ontology.kinds.items()}


def equip(ontology: Ontology, models: Path | None = SHIPPED_MODELS) -> Equipment:
    """Compile the ontology and load the models; without models, lexicon and patterns work alone."""
    tagger, linker = None, None
    if models is not None and (models / TAGGER).is_file():
        tagger = load_tagger(models / TAGGER)
    if models is not None and (models / LINKER).is_file():
        linker = load_linker(models / LINKER)
    lexicon = Lexicon(ontology.concepts)
    return Equipment(ontology, lexicon, compile_grammar(ontology), tagger, linker)
