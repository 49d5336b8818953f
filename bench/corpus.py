"""How fast a folder is read and in how much memory: in one process and in two, once and doubled.

    python -m bench.corpus FOLDER [--documents 250 500 1000] [--characters 500]
    python -m bench.corpus FOLDER --in-step

The second form builds a copy of FOLDER itself, again and again: with nothing changed, with a file
changed and another deleted, with a word more in the ontology. It prints how long each takes, and
whether the graph equals that of a fresh build byte for byte.

In the first form documents are made of the sentences of the texts in FOLDER, the same ones at
every run. Each build is a process of its own; the memory is the highest of it and of its workers
together, as the system tells it many times a second. The peer is the same build in one process.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILD = "from kg.cli import main; main()"


def sentences(folder: Path) -> list[str]:
    """Return the sentences of middling length of all texts in the folder, by file."""
    found: list[str] = []
    for file in sorted(folder.rglob("*.txt")):
        text = file.read_text(encoding="utf-8", errors="replace")
        found += [s + "\u3002" for s in re.split("[\u3002\\n]", text) if 10 <= len(s) <= 150]
    return found


def make(folder: Path, said: list[str], documents: int, characters: int) -> int:
    """Write so many documents, and return how many characters they have together."""
    total = 0
    for number in range(documents):
        chance = random.Random(number)
        text = ""
        while len(text) < characters:
            text += chance.choice(said)
        total += len(text)
        place = folder / f"{number // 1000:03}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:06}.txt").write_text(f"{number}\n\n{text}\n", encoding="utf-8")
    return total


def memory(process: int) -> tuple[float, float]:
    """Return the megabytes that a process holds, and those of its children."""
    own = resident(process)
    children = 0.0
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children += sum(resident(int(child)) for child in file.read_text().split())
        except OSError:
            continue
    return own, children


def resident(process: int) -> float:
    """Return the megabytes that a process holds; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096 / 2**20
    except OSError:
        return 0.0


def run(arguments: Sequence[str], cwd: Path | None = None) -> tuple[float, float, float, float]:
    """Return the seconds and processor seconds of a command, and the memory of it and its workers.

    The memory is in megabytes: the most of its own process, and the most of its workers together.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = os.times()
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", BUILD, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=cwd,
    ) as process:
        parent = workers = 0.0
        while process.poll() is None:
            own, children = memory(process.pid)
            parent, workers = max(parent, own), max(workers, children)
            time.sleep(0.02)
    if process.returncode:
        raise SystemExit(f"`kg {' '.join(arguments)}` failed")
    seconds = time.perf_counter() - start
    after = os.times()
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    return seconds, used, parent, workers


# ------------------------------------------------------------------ a folder that changes

OUTPUTS = ("graph.ttl", "graph.html", "search.sqlite", "all.nq")


def in_step(folder: Path, turns: int) -> Iterator[str]:
    """Yield what each build of a changing copy takes, and whether it equals a fresh one."""
    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch)
        shutil.copytree(folder, here / "corpus")
        shutil.copytree(ROOT / "ontology", here / "own")
        yield "build                                   seconds  cpu s"
        yield _timed("the first", [_build(here)])
        again = [_build(here) for _ in range(turns)]
        yield _timed(f"nothing changed (median of {turns})", again)
        files = sorted((here / "corpus").rglob("*.txt"))
        changed, gone = files[0], files[1]
        with changed.open("a", encoding="utf-8") as stream:
            stream.write(
                "\n\u65b0\u52a0\u5761\u63d0\u51fa\u667a\u6167\u56fd\u5bb6\u6784\u60f3\u3002\n"
            )
        gone.unlink()
        yield _timed("a file changed, a file deleted", [_build(here)])
        yield _compared(here)
        word = _word(changed)
        with (here / "own" / "concepts" / "terms.ttl").open("a", encoding="utf-8") as stream:
            stream.write(f'\nid:a-new-word a kg:Concept ; skos:prefLabel "{word}"@zh .\n')
        yield _timed(f"a word more ({word})", [_build(here)])
        yield _compared(here)


def _word(file: Path) -> str:
    """Return six Chinese characters from the middle of a file, a word that nobody knows."""
    text = file.read_text(encoding="utf-8")
    found = re.compile("[\u4e00-\u9fff]{6}").search(text, len(text) // 2)
    return found.group() if found else text[:6]


def _build(here: Path, out: str = "out") -> tuple[float, float]:
    return run(["build", "corpus", "--out", out, "--ontology", "own"], here)[:2]


def _timed(what: str, taken: Sequence[tuple[float, float]]) -> str:
    seconds, used = (statistics.median(column) for column in zip(*taken, strict=True))
    return f"  {what:38}{seconds:7.2f}{used:7.2f}"


def _compared(here: Path) -> str:
    shutil.rmtree(here / "fresh", ignore_errors=True)
    seconds, used = _build(here, "fresh")
    for out in ("out", "fresh"):
        run(["export", "all.nq", "--out", out, "--ontology", "own"], here)
        (here / "all.nq").rename(here / out / "all.nq")
    same = [(here / "out" / n).read_bytes() == (here / "fresh" / n).read_bytes() for n in OUTPUTS]
    size = (here / "out" / "all.nq").read_bytes().count(b"\n")
    said = ", ".join(
        f"{n} {'equal' if s else 'DIFFERENT'}" for n, s in zip(OUTPUTS, same, strict=True)
    )
    return f"{_timed('  a fresh one', [(seconds, used)])}\n    {size} quads; {said}"


# ------------------------------------------------------------------ a folder that doubles


def main() -> None:
    """Print a line for each size and engine, then the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, nargs="+", default=[250, 500, 1000])
    parser.add_argument("--characters", type=int, default=500)
    parser.add_argument("--engines", nargs="+", default=["serial", "processes"])
    parser.add_argument("--in-step", action="store_true", help="build FOLDER itself, and change it")
    parser.add_argument("--turns", type=int, default=5, help="builds with nothing changed")
    wanted = parser.parse_args()
    if wanted.in_step:
        for line in in_step(wanted.folder, wanted.turns):
            print(line, flush=True)
        return
    said = sentences(wanted.folder)
    print("documents  engine     seconds  cpu s   documents/s  characters/s  parent MB  workers MB")
    taken: dict[tuple[int, str], float] = {}
    for documents in wanted.documents:
        for engine in wanted.engines:
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch) / "d"
                characters = make(folder, said, documents, wanted.characters)
                arguments = ["build", str(folder), "--out", f"{scratch}/out", "--engine", engine]
                seconds, used, parent, workers = run(arguments)
            taken[documents, engine] = seconds
            rates = f"{documents / seconds:11.1f}  {characters / seconds:12.0f}"
            head = f"{documents:9}  {engine:9}  {seconds:7.1f}  {used:6.1f}"
            print(f"{head}  {rates}  {parent:9.0f}  {workers:10.0f}", flush=True)
        if len(wanted.engines) > 1:
            first, last = (taken[documents, e] for e in (wanted.engines[0], wanted.engines[-1]))
            print(f"{documents:9}  {wanted.engines[-1]} are {first / last:.2f} times as fast")


if __name__ == "__main__":
    main()
