"""A build of many documents, killed at random moments and started again, beside an undisturbed one.

Both stores are read to the end and compared by count and digest of all their quads.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from bench.recombined import REPORTS, write_files
from kg.opening import STORE

ROOT = Path(__file__).parent.parent


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, kill, build again, compare and print; see --help."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--characters", type=int, default=120, help="of a document, about")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    for line in lines(options.documents, options.characters, options.kills, options.seed):
        print(line, flush=True)


def lines(documents: int, characters: int, kills: int, seed: int) -> Iterator[str]:
    """Yield what is done, and at the end whether both stores hold the same."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_files(folder / "in", documents, characters, REPORTS)
        start = time.monotonic()
        _build(folder, "undisturbed").wait()
        whole = time.monotonic() - start
        yield f"{documents:,} documents, undisturbed: {whole:.0f} s"
        for _ in range(kills):
            child, moment = _build(folder, "killed"), whole * chance.random() / kills
            time.sleep(moment)
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            yield f"killed after {moment:.0f} s"
        start = time.monotonic()
        _build(folder, "killed").wait()
        yield f"started again: {time.monotonic() - start:.0f} s"
        found = [_digest(folder / name / STORE) for name in ("undisturbed", "killed")]
        for name, (count, digest) in zip(("undisturbed", "killed"), found, strict=True):
            yield f"{name:<12} {count:>12,} quads, {digest}"
        yield "the same" if found[0] == found[1] else "NOT the same"


def _build(folder: Path, out: str) -> subprocess.Popen[bytes]:
    # In a group of its own, so that its workers die with it.
    command = [sys.executable, "-m", "kg", "build", "in", "--out", out, "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / f"{out}.log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _digest(store: Path) -> tuple[int, str]:
    """Return the number of quads and the sum of their hashes, which no order changes."""
    count = total = 0
    for quad in ox.Store.read_only(str(store)).quads_for_pattern(None, None, None, None):
        count += 1
        total += int.from_bytes(hashlib.blake2b(str(quad).encode(), digest_size=16).digest())
    return count, f"{total % (1 << 128):032x}"


if __name__ == "__main__":
    main()
