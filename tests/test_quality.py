"""Quality is a ratchet: no score falls through its floor, and floors move only on purpose."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import GoldError
from kg.extract.equipment import equip
from kg.extract.pipeline import Reader
from kg.ontology import Ontology
from kg.ratchet import (
    CONFIDENT,
    DECISIONS,
    FLOORS,
    GOLD,
    SHARED,
    drops,
    locate,
    lower_floors,
    measure,
    raise_floors,
    read_floors,
)

ROOT = Path(__file__).parent.parent
BESIDE = Path(os.environ.get("ZHENGTU_SHARED") or ROOT.parent / "shared")


@pytest.fixture(scope="module")
def shipped(ontology: Ontology) -> Reader:
    return Reader(equip(ontology))


@pytest.mark.parametrize("name", GOLD)
def test_no_score_falls_through_its_floor(name: str, shipped: Reader) -> None:
    if not locate(name, ROOT, BESIDE).is_file():
        assert name.startswith(SHARED), f"{name} is missing"
        assert not os.environ.get("CI"), f"{name}: CI must have the shared gold; set ZHENGTU_SHARED"
        pytest.skip("no shared gold beside the checkout")
    floors = read_floors(ROOT)
    assert name in floors, f"{name} has no floor; run `kg evaluate --raise-floors`"
    floor, now = floors[name], measure(name, ROOT, BESIDE, shipped)
    assert now.sha256 == floor.sha256, f"{name} changed; run `kg evaluate --raise-floors`"
    assert not list(drops(name, floor, now))


# ------------------------------------------------------------------ the ratchet itself


@pytest.fixture(scope="module")
def bare(ontology: Ontology) -> Reader:
    return Reader(equip(ontology, None))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with two annotated passages and one decision."""
    lines = (ROOT / "data" / "gold" / "passages.jsonl").read_text(encoding="utf-8").split("\n")
    (tmp_path / FLOORS).parent.mkdir(parents=True)
    (tmp_path / GOLD[1]).write_text("\n".join(lines[:2]), encoding="utf-8")
    (tmp_path / DECISIONS).parent.mkdir()
    (tmp_path / DECISIONS).write_text("# Decisions\n\n## 7. Old\n\n- Date: …\n", encoding="utf-8")
    return tmp_path


def lift(checkout: Path, measured: str, height: float) -> None:
    stored = json.loads((checkout / FLOORS).read_text(encoding="utf-8"))
    stored[GOLD[1]]["scores"][measured] = height
    (checkout / FLOORS).write_text(json.dumps(stored), encoding="utf-8")


def test_raising_pins_what_is_there(checkout: Path, bare: Reader) -> None:
    raise_floors(checkout, checkout / "none", bare)
    floors = read_floors(checkout)
    assert list(floors) == [GOLD[1]]
    assert 0 < floors[GOLD[1]].scores["names/strict"] < 1
    assert CONFIDENT in floors[GOLD[1]].scores
    before = (checkout / FLOORS).read_bytes()
    raise_floors(checkout, checkout / "none", bare)
    assert (checkout / FLOORS).read_bytes() == before


def test_a_floor_rises_and_never_sinks(checkout: Path, bare: Reader) -> None:
    raise_floors(checkout, checkout / "none", bare)
    have = read_floors(checkout)[GOLD[1]].scores["names/strict"]
    lift(checkout, "names/strict", 0.1)
    raise_floors(checkout, checkout / "none", bare)
    assert read_floors(checkout)[GOLD[1]].scores["names/strict"] == have
    lift(checkout, "names/strict", have + 0.004)  # within the tolerance: the floor stays
    raise_floors(checkout, checkout / "none", bare)
    assert read_floors(checkout)[GOLD[1]].scores["names/strict"] == have + 0.004
    lift(checkout, "names/strict", 0.99)
    with pytest.raises(GoldError, match=r"names/strict fell from 0\.9900 to .*--lower-floors"):
        raise_floors(checkout, checkout / "none", bare)
    assert read_floors(checkout)[GOLD[1]].scores["names/strict"] == 0.99


def test_lowering_needs_a_dated_reason_and_writes_it_down(checkout: Path, bare: Reader) -> None:
    raise_floors(checkout, checkout / "none", bare)
    with pytest.raises(GoldError, match="no score has dropped"):
        lower_floors(checkout, checkout / "none", bare, "2026-01-31: why not")
    lift(checkout, "mentions", 0.99)
    with pytest.raises(GoldError, match="a reason begins with its date"):
        lower_floors(checkout, checkout / "none", bare, "why not")
    lower_floors(checkout, checkout / "none", bare, "2026-01-31: The guidelines changed.")
    assert read_floors(checkout)[GOLD[1]].scores["mentions"] < 0.99
    written = (checkout / DECISIONS).read_text(encoding="utf-8")
    assert "\n\n## 8. Floors of quality lowered\n\n- Context: The guidelines changed.\n" in written
    assert "- Choice: data/gold/passages.jsonl: mentions fell from 0.9900 to " in written
    assert written.endswith("- Date: 2026-01-31\n")


def test_floors_need_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["evaluate", "--raise-floors"])
    assert result.exit_code == 1
    assert "data/gold: no gold here; run it in a checkout" in result.output


def test_damaged_floors_are_named(checkout: Path) -> None:
    (checkout / FLOORS).write_text("{", encoding="utf-8")
    with pytest.raises(GoldError, match=r"floors\.json: is damaged"):
        read_floors(checkout)
