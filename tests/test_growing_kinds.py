"""A folder of files of every kind, read together: what is quoted stands there, and it grows."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import docx
import pytest

from kg.builder import BuildReport, build
from kg.finishing import PRODUCTS
from kg.model import Span
from kg.ontology import Ontology
from kg.opening import open_graph, write_product
from kg.text.read import READERS, read, suffix_of

SAMPLES = Path(__file__).parent / "cases" / "documents"
MATTER = (
    "数字政府\n来源：某某日报\n\n新加坡提出智慧国家构想。浙江推出“最多跑一次”改革，"
    "数字技术提升政府服务效能。\n"
)


class Quotation(NamedTuple):
    """A stretch of text as the graph tells of it."""

    file: str
    span: Span
    words: str
    page: int | None
    paragraph: int | None


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("d")
    folder.mkdir()
    for name in ("news.html", "blueprint.htm", "notice.mhtml", "notice.pdf", "columns.pdf"):
        (folder / name).write_bytes((SAMPLES / name).read_bytes())
    (folder / "notice.docx").write_bytes((SAMPLES / "notice.docx").read_bytes())
    page = gzip.compress((SAMPLES / "notice.html").read_bytes(), mtime=0)
    (folder / "notice.html.gz").write_bytes(page)
    (folder / "old.txt").write_bytes(MATTER.encode("gb18030"))
    (folder / "old.txt.gz").write_bytes(gzip.compress(f"别的{MATTER}".encode("gb18030"), mtime=0))
    (folder / "plain.md").write_text(f"# 说明\n\n{MATTER}", encoding="utf-8")


def quads(out: str) -> bytes:
    with open_graph(out) as graph:
        write_product(graph, Path(f"{out}.nq"))
    return Path(f"{out}.nq").read_bytes()


def same_as_fresh(ontology: Ontology, number: int) -> None:
    fresh = f"fresh{number}"
    build(["d"], fresh, ontology=ontology, engine="serial")
    assert quads("out") == quads(fresh)
    for name in PRODUCTS:
        assert Path("out", name).read_bytes() == Path(fresh, name).read_bytes(), name


def quotations() -> Iterator[Quotation]:
    with open_graph("out") as graph:
        rows = graph.rows(
            "SELECT ?file ?start ?end ?words ?page ?paragraph {"
            " ?span oa:hasSource/kg:file ?file ; oa:start ?start ; oa:end ?end ; oa:exact ?words ."
            " OPTIONAL { ?span kg:page ?page } OPTIONAL { ?span kg:paragraph ?paragraph } }"
        )
        for file, start, end, words, page, paragraph in rows:
            place = Span(int(str(start)), int(str(end)))
            yield Quotation(str(file), place, str(words), number(page), number(paragraph))


def number(value: object) -> int | None:
    return None if value is None else int(str(value))


def check_quotations(ontology: Ontology) -> dict[str, list[Quotation]]:
    """Hold every quotation against its file; return them by file."""
    by_file: dict[str, list[Quotation]] = {}
    for said in quotations():
        by_file.setdefault(said.file, []).append(said)
    for file, found in by_file.items():
        document = read(Path(file), ontology)
        for said in found:
            assert said.span.of(document.text) == said.words, said
            mark = document.landmark(said.span)
            expected = (mark.page, mark.paragraph) if mark else (None, None)
            assert (said.page, said.paragraph) == expected, said
    return by_file


def test_every_kind_of_file_grows_with_the_others(ontology: Ontology) -> None:
    assert {suffix_of(file.name) for file in Path("d").iterdir()} >= set(READERS) - {".html"}
    first: BuildReport = build(["d"], "out", ontology=ontology, engine="serial")
    assert (len(first.written), first.failed) == (10, ())
    found = check_quotations(ontology)
    assert set(found) == set(first.written)
    assert {said.page for said in found["d/notice.pdf"]} >= {1, 2}
    assert all(said.paragraph for said in found["d/notice.docx"])
    assert all(said.page is None for said in found["d/old.txt"])
    same_as_fresh(ontology, 1)

    # Two change, each in its own way; two go; one comes.
    paper = docx.Document("d/notice.docx")
    paper.add_paragraph("新加坡提出智慧国家构想。")
    paper.save("d/notice.docx")
    page = Path("d/news.html").read_bytes().decode("gb18030")
    changed = page.replace("其中，平台建设分为三步。", "英国出台《政府转型战略》，分为三步。")
    assert changed != page
    Path("d/news.html").write_bytes(changed.encode("gb18030"))
    Path("d/notice.pdf").unlink()
    Path("d/notice.mhtml").unlink()
    Path("d/notice.html").write_bytes((SAMPLES / "notice.html").read_bytes() + b"\n")
    second = build(["d"], "out", ontology=ontology, engine="serial")
    assert second.written == ("d/news.html", "d/notice.docx", "d/notice.html")
    assert second.removed == ("d/notice.mhtml", "d/notice.pdf")
    assert (len(second.unchanged), second.failed) == (6, ())
    found = check_quotations(ontology)
    assert "政府转型战略" in "".join(said.words for said in found["d/news.html"])
    assert max(said.paragraph or 0 for said in found["d/notice.docx"]) > 10
    same_as_fresh(ontology, 2)


def test_what_is_broken_meanwhile_stops_no_other_kind(ontology: Ontology) -> None:
    for file in Path("d").iterdir():
        if file.name not in ("columns.pdf", "notice.docx", "old.txt"):
            file.unlink()
    build(["d"], "out", ontology=ontology, engine="serial")
    whole = {name: Path("d", name).read_bytes() for name in ("columns.pdf", "notice.docx")}
    for name, content in whole.items():
        Path("d", name).write_bytes(content[: len(content) // 2])
    Path("d/old.txt").write_bytes(f"{MATTER}又一句。".encode("gb18030"))
    report = build(["d"], "out", ontology=ontology, engine="serial")
    assert report.written == ("d/old.txt",)
    assert report.outdated == tuple(f"d/{name}" for name in sorted(whole))
    for name, content in whole.items():
        Path("d", name).write_bytes(content)
    assert build(["d"], "out", ontology=ontology, engine="serial").failed == ()
    same_as_fresh(ontology, 1)
