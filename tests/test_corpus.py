"""Which files are found, and what a build has to do about them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg.corpus import Plan, find_files, folder_hash, make_plan
from kg.graph.records import DocumentRecord
from kg.model import IRI
from kg.text.read import READERS

FINGERPRINT = "ontology and models"
KINDS = ", ".join(sorted(READERS))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(*names: str) -> None:
    """Write files whose content is their name, or what stands after a colon."""
    for name in names:
        path, _, content = name.partition(":")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(content or path, encoding="utf-8")


def record(name: str, *, fingerprint: str = FINGERPRINT, complete: bool = True) -> DocumentRecord:
    """Return what the graph says of a file written by `write`."""
    path, _, content = name.partition(":")
    sha256 = hashlib.sha256((content or path).encode()).hexdigest()
    seal = sha256 if complete else None
    return DocumentRecord(IRI(f"id:{sha256[:12]}"), path, seal, fingerprint, None, 0, 0)


def planned(paths: list[str], *records: DocumentRecord) -> Plan:
    given = [Path(path) for path in paths]
    return make_plan(given, find_files(given), records, FINGERPRINT)


def names(paths: tuple[Path, ...]) -> list[str]:
    return [path.as_posix() for path in paths]


def test_readable_files_are_found_in_order() -> None:
    write("d/b.txt", "d/a/z.md", "d/a.TXT", "d/c.csv", "d/.hidden.txt", "d/.git/x.txt", "e.txt")
    assert names(find_files([Path("e.txt"), Path("d")]).readable) == [
        "d/a.TXT",
        "d/a/z.md",
        "d/b.txt",
        "e.txt",
    ]


def test_excluded_folders_are_passed_over_and_given_files_never() -> None:
    write("data/article.txt", "data/gold/note.md", "data/models/card.md", "data/x.csv")
    found = find_files([Path("data")], {Path("data/gold"), Path("data/models")})
    assert names(found.readable) == ["data/article.txt"]
    assert names(find_files([Path("data/x.csv")]).readable) == ["data/x.csv"]


def test_a_file_given_twice_is_found_once() -> None:
    write("d/a.txt")
    assert names(find_files([Path("d"), Path("d/a.txt"), Path("d/../d/a.txt")]).readable) == [
        "d/a.txt"
    ]


def test_new_changed_moved_and_gone_files_are_told_apart() -> None:
    write("d/same.txt", "d/new.txt", "d/changed.txt:now", "d/moved.txt:stuff", "d/stale.txt")
    plan = planned(
        ["d"],
        record("d/same.txt"),
        record("d/changed.txt:before"),
        record("d/gone.txt"),
        record("d/before.txt:stuff"),
        record("d/stale.txt", fingerprint="another"),
        record("elsewhere/kept.txt"),
    )
    assert names(plan.unchanged) == ["d/same.txt"]
    assert names(plan.write) == ["d/changed.txt", "d/moved.txt", "d/new.txt", "d/stale.txt"]
    assert [gone.file for gone in plan.remove] == ["d/gone.txt"]
    assert (plan.failed, plan.duplicates) == ((), ())


def test_a_half_written_document_is_written_again() -> None:
    write("a.txt")
    plan = planned(["a.txt"], record("a.txt", complete=False))
    assert (names(plan.write), plan.remove) == (["a.txt"], ())


def test_one_content_is_one_document() -> None:
    write("d/a.txt:x", "d/b.txt:x", "d/c.txt:y")
    plan = planned(["d"], record("other/y.txt:y"))
    assert names(plan.write) == ["d/a.txt"]
    assert [(file.as_posix(), other) for file, other in plan.duplicates] == [
        ("d/b.txt", "d/a.txt"),
        ("d/c.txt", "other/y.txt"),
    ]


def test_a_file_that_became_a_duplicate_loses_its_former_content() -> None:
    write("d/a.txt:x", "d/b.txt:x")
    plan = planned(["d"], record("d/a.txt:x"), record("d/b.txt:before"))
    assert [gone.file for gone in plan.remove] == ["d/b.txt"]
    assert names(plan.unchanged) == ["d/a.txt"]


def test_paths_with_nothing_to_read_say_so() -> None:
    Path("empty").mkdir()
    write("full/a.txt", "full/empty/picture.png")
    assert [str(error) for error in planned(["none.txt", "empty", "full"]).failed] == [
        "none.txt: there is no such file or folder; give the path of one",
        f"empty: holds no file that can be read ({KINDS}); put one there",
    ]


def test_documents_of_a_folder_that_is_now_empty_are_gone() -> None:
    Path("d").mkdir()
    plan = planned(["d"], record("d/a.txt"))
    assert ([gone.file for gone in plan.remove], plan.failed) == (["d/a.txt"], ())


def test_documents_of_a_path_that_does_not_exist_are_kept() -> None:
    plan = planned(["d", "gone.txt"], record("d/a.txt"), record("gone.txt"))
    assert plan.remove == ()
    assert [error.file for error in plan.failed] == ["d", "gone.txt"]


def test_the_hash_of_a_folder_tells_names_and_contents() -> None:
    write("m/a.bin:1", "m/b.bin:2")
    before = folder_hash(Path("m"))
    write("m/.DS_Store")
    assert folder_hash(Path("m")) == before
    write("m/b.bin:3")
    assert folder_hash(Path("m")) != before
    assert folder_hash(Path("none")) == hashlib.sha256().hexdigest()
