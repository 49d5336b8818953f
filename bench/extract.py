"""The speed of extraction, all stages on, beside `jieba.posseg.cut` on the same text.

Names, relations and statements of every document are extracted; the peer only cuts words and tags
them. Both count CPU time of the process, in turns, and the median of the ratios is told. Start-up
and memory come from processes of their own, one that holds the Reader alone, one the peer.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from kg.extract import lexicon, observation, patterns, pipeline, tagger
from kg.extract.equipment import equip
from kg.extract.pipeline import Reader
from kg.model import Document
from kg.ontology import load_ontology
from kg.text.read import read, read_passage

ROOT = Path(__file__).parent.parent
REPORTS, ARTICLE = ROOT.parent / "shared" / "corpus" / "reports", ROOT / "data" / "article.txt"
SEED_TEXT = "新加坡提出智慧国家构想。"

PEERS: dict[str, bool] = {"jieba.posseg.cut": True, "jieba.posseg.cut, HMM=False": False}
"""The peers, and whether they guess unknown words (HMM)."""

STAGES: dict[str, tuple[tuple[object, str], ...]] = {
    "normalize": ((observation, "normalize"),),
    "segment": ((observation, "segment"),),
    "lexicon": ((lexicon.Lexicon, "find"),),
    "patterns": ((patterns.Grammar, "find"),),
    "features": ((observation, "columns"),),
    "tagger": ((tagger.Tagger, "propose"),),
    "mentions": tuple(
        (pipeline, name)
        for name in ("titled", "revise", "propose_names", "complete_lists", "settle", "_mention")
    ),
    "scenes": ((pipeline, "_lines"), (pipeline, "scenes")),
    "entities": ((pipeline, "find_aliases"), (pipeline, "resolve")),
    "rules": ((Reader, "rule_links"),),
    "linker": ((pipeline, "view"), (pipeline, "decide")),
    "statements": ((pipeline, "manner"), (pipeline, "_assertions")),
}
"""The functions in which each stage spends its time."""

REST = "all else"


class Turn(NamedTuple):
    """CPU seconds of one turn on the same texts: ours, then each peer's."""

    ours: float
    peers: tuple[float, ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; see --help."""
    options = _options(arguments)
    if options.alone:
        print(json.dumps(_alone(options.alone, options.texts, options.characters)))
        return
    for line in report(options.texts, options.characters, options.pairs):
        print(line, flush=True)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("texts", nargs="?", type=Path, default=REPORTS, help="folder of .txt")
    parser.add_argument("--characters", type=int, default=100_000, help="how much text, about")
    parser.add_argument("--pairs", type=int, default=3, help="turns of ours and the peers")
    parser.add_argument("--alone", choices=("kg", "jieba"), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def documents(folder: Path, characters: int) -> Iterator[Document]:
    """Yield the folder's texts until there are enough characters, at least one.

    Where there is no such folder the shipped article is repeated; its repeats differ in name only.
    """
    ontology = load_ontology()
    files = sorted(folder.glob("*.txt")) or [ARTICLE] * (1 + characters // 8000)
    left = characters
    for file in files:
        document = read(file, ontology)
        left -= len(document.text)
        yield document
        if left <= 0:
            return


def report(folder: Path, characters: int, pairs: int) -> Iterator[str]:
    """Yield what is measured, line by line: speed, stages, start-up and memory."""
    # First, for a process inherits the peak of memory of the one that starts it.
    footing = tuple(footing_lines(folder, characters))
    texts = tuple(documents(folder, characters))
    size = sum(len(document.text) for document in texts)
    yield f"{size:,} characters in {len(texts)} documents, {pairs} turns, CPU time"
    yield ""
    reader = ready()
    turns = [turn(reader, texts) for _ in range(pairs)]
    yield from speed_lines(turns, size)
    yield ""
    yield from stage_lines(stage_seconds(reader, texts), size)
    yield ""
    yield from footing


def ready() -> Reader:
    """Return a Reader that has read a sentence: ontology, models and dictionary are loaded."""
    reader = Reader(equip(load_ontology()))
    reader.extract(read_passage(SEED_TEXT, "seed"))
    return reader


# ---------------------------------------------------------------------- speed


def turn(reader: Reader, texts: Sequence[Document]) -> Turn:
    """Measure ours and every peer once, one after the other."""
    cut = _peer()
    ours = _seconds(lambda: [reader.extract(document) for document in texts])
    peers = tuple(_seconds(partial(_cut, cut, texts, hmm)) for hmm in PEERS.values())
    return Turn(ours, peers)


def _peer() -> Callable[..., list[Any]]:  # jieba ships no types
    """Return `jieba.posseg.lcut` with its dictionary loaded, and no cache left behind."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    import jieba.posseg

    if not jieba.dt.initialized:
        with tempfile.TemporaryDirectory() as folder:
            jieba.dt.tmp_dir = folder
            jieba.posseg.lcut(SEED_TEXT)
    cut: Callable[..., list[Any]] = jieba.posseg.lcut
    return cut


def _cut(cut: Callable[..., list[Any]], texts: Sequence[Document], hmm: bool) -> None:
    for document in texts:
        cut(document.text, HMM=hmm)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def speed_lines(turns: Sequence[Turn], size: int) -> Iterator[str]:
    """Yield the median speed of each, and the median of the ratios of the turns.

    >>> print("\\n".join(speed_lines([Turn(2.0, (4.0, 1.0))], 1000)))
    kg, all stages                       500 characters a CPU second
    jieba.posseg.cut                     250   kg is 2.00 times as fast
    jieba.posseg.cut, HMM=False        1,000   kg is 0.50 times as fast
    """
    ours = statistics.median(turn.ours for turn in turns)
    yield f"{'kg, all stages':<30}{size / ours:>10,.0f} characters a CPU second"
    for place, name in enumerate(PEERS):
        theirs = statistics.median(turn.peers[place] for turn in turns)
        ratio = statistics.median(turn.peers[place] / turn.ours for turn in turns)
        yield f"{name:<30}{size / theirs:>10,.0f}   kg is {ratio:.2f} times as fast"


# ---------------------------------------------------------------------- stages


def stage_seconds(reader: Reader, texts: Sequence[Document]) -> dict[str, float]:
    """Return the CPU seconds that each stage takes for itself, what it calls left out."""
    clock = _Clock()
    with ExitStack() as stack:
        for stage, places in STAGES.items():
            for owner, name in places:
                timed = clock.timed(stage, getattr(owner, name))
                stack.enter_context(patch.object(owner, name, timed))
        with clock.running(REST):
            for document in texts:
                reader.extract(document)
    return clock.spent


class _Clock:
    """Charges every moment to the innermost stage that runs."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys((*STAGES, REST), 0.0)
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        self._charge()
        self._running.append(stage)
        try:
            yield
        finally:
            self._charge()
            self._running.pop()

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        # Any: the stages have signatures of all kinds. A generator would run later, so its
        # values are made at once.
        def measured(*arguments: Any, **named: Any) -> Any:
            with self.running(stage):
                found = function(*arguments, **named)
                return iter(list(found)) if isinstance(found, Iterator) else found

        return measured

    def _charge(self) -> None:
        now = time.process_time()
        if self._running:
            self.spent[self._running[-1]] += now - self._since
        self._since = now


def stage_lines(spent: dict[str, float], size: int) -> Iterator[str]:
    """Yield where the time goes; the clock itself takes some, so this run is slower."""
    whole = sum(spent.values())
    yield "stage        share   microseconds a character"
    for stage, seconds in spent.items():
        yield f"{stage:<12}{seconds / whole:>6.1%}{seconds / size * 1e6:>14.2f}"


# ---------------------------------------------------------------------- start-up, memory


def _alone(who: str, folder: Path, characters: int) -> dict[str, float]:
    """Run in a process of its own: start, tell when ready, work, tell the peak of memory."""
    read: Callable[[Document], object]
    if who == "kg":
        read = Reader(equip(load_ontology())).extract
    else:
        import jieba.posseg  # noqa: F401 - to see what importing it costs

        def read(document: Document) -> object:
            return _peer()(document.text)

    made = time.process_time()
    read(read_passage(SEED_TEXT, "seed"))
    first, memory = time.process_time(), _peak()
    for document in documents(folder, characters):
        read(document)
    return {"made": made, "first": first, "memory": memory, "peak": _peak()}


def _peak() -> float:
    # Linux counts kilobytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def footing_lines(folder: Path, characters: int) -> Iterator[str]:
    """Yield start-up and memory of both, each measured in a fresh process."""
    ours, theirs = (_in_its_own_process(who, folder, characters) for who in ("kg", "jieba"))
    yield f"{'in a fresh process':<32}{'kg':>8}{'jieba.posseg, no cache':>24}   kg / jieba"
    for name, key in (
        ("CPU s to a Reader, to imports", "made"),
        ("CPU s to the first sentence", "first"),
        ("MB of memory then", "memory"),
        ("MB of memory at most", "peak"),
    ):
        ratio = ours[key] / theirs[key]
        yield f"{name:<32}{ours[key]:>8.2f}{theirs[key]:>24.2f}{ratio:>13.2f}"


def _in_its_own_process(who: str, folder: Path, characters: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.extract", str(folder.resolve()), "--alone", who]
    command += ["--characters", str(characters)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
