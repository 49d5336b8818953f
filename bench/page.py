"""The page beside pyvis' default page of the same graph, in headless Chromium.

For each size a graph is made up with twice as many edges. Both pages are opened in turns, each in
a browser of its own that has shown an empty page before. Told are medians: CPU seconds of all the
browser's processes until the picture answers input; CPU time a frame while panning and while a
thing is dragged; frames a second; CPU time of a selection and of a keystroke of searching, of our
page alone; memory and size. Wall time counts whatever else the machine does.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.invented import invented
from kg.export.page import write_page
from kg.graph.store import Graph

ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
FRAMES = 60
OURS, PEER = "ours", "pyvis"

READY = {
    OURS: "() => !!document.documentElement.dataset.ready",
    # vis-network draws nothing until its physics has come to rest.
    PEER: "() => { try { return network.physics.ready === true } catch { return false } }",
}
PLACE = {
    OURS: """() => { const m = JSON.parse(document.getElementById('matter').textContent);
        return zhengtu.where(m.things[0][0]) }""",
    PEER: """() => { const box = document.querySelector('canvas').getBoundingClientRect();
        const id = Object.keys(network.getPositions())[0];
        const at = network.canvasToDOM(network.getPositions([id])[id]);
        return [box.left + at.x, box.top + at.y] }""",
}
COUNT = """() => { window.frames_ = 0; const step = () => { window.frames_ += 1;
    requestAnimationFrame(step) }; requestAnimationFrame(step) }"""
SEARCH = """() => { const q = document.getElementById('q'); q.focus();
    const all = ['数', '数据', '治理', 's', 'sj', 'sjz', 'zl', '平台', '文件1', '共享'];
    for (const typed of all) { q.value = typed; q.dispatchEvent(new InputEvent('input')) }
    q.value = ''; q.blur(); return all.length }"""
SELECT = """async () => { let done = 0; const frame = () => new Promise(requestAnimationFrame);
    const m = JSON.parse(document.getElementById('matter').textContent);
    const canvas = document.getElementById('canvas');
    for (const [id] of m.things.slice(0, 20)) {
      const at = zhengtu.where(id); if (!at) continue;
      const init = { clientX: at[0], clientY: at[1], pointerId: 1, bubbles: true, button: 0 };
      try { canvas.dispatchEvent(new PointerEvent('pointerdown', init)) } catch {}
      canvas.dispatchEvent(new PointerEvent('pointerup', init)); await frame(); done += 1 }
    return Math.max(1, done) }"""


@dataclass(frozen=True)
class Measures:
    """Of one page, opened once; None where it did not get so far."""

    answers: float
    """CPU seconds until it answers, or until it was given up."""
    wall: float
    gave_up: bool = False
    panning: float | None = None
    """CPU milliseconds a frame."""
    dragging: float | None = None
    rate: float | None = None
    """Frames a second while panning."""
    memory: float | None = None
    """Megabytes of JavaScript's heap."""
    select: float | None = None
    search: float | None = None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 5000, 20000])
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--limit", type=float, default=240, help="seconds that a page is given")
    parser.add_argument("--peer-until", type=int, default=1000, help="largest size for pyvis")
    given = parser.parse_args()
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for size in given.sizes:
            graph = invented(size)
            pages = {OURS: Path(folder) / "ours.html"}
            write_page(graph, pages[OURS])
            if size <= given.peer_until:
                pages[PEER] = Path(folder) / "pyvis.html"
                pages[PEER].write_text(peer_page(graph), encoding="utf-8")
            for line in _lines(size, pages, given.turns, given.limit):
                print(line, flush=True)


def peer_page(graph: Graph) -> str:
    """Return pyvis' page of the graph with all its defaults; only the CDN is avoided."""
    from pyvis.network import Network

    network = graph.network()
    peer = Network(directed=True, cdn_resources="in_line")
    # Its own methods search all nodes for every edge; what they append is appended here.
    for iri, of in network.nodes(data=True):
        peer.nodes.append({"id": iri, "label": of["label"], "shape": "dot", "color": "#97c2fc"})
        peer.node_ids.append(iri)
    for subject, object_, of in network.edges(data=True):
        peer.edges.append({"from": subject, "to": object_, "label": of["label"], "arrows": "to"})
    return str(peer.generate_html())


