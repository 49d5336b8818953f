"""Extraction against gold: names, mentions and relations, in total and in part."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kg.errors import GoldError
from kg.extract.equipment import LINKER, TAGGER
from kg.extract.pipeline import Reader
from kg.gold import Passage
from kg.judging import Judged, alike_relation, judge, mistakes, tally
from kg.ontology import Ontology
from kg.scores import Counts, Score, score
from kg.text.read import read_passage

NAMES = ("strict", "relaxed", "any_type")
RELATIONS = ("relaxed", "pairs")
MEASURES = (*(f"names/{m}" for m in NAMES), "mentions", *(f"relations/{m}" for m in RELATIONS))
"""What is measured in total and for each kind of source."""

EDGES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Where the buckets of the reliability table begin."""


@dataclass(frozen=True)
class Bucket:
    """The asserted relations whose confidence lies in a stretch, and how many of them are right."""

    start: float
    end: float
    counts: Score
    """Only its precision means something here."""
    confidence: float
    """The mean."""
    from_here: Score
    """The same for all relations of at least this confidence."""


@dataclass(frozen=True)
class Evaluation:
    """All scores of an extractor on some passages."""

    judged: tuple[Judged, ...]
    scores: Mapping[str, Score]
    """By measure, see `kg.judging.tally`."""
    by_source: Mapping[str, Mapping[str, Score]]
    """By the kind of source: what stands before the colon."""
    reliability: tuple[Bucket, ...]
    seen: int | None
    """How many of the passages the models learnt from; None where that is not known."""

    def parts(self, prefix: str) -> dict[str, dict[str, Score]]:
        """Return the scores behind ``type`` or ``relation``: by its name, then by measure."""
        found: dict[str, dict[str, Score]] = {}
        for measure, value in self.scores.items():
            first, _, rest = measure.partition("/")
            if first == prefix:
                name, _, inner = rest.partition("/")
                found.setdefault(name, {})[inner] = value
        return found

    def as_json(self) -> dict[str, object]:
        """Return the evaluation as JSON can hold it."""
        return {
            "passages": len(self.judged),
            "seen_in_training": self.seen,
            **_shape(self.scores),
            "by_type": _parts_json(self.parts("type")),
            "by_relation": _parts_json(self.parts("relation")),
            "by_source": {kind: _shape(scores) for kind, scores in self.by_source.items()},
            "by_confidence": [_bucket_json(bucket) for bucket in self.reliability],
        }

    def mistakes(self) -> Iterator[str]:
        """Yield lines that tell what is wrong, sentence by sentence."""
        for judged in self.judged:
            yield from mistakes(judged)


def evaluate(passages: Iterable[Passage], reader: Reader, *, seen: int | None = None) -> Evaluation:
    """Extract from each passage's text and score what is found against its gold.

    ``seen`` is how many of them the reader's models learnt from, if that is known. Raise
    GoldError where a passage uses a class or relation that the ontology does not declare.

    >>> from kg.extract.equipment import equip
    >>> from kg.gold import Name
    >>> from kg.ontology import load_ontology
    >>> reader = Reader(equip(load_ontology(), None))
    >>> gold = Passage("1", "seed", "新加坡与英国", (Name(0, 3, "Country"), Name(4, 6, "Country")))
    >>> evaluate([gold], reader).scores["names/strict"].f1
    1.0
    """
    passages = tuple(passages)
    ontology = reader.equipment.ontology
    _require_known(passages, ontology)
    judged = [_judge(passage, reader) for passage in passages]
    return summarize(judged, seen=seen)


def judge_all(passages: Iterable[Passage], reader: Reader) -> Iterator[Judged]:
    """Yield each passage with what the reader finds in it."""
    for passage in passages:
        yield _judge(passage, reader)


def _judge(passage: Passage, reader: Reader) -> Judged:
    document = read_passage(passage.text, passage.id)
    return judge(passage, reader.extract(document), reader.equipment.ontology)


