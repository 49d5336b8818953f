"""The corpus beside the checkout: header fields, speakers, dates, headings, and whole bodies."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from kg.model import Document
from kg.ontology import Ontology, load_ontology
from kg.text.read import read

ROOT = Path(__file__).parent.parent
CORPUS = Path(os.environ.get("ZHENGTU_SHARED") or ROOT.parent / "shared") / "corpus"
CASES = ROOT / "tests" / "cases" / "corpus"
FIELDS = ("title", "issuer", "number", "index", "topic", "written", "published")
WANTED = 0.98

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir() and not os.environ.get("CI"), reason="no shared corpus beside the checkout"
)


@cache
def ontology_once() -> Ontology:
    return load_ontology()


@cache
def document(name: str) -> Document:
    return read(CORPUS / name, ontology_once())


def names(kind: str) -> list[str]:
    return sorted(f"{kind}/{path.name}" for path in (CORPUS / kind).glob("*"))


def body(paper: Document) -> list[str]:
    return [span.of(paper.text) for span in paper.body]


def squeezed(words: str) -> str:
    return re.sub(r"[\s|]+", "", words)


# ------------------------------------------------------------------ fields of notices


def index() -> list[dict[str, str]]:
    with (CORPUS / "index.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["file"].startswith("notices/")]


@pytest.mark.parametrize("field", FIELDS)
def test_fields_of_the_notices_are_those_of_the_index(field: str) -> None:
    rows = index()
    wrong = [row["file"] for row in rows if document(row["file"]).value(field) != row[field]]
    assert 1 - len(wrong) / len(rows) >= WANTED, wrong
    assert len(rows) == 36


def test_every_field_stands_where_it_says(ontology: Ontology) -> None:
    dates = {rule.name for rule in ontology.fields if rule.name in ("written", "published")}
    for row in index():
        paper = document(row["file"])
        for field in paper.fields:
            assert field.span is not None
            if field.name not in dates:
                assert squeezed(field.span.of(paper.text)) == squeezed(field.value)


# ------------------------------------------------------------------ bodies of notices


def paragraphs(page: str) -> Iterator[str]:
    """Yield the paragraphs of a notice's own text, found in the page by its id."""
    content = html.fromstring(page).get_element_by_id("UCAP-CONTENT")
    for mark in content.iter("br"):
        mark.tail = f"\n{mark.tail or ''}"
    for paragraph in content.iter("p"):
        yield from filter(None, map(squeezed, paragraph.text_content().split("\n")))


def test_no_paragraph_is_lost_and_no_line_of_the_site_is_kept() -> None:
    counted = 0
    for name in names("notices"):
        page = (CORPUS / name).read_text(encoding="utf-8")
        wanted = list(paragraphs(page))
        content = html.fromstring(page).get_element_by_id("UCAP-CONTENT").text_content()
        lines = [squeezed(line) for line in body(document(name))]
        text = "".join(lines)
        assert [words for words in wanted if words not in text] == [], name
        assert [line for line in lines if line not in squeezed(content)] == [], name
        counted += len(wanted)
    assert counted > 2000


PINNED: dict[str, dict[str, Any]] = json.loads((CASES / "bodies.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(PINNED))
def test_bodies_checked_by_eye_stay_as_they_were(name: str) -> None:
    paper = document(name)
    assert shape(paper) == PINNED[name]


def shape(paper: Document) -> dict[str, Any]:
    """Return what tells a body from any other without repeating its words."""
    depths = Counter(section.depth for section in paper.sections)
    return {
        "paragraphs": len(paper.body),
        "characters": sum(map(len, paper.body)),
        "sections": [depths[depth] for depth in sorted(depths)],
        "sha256": hashlib.sha256("\n".join(body(paper)).encode()).hexdigest(),
    }


# ------------------------------------------------------------------ reports

REPORTS: dict[str, dict[str, Any]] = json.loads(
    (CASES / "reports.json").read_text(encoding="utf-8")
)


def test_every_report_has_its_case() -> None:
    assert sorted(REPORTS) == names("reports")


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_a_report_has_its_speaker_its_date_and_its_headings(name: str) -> None:
    paper, wanted = document(name), REPORTS[name]
    assert paper.value("author") == wanted["speaker"]
    assert paper.value("issued") == wanted["date"]
    assert outline(paper) == wanted["outline"]
    assert body(paper)[0].startswith("各位代表")


def outline(paper: Document) -> list[Any]:
    """Return the first characters of each heading, nested as the sections are."""
    return [[s.depth, s.heading.of(paper.text)[:8]] for s in paper.sections]


def test_sections_hold_what_stands_below_them() -> None:
    for name in names("reports"):
        paper = document(name)
        for one in paper.sections:
            assert one.span.start == one.heading.start
            assert one.span.holds(one.heading)
        places = [paper.section(span) for span in paper.body]
        assert places[0] is None
        assert sum(place is not None for place in places) > 0.9 * len(places), name


def test_the_bench_says_what_the_tests_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)
    from bench.reading import report

    lines = list(report(CORPUS))
    assert [line.split() for line in lines[1:8]] == [[f, "1.000", "36/36"] for f in FIELDS]
    [ours] = [line.split() for line in lines if line.strip().startswith("ours")]
    assert ours[2:4] == ["0", "0"]
