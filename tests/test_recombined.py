"""The corpora that scale is measured on: the same every time, and bringing new names."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:  # bench/ is no installed package
    sys.path.insert(0, str(ROOT))

from bench.recombined import texts, write_files, write_lines  # noqa: E402


def test_the_same_number_gives_the_same_documents(tmp_path: Path) -> None:
    first = list(texts(20, 400, tmp_path))
    assert first == list(texts(20, 400, tmp_path))
    assert first[:10] == list(texts(10, 400, tmp_path))
    assert len({text for _, text in first}) == 20
    assert all(300 < len(text) < 800 for _, text in first)
    files = write_files(tmp_path / "in", 20, 400, tmp_path)
    assert len(list(files.rglob("*.txt"))) == 20
    [lines] = write_lines(tmp_path / "lines", 20, 400, tmp_path)
    assert len(lines.read_text(encoding="utf-8").splitlines()) == 20


def test_more_documents_bring_more_names(tmp_path: Path) -> None:
    def names(count: int) -> int:
        return len(
            {n for _, text in texts(count, 400, tmp_path) for n in re.findall("(..+?)市推出", text)}
        )

    assert names(10) < names(50) < names(200)
