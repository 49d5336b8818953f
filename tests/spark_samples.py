"""Documents for a cluster, and deadly work on them, in a module that Spark's workers find."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from kg.distributed.extraction import Tabulating
from kg.distributed.records import Row, Source
from kg.errors import DocumentError
from kg.model import Extraction
from kg.reading import Reading

CHILD, WORKER, EXECUTOR = 0, 1, 3
"""How far above the process that reads a document stands what is to be killed."""

LONG = (
    "上海市推出一网通办，2025年数字经济增加值达到3万亿元。广东推出“一网通办”改革。"
    "各地加快建设数字政府，推动公共数据开放，完善基层治理平台，提升为企业和群众办事的效率。"
)
TEXTS = {
    "agency.txt": "国家数据局印发《数字中国建设行动方案》。国家数据局推进数字政府建设。",
    "alias.txt": "北海大数据发展管理局（以下简称北海数管局）推出“一网通办”改革。"
    "北海数管局推进数字政府建设。",
    "alone.txt": "北海数管局提出数据要素市场化改革。浙江推出“最多跑一次”改革。",
    "copy.txt": "新加坡提出智慧国家构想。英国出台《政府转型战略》。",
    "one.txt": "新加坡提出智慧国家构想。英国出台《政府转型战略》。",
    "two.txt": "浙江推出“最多跑一次”改革。数字技术提升政府服务效能，金穗堂参与其中。",
    "three.txt": "广东推出“一网通办”改革。数字技术提升政府服务效能。",
    "long.txt": LONG,
    "near.txt": f"{LONG}好",
    "broken.txt": "\0\0\0",
}
FIRST = "copy.txt"
"""Of two files with one content the first by name is read."""


def write_corpus(folder: Path, more: tuple[str, ...] = ()) -> Path:
    """Write the documents, and more of the given names; return the folder."""
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in more:
        (folder / name).write_text(f"广东推出“一网通办”改革。{name}", encoding="utf-8")
    return folder


@dataclass(frozen=True)
class DeadlyReading:
    """Reads files; one of them kills its process always, another one somebody else once."""

    reading: Reading
    mark: Path
    victim: int = CHILD

    def __call__(self, path: Path) -> Extraction | DocumentError:
        endanger(path.name, self.mark, self.victim)
        return self.reading(path)


@dataclass(frozen=True)
class DeadlyTabulating:
    """The same for the distributed job."""

    tabulating: Tabulating
    mark: Path
    victim: int = CHILD

    def __call__(self, source: Source) -> list[Row]:
        endanger(source.name.rpartition("/")[2], self.mark, self.victim)
        return self.tabulating(source)


@dataclass(frozen=True)
class Breaking:
    """Takes its worker down whenever it is given one document, and notes the others."""

    tabulating: Tabulating
    notes: Path
    breaks: bool

    def __call__(self, source: Source) -> list[Row]:
        if self.breaks and source.name.endswith("two.txt"):
            _kill(WORKER)
        with (self.notes / source.sha256).open("a", encoding="utf-8") as file:
            file.write("read\n")
        return self.tabulating(source)


def endanger(name: str, mark: Path, victim: int) -> None:
    """Kill this process for a poison document, and the victim once for another."""
    if name == "poison.txt":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "middle.txt" and not mark.exists():
        mark.touch()
        _kill(victim)


def _kill(above: int) -> None:
    process = os.getpid()
    for _ in range(above):
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
        process = int(status.rpartition(")")[2].split()[1])
    os.kill(process, signal.SIGKILL)
