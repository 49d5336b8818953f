"""How fast a folder is read and in how much memory: in one process and in two, once and doubled.

    python bench/corpus.py FOLDER [--documents 250 500 1000] [--characters 500]

Documents are made of the sentences of the texts in FOLDER, the same ones at every run. Each
build is a process of its own; the memory is the highest of it and of its workers together, as
the system tells it several times a second. The peer is the same build in one process.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
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


def build(folder: Path, out: Path, engine: str) -> tuple[float, float, float, float]:
    """Return the seconds and processor seconds of a build, and the memory of parent and workers."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", BUILD, "build", str(folder), "--out", str(out)]
    before = os.times()
    start = time.perf_counter()
    with subprocess.Popen(
        [*command, "--engine", engine], env=environment, stdout=subprocess.DEVNULL
    ) as process:
        parent = workers = 0.0
        while process.poll() is None:
            own, children = memory(process.pid)
            parent, workers = max(parent, own), max(workers, children)
            time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"the build of {folder} failed")
    seconds = time.perf_counter() - start
    after = os.times()
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    return seconds, used, parent, workers


def main() -> None:
    """Print a line for each size and engine, then the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, nargs="+", default=[250, 500, 1000])
    parser.add_argument("--characters", type=int, default=500)
    parser.add_argument("--engines", nargs="+", default=["serial", "processes"])
    wanted = parser.parse_args()
    said = sentences(wanted.folder)
    print("documents  engine     seconds  cpu s   documents/s  characters/s  parent MB  workers MB")
    taken: dict[tuple[int, str], float] = {}
    for documents in wanted.documents:
        for engine in wanted.engines:
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch) / "d"
                characters = make(folder, said, documents, wanted.characters)
                seconds, used, parent, workers = build(folder, Path(scratch) / "out", engine)
            taken[documents, engine] = seconds
            rates = f"{documents / seconds:11.1f}  {characters / seconds:12.0f}"
            head = f"{documents:9}  {engine:9}  {seconds:7.1f}  {used:6.1f}"
            print(f"{head}  {rates}  {parent:9.0f}  {workers:10.0f}", flush=True)
        if len(wanted.engines) > 1:
            first, last = (taken[documents, e] for e in (wanted.engines[0], wanted.engines[-1]))
            print(f"{documents:9}  {wanted.engines[-1]} are {first / last:.2f} times as fast")


if __name__ == "__main__":
    main()
