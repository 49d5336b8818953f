"""Options that several commands share."""

from __future__ import annotations

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
