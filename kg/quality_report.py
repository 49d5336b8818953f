"""What `kg evaluate` prints: tables of scores, each line with its 95 % interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.evaluate import MEASURES, Evaluation
from kg.scores import Score
from kg.terminal import table

HEADINGS = ("precision", "recall", "F1", "95 % of F1", "predicted", "gold")
PARTS: Mapping[str, Sequence[str]] = {
    "type": ("strict", "relaxed", "mentions"),
    "relation": ("relaxed",),
}
BY = ("type", "relation", "source", "confidence")


def evaluation_lines(evaluation: Evaluation, by: Sequence[str] = ()) -> Iterator[str]:
    """Yield the scores in total, then a table for each part asked for, one of `BY`."""
    yield from _about(evaluation)
    rows = [_row(_spaced(name), evaluation.scores[name]) for name in MEASURES]
    yield from table(("measure", *HEADINGS), rows)
    for part in by:
        yield ""
        if part == "confidence":
            yield from _reliability_lines(evaluation)
        elif part == "source":
            yield from _source_lines(evaluation)
        else:
            yield from _part_lines(evaluation, part)


def _about(evaluation: Evaluation) -> Iterator[str]:
    count, seen = len(evaluation.judged), evaluation.seen
    yield f"{count} passages"
    if seen is None:
        yield "Where the models learnt from these passages the scores flatter: see --cross-validate"
    elif seen:
        yield f"The models learnt from {seen} of them: the scores flatter; see --cross-validate"
    else:
        yield "The models learnt from none of these files"
    yield ""


def _part_lines(evaluation: Evaluation, part: str) -> Iterator[str]:
    scores = evaluation.parts(part)
    rows = [
        _row(name, scores[name][measure], measure)
        for measure in PARTS[part]
        for name in sorted(scores)
    ]
    yield from table((part, "measure", *HEADINGS), rows)


def _source_lines(evaluation: Evaluation) -> Iterator[str]:
    rows = [
        _row(kind, scores[name], _spaced(name))
        for kind, scores in evaluation.by_source.items()
        for name in MEASURES
    ]
    yield from table(("source", "measure", *HEADINGS), rows)


def _reliability_lines(evaluation: Evaluation) -> Iterator[str]:
    rows = []
    for bucket in evaluation.reliability:
        inside, onwards = bucket.counts, bucket.from_here
        rows.append(
            (
                f"{bucket.start:.1f} to {bucket.end:.1f}",
                str(inside.counts.predicted),
                f"{bucket.confidence:.2f}",
                f"{inside.precision:.3f}",
                _interval(inside.precision_range),
                f"{onwards.precision:.3f}",
                _interval(onwards.precision_range),
            )
        )
    headings = ("confidence", "relations", "mean", "precision", "95 %", "from here on", "95 %")
    yield from table(headings, rows)


def _row(name: str, score: Score, *more: str) -> tuple[str, ...]:
    return (
        name,
        *more,
        f"{score.precision:.3f}",
        f"{score.recall:.3f}",
        f"{score.f1:.3f}",
        _interval(score.f1_range),
        str(score.counts.predicted),
        str(score.counts.gold),
    )


def _interval(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.3f} to {ends[1]:.3f}"


def _spaced(measure: str) -> str:
    return measure.replace("/", " ").replace("any_type", "any type")