def _require_known(passages: Iterable[Passage], ontology: Ontology) -> None:
    labels = {kind.evaluated for kind in ontology.kinds.values()}
    relations = {relation.name for relation in ontology.relations}
    for passage in passages:
        unknown = {name.label for name in passage.names} - labels
        unknown |= {tie.relation for tie in passage.ties} - relations
        if unknown:
            raise GoldError(
                f"passage {passage.id}: {', '.join(sorted(unknown))} is no class or relation of "
                "the ontology; use the labels of the guidelines"
            )


def summarize(judged: Iterable[Judged], *, seen: int | None = None) -> Evaluation:
    """Pool passages that were judged, each perhaps by models of its own, into one evaluation."""
    judged = tuple(judged)
    tallies = [tally(one) for one in judged]
    kinds = [one.passage.source.partition(":")[0] for one in judged]
    return Evaluation(
        judged=judged,
        scores=score(tallies),
        by_source={
            kind: score(
                [
                    {measure: counts for measure, counts in one.items() if measure in MEASURES}
                    for one, own in zip(tallies, kinds, strict=True)
                    if own == kind
                ]
            )
            for kind in sorted(set(kinds))
        },
        reliability=tuple(_reliability(judged)),
        seen=seen,
    )


def learnt_from(models: Path) -> frozenset[str] | None:
    """Return the SHA-256 of each gold file that the models learnt from, by their cards.

    None where a model has no card that tells.
    """
    found: set[str] = set()
    for model in (TAGGER, LINKER):
        try:
            card = json.loads((models / model).with_suffix(".json").read_text(encoding="utf-8"))
            found.update(card["trained_on"].values())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
    return frozenset(found)


# ---------------------------------------------------------------------- confidence


def _reliability(judged: Iterable[Judged]) -> Iterator[Bucket]:
    rows = [_confident(one) for one in judged]
    sums = score(
        [
            {
                **{f"in/{edge}": _of(row, edge, end) for edge, end in _buckets()},
                **{f"from/{edge}": _of(row, edge, 2.0) for edge in EDGES},
            }
            for row in rows
        ]
    )
    for start, end in _buckets():
        inside = [sure for row in rows for sure, _ in row if start <= sure < end]
        if inside:
            mean = float(np.mean(inside))
            yield Bucket(start, min(end, 1.0), sums[f"in/{start}"], mean, sums[f"from/{start}"])


def _buckets() -> list[tuple[float, float]]:
    return list(zip(EDGES, (*EDGES[1:], 2.0), strict=True))


def _confident(judged: Judged) -> list[tuple[float, bool]]:
    gold = judged.gold.relations
    return [
        (sure, any(alike_relation(link, other) for other in gold))
        for link, sure in sorted(judged.predicted.relations.items())
    ]


def _of(row: Iterable[tuple[float, bool]], start: float, end: float) -> Counts:
    right = [good for sure, good in row if start <= sure < end]
    return Counts(len(right), sum(right), len(right), sum(right))


# ---------------------------------------------------------------------- JSON


def _shape(scores: Mapping[str, Score]) -> dict[str, object]:
    return {
        "names": {measure: scores[f"names/{measure}"].as_json() for measure in NAMES},
        "mentions": scores["mentions"].as_json(),
        "relations": {measure: scores[f"relations/{measure}"].as_json() for measure in RELATIONS},
    }


def _parts_json(parts: Mapping[str, Mapping[str, Score]]) -> dict[str, object]:
    return {
        name: {measure: value.as_json() for measure, value in scores.items()}
        for name, scores in parts.items()
    }


def _bucket_json(bucket: Bucket) -> dict[str, object]:
    counts, onwards = bucket.counts, bucket.from_here
    return {
        "from": bucket.start,
        "to": bucket.end,
        "assertions": counts.counts.predicted,
        "correct": counts.counts.correct,
        "confidence": round(bucket.confidence, 4),
        "precision": round(counts.precision, 4),
        "interval": [round(end, 4) for end in counts.precision_range],
        "precision_from_here": round(onwards.precision, 4),
        "interval_from_here": [round(end, 4) for end in onwards.precision_range],
    }
