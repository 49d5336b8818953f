"""Options that several commands share."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import click

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)

out_option = click.option(
    "--out", type=FOLDER, default="out", show_default=True, help="The folder of the graph."
)
ontology_option = click.option(
    "--ontology",
    type=FOLDER,
    help="The folder of the ontology; without it, that of the last build, or the shipped one.",
)


def format_option(*formats: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """Return the option that chooses between some formats, the first by default."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to print the result.",
    )


def print_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output."""
    for line in lines:
        click.echo(line)


def page_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output; page by page where they are more than a screen holds."""
    told = list(lines)
    if sys.stdout.isatty() and len(told) >= shutil.get_terminal_size().lines:
        click.echo_via_pager(f"{line}\n" for line in told)
    else:
        print_lines(told)


class Stopwatch:
    """Tells how long the steps of a command took."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._laps: list[tuple[str, float]] = []

    def lap(self, name: str) -> None:
        """End a step."""
        now = time.perf_counter()
        self._laps.append((name, now - self._last))
        self._last = now

    def line(self) -> str:
        """Return the steps in milliseconds, in one line."""
        return ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in self._laps)
