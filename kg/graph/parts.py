"""Parts of a graph as N-Quads, packed or not, read for bulk loading."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.errors import GraphError

_SUFFIXES = (".nq", ".nq.gz")
_END = b" .\n"
_BLOCK = 1 << 20
"""Bytes read at a time."""


def find_parts(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the N-Quads files under the paths, sorted; a folder is searched to its depths.

    >>> find_parts([Path("nowhere")])
    Traceback (most recent call last):
    kg.errors.GraphError: nowhere: there is no such file or folder; give N-Quads (.nq, .nq.gz)
    """
    found: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise GraphError(f"{path}: there is no such file or folder; give N-Quads (.nq, .nq.gz)")
        files = path.rglob("*.nq*") if path.is_dir() else [path]
        found |= {file for file in files if file.is_file() and file.name.endswith(_SUFFIXES)}
    if not found:
        raise GraphError("there are no N-Quads here; give files that end in .nq or .nq.gz")
    return tuple(sorted(found))


def load_parts(store: ox.Store, parts: Iterable[Path]) -> int:
    """Load N-Quads files in bulk, and return how many quads they hold.

    Nothing that the store holds is replaced. Raise GraphError for what is no N-Quads; what was
    loaded until then stays.
    """
    quads = Quads(parts)
    try:
        store.bulk_load(quads, format=ox.RdfFormat.N_QUADS)  # type: ignore[arg-type] # it reads
    except (OSError, EOFError, SyntaxError, zlib.error) as error:
        problem = " ".join(str(error).split())
        raise GraphError(f"{quads.part}: is no N-Quads ({problem}); write it anew") from error
    return quads.count


class Quads(io.RawIOBase):
    """The lines of all parts as one stream: each quad in its graph, and its triple in none.

    The second half makes the union of the graphs, which is what the default graph holds.
    """

    def __init__(self, parts: Iterable[Path]) -> None:
        self._blocks = self._read(parts)
        self._rest = memoryview(b"")
        self.count = 0
        """Quads of the parts so far."""
        self.part = Path()
        """The part that is being read."""

    def readable(self) -> bool:
        """Tell that this is for reading."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, at most ``size`` of them; none at the end."""
        if not self._rest:
            lines = next(self._blocks, [])
            self.count += len(lines)
            self._rest = memoryview(b"".join(map(_twice, lines)))
        taken = self._rest[: size if size >= 0 else None]
        self._rest = self._rest[len(taken) :]
        return bytes(taken)

    def _read(self, parts: Iterable[Path]) -> Iterator[list[bytes]]:
        for self.part in parts:
            with _opened(self.part) as stream:
                while lines := stream.readlines(_BLOCK):
                    if not lines[-1].endswith(b"\n"):
                        lines[-1] += b"\n"
                    yield lines


def _opened(part: Path) -> IO[bytes]:
    return gzip.open(part, "rb") if part.suffix == ".gz" else part.open("rb")  # type: ignore[return-value]


def _twice(line: bytes) -> bytes:
    """Return the line of a quad and that of its triple; what is no quad stays as it is.

    >>> _twice(b'<s:1> <p:1> "a b"@zh <g:1> .\\n')
    b'<s:1> <p:1> "a b"@zh <g:1> .\\n<s:1> <p:1> "a b"@zh .\\n'
    >>> _twice(b"<s:1> <p:1> <o:1> .\\n")
    b'<s:1> <p:1> <o:1> .\\n'
    """
    # Neither IRIs nor what follows a literal hold a blank, so counting blanks tells the parts.
    quote = line.rfind(b'"')
    blanks = line.count(b" ", quote + 1)
    if line.endswith(_END) and blanks == (4 if quote < 0 else 2) and b"\t" not in line:
        return line + line[: line.rindex(b" ", 0, -3)] + _END
    if line.endswith(_END) and blanks == (3 if quote < 0 else 1):
        return line
    return _as_parsed(line)


def _as_parsed(line: bytes) -> bytes:
    # Comments, tabs and whatever else the format allows and we do not write.
    quads = list(ox.parse(line, format=ox.RdfFormat.N_QUADS))
    both = [*quads, *(ox.Quad(*quad.triple) for quad in quads)]
    return ox.serialize(both, format=ox.RdfFormat.N_QUADS) or b""
