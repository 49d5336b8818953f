"""The floors that quality may not fall through: scores pinned for each gold file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import GoldError
from kg.evaluate import MEASURES, Evaluation, evaluate
from kg.extract.pipeline import Reader
from kg.gold import read_gold

FLOORS = Path("data/gold/floors.json")
DECISIONS = Path("docs/decisions.md")
GOLD = (
    "data/gold/article.jsonl",
    "data/gold/passages.jsonl",
    "shared/gold/article.jsonl",
    "shared/gold/passages.jsonl",
)
"""What is measured; ``shared`` is a folder that a checkout may have beside it."""
SHARED = "shared/"

TOLERANCE = 0.005
"""What a score may drop below its floor."""

SURE, CONFIDENT = 0.8, "relations/confident"
"""The precision of relations of at least this confidence has a floor of its own."""

_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})\s*:\s*(\S.*)", re.DOTALL)
_NUMBERED = re.compile(r"(?m)^## (\d+)\.")


@dataclass(frozen=True)
class Floor:
    """What one gold file gave: F1 by measure, and `CONFIDENT` precision."""

    sha256: str
    scores: Mapping[str, float]


Floors = Mapping[str, Floor]
"""By the name of the gold file, as in `GOLD`."""


def locate(name: str, root: Path, shared: Path) -> Path:
    """Return where a gold file is: in the checkout, or in the folder that is shared."""
    return shared / name.removeprefix(SHARED) if name.startswith(SHARED) else root / name


def read_floors(root: Path) -> Floors:
    """Read the pinned floors of a checkout; none where nothing is pinned yet."""
    file = root / FLOORS
    if not file.is_file():
        return {}
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        return {name: Floor(one["sha256"], one["scores"]) for name, one in stored.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise GoldError(f"{file}: is damaged ({error}); restore it from the history") from error


def measure(name: str, root: Path, shared: Path, reader: Reader) -> Floor:
    """Return what a gold file gives now."""
    file = locate(name, root, shared)
    scores = _pinned(evaluate(read_gold(file), reader))
    return Floor(hashlib.sha256(file.read_bytes()).hexdigest(), scores)


def _pinned(evaluation: Evaluation) -> Mapping[str, float]:
    scores = {name: round(evaluation.scores[name].f1, 4) for name in MEASURES}
    sure = next((b for b in evaluation.reliability if b.start >= SURE), None)
    return {**scores, CONFIDENT: round(sure.from_here.precision, 4) if sure else 0.0}


def drops(name: str, floor: Floor, now: Floor) -> Iterator[str]:
    """Yield a line for each score that lies below its floor by more than the tolerance.

    >>> before, now = Floor("", {"mentions": 0.7}), Floor("", {"mentions": 0.69})
    >>> list(drops("a.jsonl", before, now))
    ['a.jsonl: mentions fell from 0.7000 to 0.6900']
    """
    for measured, least in sorted(floor.scores.items()):
        have = now.scores.get(measured, 0.0)
        if have < least - TOLERANCE:
            yield f"{name}: {measured} fell from {least:.4f} to {have:.4f}"


def raise_floors(root: Path, shared: Path, reader: Reader) -> Floors:
    """Pin the scores of now where they are higher; raise GoldError if any of them has dropped.

    A gold file that is not there keeps its floor.
    """
    floors, now = read_floors(root), _measure_all(root, shared, reader)
    fallen = list(_all_drops(floors, now))
    if fallen:
        raise GoldError(
            f"{'; '.join(fallen)}: floors only rise; mend it, or give the reason with "
            '`kg evaluate --lower-floors "YYYY-MM-DD: reason"`'
        )
    return _write(root, {**floors, **{n: _higher(floors.get(n), one) for n, one in now.items()}})


def lower_floors(root: Path, shared: Path, reader: Reader, reason: str) -> Floors:
    """Pin the scores of now whatever they are, and write the reason among the decisions.

    The reason begins with its date: ``2026-11-24: the guidelines changed``.
    """
    dated = _DATED.fullmatch(reason.strip())
    if dated is None:
        raise GoldError('a reason begins with its date: "YYYY-MM-DD: why floors must fall"')
    floors, now = read_floors(root), _measure_all(root, shared, reader)
    fallen = list(_all_drops(floors, now))
    if not fallen:
        raise GoldError("no score has dropped; use `kg evaluate --raise-floors`")
    _decide(root / DECISIONS, date=dated[1], reason=" ".join(dated[2].split()), fallen=fallen)
    return _write(root, {**floors, **now})


def _measure_all(root: Path, shared: Path, reader: Reader) -> Floors:
    there = [name for name in GOLD if locate(name, root, shared).is_file()]
    if not there or not (root / FLOORS).parent.is_dir():
        raise GoldError(f"{root / FLOORS.parent}: no gold here; run it in a checkout")
    return {name: measure(name, root, shared, reader) for name in there}


def _all_drops(floors: Floors, now: Floors) -> Iterator[str]:
    for name, one in now.items():
        if name in floors:
            yield from drops(name, floors[name], one)


def _higher(floor: Floor | None, now: Floor) -> Floor:
    before = floor.scores if floor else {}
    scores = {name: max(value, before.get(name, 0.0)) for name, value in now.scores.items()}
    return Floor(now.sha256, scores)


def _write(root: Path, floors: Floors) -> Floors:
    stored = {
        name: {"sha256": floor.sha256, "scores": dict(floor.scores)}
        for name, floor in sorted(floors.items())
    }
    text = json.dumps(stored, indent=2, ensure_ascii=False) + "\n"
    (root / FLOORS).write_text(text, encoding="utf-8", newline="\n")
    return floors


def _decide(file: Path, *, date: str, reason: str, fallen: list[str]) -> None:
    text = file.read_text(encoding="utf-8") if file.is_file() else "# Decisions\n"
    number = max((int(match[1]) for match in _NUMBERED.finditer(text)), default=0) + 1
    decision = (
        f"\n## {number}. Floors of quality lowered\n\n"
        f"- Context: {reason}\n"
        f"- Choice: {'; '.join(fallen)}.\n"
        "- Price: what was found before is missed now, and no test will tell until it is mended.\n"
        f"- Date: {date}\n"
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.rstrip("\n") + "\n" + decision, encoding="utf-8", newline="\n")
