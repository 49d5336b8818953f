"""What reading keeps and loses on the corpus, beside trafilatura on the same pages in the same run.

Fields are compared with the corpus' index, to the letter. Of the body, a paragraph is lost if its
words are nowhere in what was read, and a line is foreign if its words are not in the page's own
text; white space and the bars between cells do not count. Trafilatura is asked for plain text with
tables, once as it comes and once with a least size of 30, and for its date.
"""

from __future__ import annotations

import argparse
import csv
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lxml import html

from kg.model import Document
from kg.ontology import Ontology, load_ontology
from kg.text.read import read

ROOT = Path(__file__).parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
FIELDS = ("title", "issuer", "number", "index", "topic", "written", "published")


class Body(NamedTuple):
    """What became of the body of one page."""

    paragraphs: int
    lost: int
    foreign: int
    seconds: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; see --help."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS, help="default: %(default)s")
    options = parser.parse_args(arguments)
    for line in report(options.corpus):
        print(line, flush=True)


def report(corpus: Path) -> Iterator[str]:
    """Yield the tables: fields, bodies, reports."""
    ontology = load_ontology()
    rows = _index(corpus)
    notices = [row for row in rows if row["file"].startswith("notices/")]
    documents = {row["file"]: read(corpus / row["file"], ontology) for row in rows}
    yield from _fields(notices, documents, corpus)
    yield ""
    yield from _bodies(notices, corpus, ontology)
    yield ""
    yield from _reports([row for row in rows if row not in notices], documents)


def _index(corpus: Path) -> list[dict[str, str]]:
    with (corpus / "index.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _fields(
    notices: Sequence[dict[str, str]], documents: dict[str, Document], corpus: Path
) -> Iterator[str]:
    yield f"fields of {len(notices)} notices, exact"
    for field in FIELDS:
        right = sum(documents[row["file"]].value(field) == row[field] for row in notices)
        yield f"  {field:10} {right / len(notices):.3f}  {right}/{len(notices)}"
    dates = _peer_dates(notices, corpus)
    if dates is not None:
        yield f"  trafilatura's date is the date published in {dates}/{len(notices)}"


def _peer_dates(notices: Sequence[dict[str, str]], corpus: Path) -> int | None:
    try:
        import trafilatura
    except ImportError:
        return None
    right = 0
    for row in notices:
        page = (corpus / row["file"]).read_text(encoding="utf-8")
        said = trafilatura.extract_metadata(page)
        right += bool(said) and said.date == row["published"]
    return right


def _bodies(notices: Sequence[dict[str, str]], corpus: Path, ontology: Ontology) -> Iterator[str]:
    def ours(path: Path) -> list[str]:
        document = read(path, ontology)
        return [span.of(document.text) for span in document.body]

    yield f"bodies of {len(notices)} notices    paragraphs  lost  foreign lines  seconds (median)"
    readers = {"ours": ours, **_peers()}
    for name, reader in readers.items():
        found = [_body(corpus / row["file"], reader) for row in notices]
        median = statistics.median(body.seconds for body in found)
        yield (
            f"  {name:26} {sum(b.paragraphs for b in found):9}  {sum(b.lost for b in found):4}"
            f"  {sum(b.foreign for b in found):13}  {median:.4f}"
        )


def _peers() -> dict[str, Callable[[Path], list[str]]]:
    try:
        import trafilatura
        from trafilatura.settings import use_config
    except ImportError:
        return {}
    patient = use_config()
    patient.set("DEFAULT", "MIN_EXTRACTED_SIZE", "30")

    def peer(path: Path, config: object = None) -> list[str]:
        page = path.read_text(encoding="utf-8")
        options = {"config": config} if config else {}
        text = trafilatura.extract(page, include_tables=True, include_comments=False, **options)
        return (text or "").split("\n")

    return {
        "trafilatura": peer,
        "trafilatura, least size 30": lambda path: peer(path, patient),
    }


def _body(path: Path, reader: Callable[[Path], list[str]]) -> Body:
    wanted, whole = reference(path.read_text(encoding="utf-8"))
    started = time.process_time()
    lines = [squeezed(line) for line in reader(path)]
    seconds = time.process_time() - started
    text = "".join(lines)
    return Body(
        paragraphs=len(wanted),
        lost=sum(words not in text for words in wanted),
        foreign=sum(line not in whole for line in lines),
        seconds=seconds,
    )


def reference(page: str) -> tuple[list[str], str]:
    """Return the paragraphs of a notice, and all its words with those of the table of its header.

    Both are found in the page by its own names for them.
    """
    content = html.fromstring(page).get_element_by_id("UCAP-CONTENT")
    tables = html.fromstring(page).xpath("//table[contains(@class, 'bd1')]")
    whole = squeezed(content.text_content() + "".join(t.text_content() for t in tables))
    for mark in content.iter("br"):
        mark.tail = f"\n{mark.tail or ''}"
    lines = (line for p in content.iter("p") for line in p.text_content().split("\n"))
    return list(filter(None, map(squeezed, lines))), whole


def squeezed(words: str) -> str:
    """Return the words without white space, bars, rules and the marks of a list."""
    return re.sub(r"[\s|]+|-{3,}", "", re.sub(r"^\s*(?:[-*]|#+) ", "", words))


def _reports(rows: Sequence[dict[str, str]], documents: dict[str, Document]) -> Iterator[str]:
    reports = [documents[row["file"]] for row in rows]
    yield f"{len(reports)} reports"
    for field in ("title", "published"):
        said = [documents[row["file"]].value(field) for row in rows]
        right = sum(value == row[field] for value, row in zip(said, rows, strict=True))
        yield f"  {field:10} {right / len(rows):.3f}  {right}/{len(rows)}"
        for row, value in zip(rows, said, strict=True):
            if value != row[field]:
                name = Path(row["file"]).name
                yield f"    {name}: the index has {row[field]}, we read {value or 'nothing'}"
    for field, what in (("author", "speaker"), ("issued", "date of delivery")):
        yield f"  with a {what}: {sum(paper.value(field) is not None for paper in reports)}"
    sections = [len(paper.sections) for paper in reports]
    yield f"  sections: {sum(sections)}, median {statistics.median(sections):.0f} a report"


if __name__ == "__main__":
    main()