HEAD = (
    "| entities | page | answers, CPU s | wall s | panning, CPU ms a frame | frames a second "
    "| dragging, CPU ms a frame | selection, CPU ms | keystroke, CPU ms | heap MB | size MB |\n"
    "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def _lines(size: int, pages: dict[str, Path], turns: int, limit: float) -> Iterator[str]:
    found: dict[str, list[Measures]] = {name: [] for name in pages}
    for _ in range(turns):
        for name, path in pages.items():
            if not any(measures.gave_up for measures in found[name]):
                found[name].append(_measure(name, path, limit))
    middle = {name: _median(all_, lambda m: m.answers) for name, all_ in found.items()}
    for name, all_ in found.items():
        columns = [_median(all_, of) for of in _COLUMNS]
        cells = " | ".join("–" if value is None else f"{value:.3g}" for value in columns)
        if all_[-1].gave_up:
            cells = f"> {cells}"
        yield f"| {size:,} | {name} | {cells} | {pages[name].stat().st_size / 1e6:.2f} |"
    peer, ours = middle.get(PEER), middle[OURS]
    if peer and ours:
        least = "at least " if found[PEER][-1].gave_up else ""
        yield f"| | | pyvis takes {least}{peer / ours:.0f} times as long | | | | | | | | |"


_COLUMNS: Sequence[Callable[[Measures], float | None]] = (
    lambda m: m.answers,
    lambda m: m.wall,
    lambda m: m.panning,
    lambda m: m.rate,
    lambda m: m.dragging,
    lambda m: m.select,
    lambda m: m.search,
    lambda m: m.memory,
)


def _median(all_: Sequence[Measures], of: Callable[[Measures], float | None]) -> float | None:
    values = [value for value in map(of, all_) if value is not None]
    return statistics.median(values) if values else None


# ------------------------------------------------------------------ one page, once


def _measure(name: str, path: Path, limit: float) -> Measures:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
        )
        try:
            return _Visit(browser, name, path.parent).measures(path, limit)
        finally:
            browser.close()


class _Visit:
    """One opening of one page in a browser of its own."""

    # Any: the tests' types are not those of playwright.
    def __init__(self, browser: Any, name: str, folder: Path) -> None:
        self.name = name
        self.whole = browser.new_browser_cdp_session()
        context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
        self.page = context.new_page()
        self.page.set_default_timeout(0)
        empty = folder / "empty.html"
        empty.write_text("<title>empty</title>", encoding="utf-8")
        self.page.goto(empty.as_uri())  # from here on the browser's own start is behind it
        self.page.wait_for_timeout(1000)
        self.inner = context.new_cdp_session(self.page)

    def cpu(self) -> float:
        """Return the CPU seconds of all processes of the browser so far."""
        processes = self.whole.send("SystemInfo.getProcessInfo")["processInfo"]
        return float(sum(process["cpuTime"] for process in processes))

    def measures(self, path: Path, limit: float) -> Measures:
        """Open the page, wait until it answers, and use it."""
        began, cpu = time.perf_counter(), self.cpu()
        self.page.goto(path.as_uri(), wait_until="commit")
        while not self.page.evaluate(READY[self.name]):
            if time.perf_counter() - began > limit:
                return Measures(self.cpu() - cpu, time.perf_counter() - began, True)
            time.sleep(0.02)
        self.page.evaluate("() => new Promise(requestAnimationFrame)")
        answers, wall = self.cpu() - cpu, time.perf_counter() - began
        self.page.wait_for_timeout(1500)  # what is done when idle
        panning, rate = self._frames((700, 640))
        dragging, _ = self._frames(tuple(self.page.evaluate(PLACE[self.name])))
        ours = self.name == OURS
        self.inner.send("HeapProfiler.collectGarbage")
        heap = self.inner.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        return Measures(
            answers,
            wall,
            False,
            panning,
            dragging,
            rate,
            heap,
            self._each(SELECT) if ours else None,
            self._each(SEARCH) if ours else None,
        )

    def _each(self, script: str) -> float:
        """Return the CPU milliseconds for each thing that the script does and counts."""
        self.page.evaluate(script)  # once for what is made ready when it is first needed
        cpu = self.cpu()
        number = self.page.evaluate(script)
        return float(1000 * (self.cpu() - cpu) / number)

    def _frames(self, start: tuple[float, float]) -> tuple[float, float]:
        """Drag from a place; return the CPU milliseconds a frame, and frames a second."""
        mouse, (x, y) = self.page.mouse, start
        self.page.evaluate(COUNT)
        mouse.move(x, y)
        mouse.down()
        began, cpu = time.perf_counter(), self.cpu()
        first = self.page.evaluate("() => window.frames_")
        for step in range(FRAMES):
            mouse.move(x + 4 * step, y + 2 * step)
        frames = max(1, self.page.evaluate("() => window.frames_") - first)
        took, spent = time.perf_counter() - began, self.cpu() - cpu
        mouse.up()
        return 1000 * spent / frames, frames / took


if __name__ == "__main__":
    main()
