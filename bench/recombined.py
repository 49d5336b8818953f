"""Corpora of any size, recombined from the visible one: its sentences, with names nobody has seen.

A document is a title, sentences drawn from the corpus, and a few made for it, whose names of
cities, bodies and plans are new more often than not, as in a real corpus, where new documents go on
bringing new names. The same number gives the same documents.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.model import Span
from kg.text.normal import sentences

ROOT = Path(__file__).parent.parent
REPORTS, ARTICLE = ROOT.parent / "shared" / "corpus" / "reports", ROOT / "data" / "article.txt"

FRESH = 0.6
"""How often a name is a new one; else it is one of those given out before, the early ones most."""
FRAMES = (
    "{0}市推出“{1}一件事”改革。",
    "{0}市大数据发展管理局（以下简称{0}市数管局）印发《{1}行动方案（2026—2030年）》。",
    "{0}市数管局依托{1}平台推进数字政府建设。",
    "{0}省提出{1}发展战略，2025年数字经济增加值达到{2}亿元。",
)
_SYLLABLES = (
    "安保北昌长成池川春大德定东恩丰福阜高广贵海杭和河衡红湖华淮黄"
    "惠吉济嘉江金锦晋荆靖开昆莱兰乐丽连林临柳龙泸洛梅绵明"
)


def texts(count: int, characters: int, folder: Path = REPORTS) -> Iterator[tuple[str, str]]:
    """Yield names and texts of so many documents of about so many characters each."""
    pool = _pool(folder)
    names = _Names()
    for number in range(count):
        chance = random.Random(number)
        made = [_made(chance, names) for _ in range(max(1, characters // 150))]
        size = sum(map(len, made))
        while size < characters:
            made.append(chance.choice(pool))
            size += len(made[-1])
        chance.shuffle(made)
        yield f"{number:08d}.txt", f"第{number}号文件：{made[0]}\n" + "\n".join(made[1:]) + "\n"


def write_files(folder: Path, count: int, characters: int, source: Path = REPORTS) -> Path:
    """Write the documents as files, a thousand a folder; return the folder."""
    for name, text in texts(count, characters, source):
        place = folder / name[:5]
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return folder


def write_lines(folder: Path, count: int, characters: int, source: Path = REPORTS) -> list[Path]:
    """Write the documents as JSON Lines, ten thousand a file; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    lines: list[str] = []
    for name, text in texts(count, characters, source):
        lines.append(json.dumps({"name": name, "text": text}, ensure_ascii=False))
        if len(lines) == 10_000 or int(name[:8]) == count - 1:
            files.append(folder / f"{len(files):04d}.jsonl")
            files[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
            lines = []
    return files


def _pool(folder: Path) -> Sequence[str]:
    found: list[str] = []
    for file in sorted(folder.glob("*.txt")) or [ARTICLE]:
        text = file.read_text(encoding="utf-8")
        found += [s.of(text) for s in sentences(text, Span(0, len(text))) if 12 < len(s) < 150]
    return [sentence for sentence in found if "\n" not in sentence]


class _Names:
    """Gives out names: new ones, or earlier ones again."""

    def __init__(self) -> None:
        self._given = 0

    def draw(self, chance: random.Random) -> str:
        if not self._given or chance.random() < FRESH:
            self._given += 1
            return _spelled(self._given)
        return _spelled(1 + int(self._given * chance.random() ** 3))


def _spelled(number: int) -> str:
    spelled = ""
    number += len(_SYLLABLES) ** 2  # two syllables at least
    while number:
        number, digit = divmod(number, len(_SYLLABLES))
        spelled += _SYLLABLES[digit]
    return spelled


def _made(chance: random.Random, names: _Names) -> str:
    figure = f"{chance.randrange(100, 99999)}"
    return chance.choice(FRAMES).format(names.draw(chance), names.draw(chance), figure)
