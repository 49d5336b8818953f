"""What each part of extraction adds: the full system without it, on passages held out.

Rows of the first table need no training: they use the models of the folds. With --retrain a
second table follows whose rows learn without a part (minutes for each fold and row); with --curve
a third one, the learning curve. What they train is kept beside the folds' models, so that a
broken run goes on where it stopped.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bench import variants
from bench.held_out import (
    Fold,
    Question,
    evaluate,
    folds,
    heading,
    parser,
    question,
    row,
    show,
    trained,
)
from bench.variants import Variant
from kg.errors import GoldError
from kg.evaluate import Evaluation
from kg.extract.equipment import Equipment, equip
from kg.folds import equipped
from kg.gold import Passage
from kg.ontology import Ontology
from kg.train import Lesson, train
from kg.vocabulary import KG

SYSTEMS: Mapping[str, Variant] = {
    "without the lexicon's own names": Variant(variants.LEXICON),
    "without the patterns' own names": Variant(variants.PATTERNS),
    "without titles": Variant(variants.TITLES),
    "without revision": Variant(variants.REVISION),
    "without lists": Variant(variants.LISTS),
    "without frames": Variant(variants.FRAMES),
    "without repeats": Variant(variants.REPEATS),
    "without agreement": Variant(variants.AGREEMENT),
    "without the tagger": Variant(tagger=False),
    "without the rules' word (the linker still sees them)": Variant(variants.RULES_WORD),
    "without rules (linker alone)": Variant(variants.RULES),
    "without the linker (rules alone)": Variant(linker=False),
}
"""What is left out at reading; the models stay as they are."""


def _known(passages: Sequence[Passage], _: Question) -> Sequence[Passage]:
    return passages


def _own(passages: Sequence[Passage], asked: Question) -> Sequence[Passage]:
    extra = frozenset(asked.extra)
    return [passage for passage in passages if passage not in extra]


def _without_terms(ontology: Ontology) -> Ontology:
    concepts = tuple(c for c in ontology.concepts if c.kind != KG.Concept)
    return replace(ontology, concepts=concepts)


@dataclass(frozen=True)
class Course:
    """A way to learn: with what features, from what passages, by what ontology."""

    variant: Variant = field(default_factory=Variant)
    passages: Callable[[Sequence[Passage], Question], Sequence[Passage]] = _known
    ontology: Callable[[Ontology], Ontology] = lambda ontology: ontology


COURSES: Mapping[str, Course] = {
    "without lexicon features": Course(Variant(variants.LEXICON_FEATURES)),
    "without pattern features": Course(Variant(variants.PATTERN_FEATURES)),
    "without jieba's words": Course(Variant(variants.WORD_FEATURES)),
    "without the terms of ontology/concepts": Course(ontology=_without_terms),
    "without the extra annotated passages": Course(passages=_own),
}
"""What is left out at learning, and at reading as well."""

SHARES = (25, 50, 75, 100)
"""Percent of the training passages, for the learning curve."""
SEED = 7


def main(arguments: Sequence[str] | None = None) -> None:
    """Score and print; see --help."""
    options = parser(__doc__)
    options.add_argument("--retrain", action="store_true", help="rows that need training as well")
    options.add_argument("--curve", action="store_true", help="the learning curve as well")
    options.add_argument("--only", action="append", default=[], help="rows whose name holds this")
    chosen = options.parse_args(arguments)
    asked = question(chosen)
    show(tables(asked, chosen.only, retrain=chosen.retrain, curve=chosen.curve))


def tables(
    asked: Question, only: Sequence[str] = (), *, retrain: bool = False, curve: bool = False
) -> Iterator[str]:
    """Yield the tables as Markdown; ``only`` chooses rows by parts of their names."""
    if (retrain or curve) and asked.folds is None:
        raise GoldError("retraining needs held-out passages; give --cross-validate N")
    pairs = trained(asked)
    whole = evaluate(Variant(), pairs)
    yield from heading()
    yield row("the full system", whole, None)
    for name, variant in SYSTEMS.items():
        if _chosen(name, only):
            yield row(name, evaluate(variant, pairs), whole)
    for name, course in COURSES.items() if retrain else ():
        if _chosen(name, only):
            yield row(f"{name} (trained anew)", learn(name, course, asked), whole)
    if curve:
        yield from curve_lines(asked, whole)


def _chosen(name: str, only: Sequence[str]) -> bool:
    return not only or any(part in name for part in only)


# ---------------------------------------------------------------------- learning anew


def learn(name: str, course: Course, asked: Question) -> Evaluation:
    """Train and score the folds of a course; models that are there already are used again."""
    bare = equip(course.ontology(asked.ontology), None)
    with course.variant.in_place():
        pairs = [(fold, _taught(name, course, fold, asked, bare)) for fold in folds(asked)]
        return evaluate(Variant(), pairs)


def _taught(name: str, course: Course, fold: Fold, asked: Question, bare: Equipment) -> Equipment:
    folder = asked.models / "ablation" / f"{fold.name} {name}".replace(" ", "-")
    if not (folder / "done").is_file():
        lesson = Lesson(tuple(course.passages(fold.known, asked)), {})
        train(lesson, bare.ontology, folder)
        (folder / "done").touch()
    return equipped(bare, folder)


def curve_lines(asked: Question, whole: Evaluation) -> Iterator[str]:
    """Yield the learning curve: scores by the share of the training passages that was learnt."""
    yield ""
    yield from heading("passages learnt, a fold")
    for share in SHARES:
        count = sum(len(share_of(fold.known, share)) for fold in folds(asked)) // (asked.folds or 1)
        course = Course(passages=partial(_share, share))
        found = whole if share == 100 else learn(f"{share} percent", course, asked)
        yield row(f"{share} % of the training passages", found, whole, (str(count),))


def _share(share: int, passages: Sequence[Passage], _: Question) -> Sequence[Passage]:
    return share_of(passages, share)


def share_of(passages: Sequence[Passage], share: int) -> Sequence[Passage]:
    """Return a share of the passages, in percent, always the same; a smaller one is part of it.

    >>> from kg.gold import Passage
    >>> many = [Passage(str(number), "", "") for number in range(8)]
    >>> half, most = share_of(many, 50), share_of(many, 75)
    >>> len(half), len(most), set(half) < set(most)
    (4, 6, True)
    """
    order = list(range(len(passages)))
    random.Random(SEED).shuffle(order)
    kept = sorted(order[: round(len(order) * share / 100)])
    return [passages[place] for place in kept]


if __name__ == "__main__":
    main()
