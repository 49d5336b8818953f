"""Which version of this package it is."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path


def software_version() -> str:
    """Return the version of this package: a checkout's own, or the installed one's."""
    project = Path(__file__).parents[1] / "pyproject.toml"
    if project.is_file():
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("zhengtu")
