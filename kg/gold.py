"""Annotated passages: doccano's relation-extraction JSONL, read and checked.

A line holds its own text, or points at a stretch of a corpus file whose text may not be copied
(``file``, ``start``, ``end``); such offsets count the characters of the file that are neither
markup nor white space.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import GoldError

_HIDDEN = re.compile(r"(?is)<(script|style).*?</\1>|<!--.*?-->")
_TAG = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, order=True)
class Name:
    """An annotated name: half-open offsets into the passage's text, and the class's name."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Tie:
    """An annotated relation between two names of the passage, given by their positions in it."""

    subject: int
    relation: str
    object: int


@dataclass(frozen=True)
class Passage:
    """A text with the names and relations that a reader marked in it."""

    id: str
    source: str
    text: str
    names: tuple[Name, ...] = ()
    ties: tuple[Tie, ...] = ()

    def quote(self, name: Name) -> str:
        """Return the words of a name."""
        return self.text[name.start : name.end]


def read_gold(path: Path, corpus: Path | None = None) -> tuple[Passage, ...]:
    """Read a gold file; raise GoldError with the line that is wrong.

    ``corpus`` is the folder that the lines without a text of their own point into.
    """
    return tuple(_passages(path, corpus))


def _passages(path: Path, corpus: Path | None) -> Iterator[Passage]:
    texts: dict[str, str] = {}
    try:
        # Not splitlines: a text may hold U+2028, which ends no line of JSON.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise GoldError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise GoldError(f"{path}: is not UTF-8; save it as UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _passage(json.loads(line), number, corpus, texts)
            except (ValueError, KeyError, TypeError, IndexError) as error:
                raise GoldError(
                    f"{path}:{number}: is no doccano passage ({type(error).__name__}: {error}); "
                    "export it from doccano as JSONL with relations"
                ) from error


def _passage(
    record: dict[str, Any], number: int, corpus: Path | None, texts: dict[str, str]
) -> Passage:  # Any: what JSON holds
    text = record["text"] if "text" in record else _standoff(record, corpus, texts)
    positions: dict[Any, int] = {}
    names: list[Name] = []
    for entity in sorted(record.get("entities", ()), key=lambda e: e["start_offset"]):
        name = Name(entity["start_offset"], entity["end_offset"], entity["label"])
        if not 0 <= name.start < name.end <= len(text):
            raise ValueError(f"name {name.start}:{name.end} lies outside the text")
        positions[entity["id"]] = len(names)
        names.append(name)
    ties = tuple(
        Tie(positions[r["from_id"]], r["type"], positions[r["to_id"]])
        for r in record.get("relations", ())
    )
    identity = str(record.get("id", number))
    return Passage(identity, str(record.get("source", "")), text, tuple(names), ties)


def _standoff(record: dict[str, Any], corpus: Path | None, texts: dict[str, str]) -> str:
    file = record["file"]
    if corpus is None:
        raise ValueError(f"its text is in the corpus file {file}; say where with --corpus DIR")
    if file not in texts:
        try:
            texts[file] = bare_text(corpus / file)
        except OSError as error:
            problem = f"{corpus / file}: cannot be read ({error.strerror})"
            raise GoldError(f"{problem}; give the corpus with --corpus DIR") from error
    return texts[file][record["start"] : record["end"]]


def bare_text(path: Path) -> str:
    """Return the characters of a corpus file that are neither markup nor white space."""
    text = path.read_bytes().decode("utf-8-sig")
    if path.suffix == ".html":
        text = html.unescape(_TAG.sub("", _HIDDEN.sub("", text)))
    return _BLANK.sub("", text)
