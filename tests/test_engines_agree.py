"""One test for all engines: the same documents in, the same bytes out, whatever dies meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from engine_samples import Poisoned

from kg.engine import ENGINES, run
from kg.graph.record import Record
from kg.ontology import Ontology
from kg.reading import Reading, Recording

SENTENCES = (
    "新加坡提出智慧国家构想。",
    "英国出台《政府转型战略》。",
    "浙江推出“最多跑一次”改革。",
    "数字技术提升政府服务效能。",
    "广东推出“一网通办”改革。",
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("articles")
    for number in range(40):
        text = "".join(SENTENCES[(number + step) % 5] for step in range(1 + number % 4))
        (folder / f"{number:02}.txt").write_text(f"第{number}号\n\n{text}\n", encoding="utf-8")
    (folder / "07-poison.txt").write_text("毒", encoding="utf-8")
    (folder / "23-accident.txt").write_text("新加坡提出智慧国家构想，事故除外。", encoding="utf-8")
    (folder / "31-noise.txt").write_bytes(b"\0\1\2")
    return sorted(folder.iterdir())


def recorded(files: list[Path], engine: str, ontology: Ontology, mark: Path) -> list[bytes | str]:
    recording = Recording(Reading(ontology), "0")
    function = Poisoned(recording, os.getpid(), mark)
    results = run(function, files, engine, jobs=2)
    return [result.quads if isinstance(result, Record) else "lost" for result in results]


@pytest.fixture(scope="module")
def expected(
    files: list[Path], ontology: Ontology, tmp_path_factory: pytest.TempPathFactory
) -> list[bytes | str]:
    return recorded(files, "serial", ontology, tmp_path_factory.mktemp("none") / "mark")


# Spark reads the same kind of input, on a cluster of its own, in test_distributed.
@pytest.mark.parametrize("engine", sorted(ENGINES.keys() - {"spark"}))
def test_every_engine_gives_the_same_quads(
    engine: str, files: list[Path], expected: list[bytes | str], ontology: Ontology, tmp_path: Path
) -> None:
    results = recorded(files, engine, ontology, tmp_path / "mark")
    assert results == expected
    lost = [file.name for file, result in zip(files, results, strict=True) if result == "lost"]
    assert lost == ["07-poison.txt", "31-noise.txt"]
    assert (tmp_path / "mark").exists() == (engine != "serial")


def test_a_record_is_sorted_and_bears_the_name_of_its_graph(expected: list[bytes | str]) -> None:
    quads = next(result for result in expected if isinstance(result, bytes))
    lines = quads.splitlines()
    assert lines == sorted(lines)
    assert len({line.rsplit(b" ", 2)[1] for line in lines}) == 1
