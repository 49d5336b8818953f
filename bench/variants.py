"""Readers that lack a part: a function of the pipeline taken out while they read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from unittest.mock import patch

from bench.held_out import Extract
from kg.extract import mentions, pipeline
from kg.extract.decisions import decide
from kg.extract.equipment import Equipment
from kg.extract.keys import K
from kg.extract.lists import complete_lists
from kg.extract.mentions import Opinions, settle
from kg.extract.observation import Observation
from kg.extract.pipeline import Reader
from kg.extract.proposals import Proposal
from kg.extract.segment import Word
from kg.model import IRI, Document, Extraction, Span

Substitutes = Mapping[tuple[object, str], object]
"""For a function, given by the module or class that holds it and its name, what stands in."""


@dataclass(frozen=True)
class Variant:
    """A reader with other functions in some places, and perhaps without a model.

    It is a `bench.held_out.System`.
    """

    substitutes: Substitutes = field(default_factory=dict)
    tagger: bool = True
    linker: bool = True

    def __call__(self, equipment: Equipment) -> Extract:
        """Return the extractor."""
        reader = Reader(
            replace(
                equipment,
                tagger=equipment.tagger if self.tagger else None,
                linker=equipment.linker if self.linker else None,
            )
        )

        def extract(document: Document) -> Extraction:
            with self.in_place():
                return reader.extract(document)

        return extract

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the substitutes stand in for what they replace."""
        with ExitStack() as stack:
            for (owner, name), substitute in self.substitutes.items():
                stack.enter_context(patch.object(owner, name, substitute))
            yield


def nothing(*_: object, **__: object) -> tuple[()]:
    """Stand in for a function whose part is missing."""
    return ()


def _unrevised(tagged: Sequence[Proposal], *_: object) -> Sequence[Proposal]:
    return tagged


def _as_chosen(chosen: Sequence[Proposal], _: str) -> Sequence[Proposal]:
    return chosen


def _settling(
    *, lexicon: bool = True, patterns: bool = True
) -> Callable[..., tuple[Proposal, ...]]:
    def settle_without(
        seen: Observation, lines: Sequence[Span], said: Opinions
    ) -> tuple[Proposal, ...]:
        return settle(_less(seen, lexicon=lexicon, patterns=patterns), lines, said)

    return settle_without


def _less(seen: Observation, *, lexicon: bool = True, patterns: bool = True) -> Observation:
    return replace(
        seen,
        lexicon=seen.lexicon if lexicon else (),
        patterns=seen.patterns if patterns else (),
    )


def _lists_of_others(names: Iterable[Proposal], *rest: Any) -> Iterator[Proposal]:
    return complete_lists((name for name in names if name.extractor != "lexicon"), *rest)


def _linker_alone(stage: Any, _: object, *rest: Any) -> Any:  # Any: passed through as they are
    return decide(stage, (), *rest)


def _seeing(change: Callable[[Observation], Observation]) -> Substitutes:
    columns = Observation.columns

    def columns_of(seen: Observation, keys: type[K], names: Mapping[IRI, str]) -> Iterator[K]:
        return columns(change(seen), keys, names)

    return {(Observation, "columns"): columns_of}


def _uncut(seen: Observation) -> Observation:
    # Each character is a word of no known kind, as if nobody had cut the text.
    words = (Word(i, i + 1, character, "x") for i, character in enumerate(seen.text))
    return replace(seen, words=tuple(words))


LEXICON: Substitutes = {
    (pipeline, "settle"): _settling(lexicon=False),
    (pipeline, "complete_lists"): _lists_of_others,
}
PATTERNS: Substitutes = {
    (pipeline, "settle"): _settling(patterns=False),
    (pipeline, "titled"): nothing,
}
PROPOSALS: Substitutes = {
    (pipeline, "settle"): _settling(lexicon=False, patterns=False),
    (pipeline, "titled"): nothing,
    (pipeline, "complete_lists"): _lists_of_others,
}
"""Lexicon and patterns are features of the tagger, and no names by themselves."""
TITLES: Substitutes = {(pipeline, "titled"): nothing}
REVISION: Substitutes = {(pipeline, "revise"): _unrevised}
LISTS: Substitutes = {(pipeline, "complete_lists"): nothing}
FRAMED_NAMES: Substitutes = {(pipeline, "propose_names"): nothing}
FRAMES: Substitutes = {**FRAMED_NAMES, (pipeline, "find_frames"): nothing}
REPEATS: Substitutes = {(mentions, "_repeats"): nothing}
AGREEMENT: Substitutes = {(mentions, "_agreed"): _as_chosen}
RULES: Substitutes = {(Reader, "rule_links"): nothing}
RULES_WORD: Substitutes = {(pipeline, "decide"): _linker_alone}
"""The rules' links are features of the linker, and no assertions by themselves."""
AFTERWORK: Substitutes = {**TITLES, **REVISION, **LISTS, **FRAMED_NAMES, **REPEATS, **AGREEMENT}
"""All that puts names right after lexicon, patterns and tagger have proposed them."""

LEXICON_FEATURES = _seeing(partial(_less, lexicon=False))
PATTERN_FEATURES = _seeing(partial(_less, patterns=False))
WORD_FEATURES = _seeing(_uncut)
"""What the tagger's features see less of; for training and for reading alike."""
