"""Which files there are, and which of them the graph does not hold as they are now."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kg.errors import DocumentError
from kg.graph.failures import Failure
from kg.graph.records import DocumentRecord
from kg.text.read import MAX_BYTES, READERS, suffix_of

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Files:
    """The files under some paths: those that can be read, sorted, and what is wrong with paths."""

    readable: tuple[Path, ...]
    failed: tuple[DocumentError, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What a build has to do so that the graph holds the files as they are now."""

    paths: tuple[Path, ...]
    """What was asked for."""
    write: tuple[Path, ...]
    """New, changed or moved, or read with another ontology."""
    unchanged: tuple[Path, ...]
    remove: tuple[DocumentRecord, ...]
    """Documents whose file is gone or has other content now."""
    duplicates: tuple[tuple[Path, str], ...] = ()
    """Files with the content of another one, and that one; a content is one document."""
    failed: tuple[DocumentError, ...] = ()


def find_files(paths: Iterable[Path], exclude: Collection[Path] = ()) -> Files:
    """Return the files that can be read under the paths, each once, sorted by name.

    Folders are searched to their depths; what begins with a dot, what is of no readable kind and
    what lies under an excluded folder is passed over there. A file given by itself is never
    passed over. A path where there is nothing to read is a failure.
    """
    found: dict[Path, Path] = {}
    failed: list[DocumentError] = []
    for path in sorted(set(paths)):
        if path.is_dir():
            for file in _files_of(path, frozenset(exclude), failed):
                found.setdefault(file.resolve(), file)
        elif path.exists():
            found.setdefault(path.resolve(), path)
        else:
            problem = "there is no such file or folder; give the path of one"
            failed.append(DocumentError(problem, file=path.as_posix()))
    return Files(tuple(sorted(found.values(), key=Path.as_posix)), tuple(failed))


def _files_of(
    folder: Path, exclude: frozenset[Path], failed: list[DocumentError]
) -> Iterator[Path]:
    def report(error: OSError) -> None:
        problem = f"cannot be searched ({error.strerror}); see its permissions"
        failed.append(DocumentError(problem, file=Path(error.filename or folder).as_posix()))

    for place, folders, files in os.walk(folder, onerror=report):
        here = Path(place)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and here / name not in exclude
        )
        for name in sorted(files):
            if not name.startswith(".") and suffix_of(name):
                yield here / name


def make_plan(
    paths: Sequence[Path],
    files: Files,
    records: Iterable[DocumentRecord],
    fingerprint: str,
    hopeless: Mapping[str, str] | None = None,
) -> Plan:
    """Compare the files with what the graph holds; only documents under the paths can be gone.

    `fingerprint` is that of all that decides what is found in a text: a document that was read
    with another one is written again. What is `hopeless`, by hash with the reason, would only
    fail again and is not tried. A changed file's former content goes when the new one is
    written, so that a file that has become unreadable keeps its last good one; so does what lies
    under a path that does not exist or cannot be searched, which is a failure.
    """
    records = tuple(records)
    by_hash = {record.sha256: record for record in records if record.sha256}
    first: dict[str, Path] = {}
    write: list[Path] = []
    unchanged: list[Path] = []
    duplicates: list[tuple[Path, str]] = []
    failed = list(files.failed)
    for file in files.readable:
        try:
            sha256 = content_hash(file)
        except OSError as error:
            problem = f"cannot be read ({error.strerror}); see its permissions"
            failed.append(DocumentError(problem, file=file.as_posix()))
            continue
        if reason := (hopeless or {}).get(sha256):
            failed.append(DocumentError(reason, file=file.as_posix()))
            continue
        other = _holder(file, first.get(sha256), by_hash.get(sha256), paths)
        first.setdefault(sha256, file)
        if other:
            duplicates.append((file, other))
        elif _is_current(by_hash.get(sha256), file, fingerprint):
            unchanged.append(file)
        else:
            write.append(file)
    kept = {file.as_posix() for file in write}
    unseen = [Path(error.file) for error in failed]
    gone = tuple(
        record
        for record in records
        if is_under(record.file, paths)
        and not is_under(record.file, unseen)
        and record.file not in kept
        and record.sha256 not in first
    )
    failed += _empty_folders(paths, files, records)
    return Plan(
        tuple(paths), tuple(write), tuple(unchanged), gone, tuple(duplicates), tuple(failed)
    )


def content_hash(file: Path) -> str:
    """Return the SHA-256 of a file's bytes; of one too large to be read, of its first bytes."""
    seal = hashlib.sha256()
    with file.open("rb") as stream:
        for _ in range(MAX_BYTES // _CHUNK + 1):
            seal.update(stream.read(_CHUNK))
    return seal.hexdigest()


def folder_hash(folder: Path) -> str:
    """Return a hash of the files of a folder, by name and content; of nothing without one."""
    seal = hashlib.sha256()
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if file.is_file() and not file.name.startswith("."):
            seal.update(file.relative_to(folder).as_posix().encode())
            seal.update(hashlib.sha256(file.read_bytes()).digest())
    return seal.hexdigest()


def _holder(
    file: Path, earlier: Path | None, record: DocumentRecord | None, paths: Sequence[Path]
) -> str | None:
    """Return the other file that stands for this content, if there is one."""
    if earlier:
        return earlier.as_posix()
    elsewhere = record and not is_under(record.file, paths) and record.file != file.as_posix()
    return record.file if record and elsewhere else None


def _is_current(record: DocumentRecord | None, file: Path, fingerprint: str) -> bool:
    return (
        record is not None and record.file == file.as_posix() and record.fingerprint == fingerprint
    )


def is_under(name: str, paths: Iterable[Path]) -> bool:
    """Tell whether a file is one of the paths or lies in a folder that is."""
    return any(PurePosixPath(name).is_relative_to(path.as_posix()) for path in paths)


def _empty_folders(
    paths: Iterable[Path], files: Files, records: Iterable[DocumentRecord]
) -> list[DocumentError]:
    names = [file.as_posix() for file in files.readable] + [record.file for record in records]
    kinds = ", ".join(sorted(READERS))
    return [
        DocumentError(
            f"holds no file that can be read ({kinds}); put one there", file=path.as_posix()
        )
        for path in sorted(set(paths))
        if path.is_dir() and not any(is_under(name, [path]) for name in names)
    ]


# ------------------------------------------------------------------ files that cannot be read


def known_failures(failures: Iterable[Failure], failing: str) -> Mapping[str, str]:
    """Return by hash what would only fail again: it took its time, or ended its processes."""
    return {f.sha256: f.problem for f in failures if f.sha256 and f.fingerprint == failing}


def failures_of(
    failed: Iterable[DocumentError], before: Iterable[Failure], plan: Plan, failing: str
) -> list[Failure]:
    """Return what the graph is to tell: of the files of this build, and of those elsewhere."""
    kept = [f for f in before if not is_under(f.file, plan.paths) and Path(f.file).is_file()]
    for error in failed:
        file = Path(error.file)
        if file.is_file():
            sha256 = None
            with suppress(OSError):
                sha256 = content_hash(file)
            kept.append(Failure(file.as_posix(), error.problem, sha256, failing))
    return sorted(set(kept))
