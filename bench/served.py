"""`kg serve` as a process of its own, for those who ask it over HTTP."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def served(out: Path) -> Iterator[str]:
    """Serve the graph of a build on a free port; yield the address of its SPARQL endpoint."""
    command = [sys.executable, "-m", "kg", "serve", "--out", str(out), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout
        found = re.search(r"at (http://\S+/)", server.stdout.readline())
        assert found, "the server does not start"
        try:
            yield f"{found[1]}sparql"
        finally:
            server.terminate()
