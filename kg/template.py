"""A copy of the shipped ontology, to start one's own from."""

from __future__ import annotations

import shutil
from pathlib import Path

from kg.errors import OntologyError
from kg.ontology import SHIPPED_ONTOLOGY


def copy_ontology(folder: Path) -> None:
    """Write a copy of the shipped ontology; raise OntologyError if the folder holds something."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OntologyError("is not empty; give a new folder", file=folder)
    try:
        shutil.copytree(
            SHIPPED_ONTOLOGY,
            folder,
            dirs_exist_ok=True,
            copy_function=shutil.copyfile,  # not the permissions: the copy is there to be edited
            ignore=shutil.ignore_patterns(".*", "__pycache__"),
        )
    except OSError as error:
        problem = f"cannot be written ({error.strerror or error}); give another folder"
        raise OntologyError(problem, file=folder) from error
