"""What Oxigraph makes of queries, beside the standard and rdflib: known to the last difference."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:  # bench/ is no installed package
    sys.path.insert(0, str(ROOT))

from bench import engines  # noqa: E402
from bench.engine_cases import LEAVES  # noqa: E402


@pytest.fixture(scope="module")
def answers() -> dict[str, engines.Answered]:
    return {case.sparql: case for case in engines.answers()}


def test_kg_leaves_the_standard_only_where_that_is_known(
    answers: dict[str, engines.Answered],
) -> None:
    found = {sparql: case.kg for sparql, case in answers.items() if case.kg_differs}
    assert found == LEAVES


def test_rdflib_is_asked_the_same(answers: dict[str, engines.Answered]) -> None:
    # Most answers are the same ones, so the differences are not of the comparison.
    agreed = [case for case in answers.values() if case.kg == case.rdflib]
    assert len(agreed) > len(answers) / 2
    assert any(case.rdflib_differs and not case.kg_differs for case in answers.values())


def test_the_differences_are_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["engines"])
    engines.main()
    told = capsys.readouterr().out
    assert '| STR(0.90) | "0.90" | **"0.9"** | "0.90" |' in told
    assert f"kg leaves the standard in {len(LEAVES)} of" in told
    assert "CEIL" not in told  # on which all agree
