"""A server as its clients know it: a process of its own, and an address."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyoxigraph as ox

ROOT = Path(__file__).parent.parent
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""A cartesian product that no machine will see the end of."""


class Running:
    """A server that runs."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.address = address
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        self.lines += self.process.stderr

    def url(self, path: str) -> str:
        return self.address + path

    def ask(self, sparql: str, **headers: str) -> httpx.Response:
        return httpx.get(self.url("sparql"), params={"query": sparql}, headers=headers, timeout=60)

    def truth(self, sparql: str, **parameters: str | list[str]) -> bool:
        response = httpx.get(self.url("sparql"), params={"query": sparql, **parameters}, timeout=60)
        assert response.status_code == 200, response.text
        return bool(response.json()["boolean"])

    def children(self) -> set[int]:
        """Every process below the server."""
        parents = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    status = (folder / "stat").read_text()
                except OSError:
                    continue
                state, parent = status.rpartition(")")[2].split()[:2]
                if state != "Z":
                    parents[int(folder.name)] = int(parent)
        found, grown = {self.process.pid}, True
        while grown:
            more = {child for child, parent in parents.items() if parent in found} - found
            found, grown = found | more, bool(more)
        return found - {self.process.pid}

    def stop(self) -> int:
        """Tell it to stop; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=30)
        self._reader.join(timeout=10)
        assert not [line for line in self.lines if "Traceback" in line], "".join(self.lines)
        return status


@contextmanager
def running(out: Path, *options: str) -> Iterator[Running]:
    """Serve the graph in a folder, at a port of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "serve", "--out", str(out), "--port", "0", *options],
        cwd=out.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    said = process.stdout.readline()
    found = re.search(r"at (http://\S+/)", said)
    if not found:
        process.kill()
        _, problem = process.communicate()
        raise AssertionError(problem)
    server = Running(process, found[1])
    try:
        yield server
    finally:
        if process.poll() is None:
            server.stop()
        process.stdout.close()
        if process.stderr:
            process.stderr.close()


def write_store(out: Path, quads: str) -> None:
    """Write a graph that no build made."""
    out.mkdir(parents=True, exist_ok=True)
    store = ox.Store(str(out / "store"))
    store.load(quads, format=ox.RdfFormat.TRIG)
    store.flush()
