"""SPARQL in the page, in a real browser without a network: asked, completed, marked, stopped."""

from __future__ import annotations

import csv
import gzip
import io
import re
import statistics
from hashlib import sha256
from pathlib import Path
from typing import Any

import page_reader
import pytest
from page_reader import DESK, PHONE, Reader, opened
from page_samples import SCRIPT, TURNED, sample_graph

from kg.export import asking as asking_room
from kg.export.asking import ENGINE, asking
from kg.questions import load_questions

address, browser, reader = page_reader.address, page_reader.browser, page_reader.reader

HIDDEN = "[\u202c\u202e]"
"""What the page never shows: characters that turn others round."""
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def asked(reader: Reader, sparql: str) -> None:
    if reader.page.is_hidden("#query"):
        reader.page.click("#view-query")
    reader.page.fill("#sparql", sparql)
    reader.page.keyboard.press("Escape")
    reader.page.keyboard.press("Control+Enter")
    answered(reader)


def answered(reader: Reader) -> None:
    reader.page.wait_for_selector("#answer :is(table, .truth, .failed, .note)")
    reader.page.wait_for_selector("#query-run")
    reader.still()


def rows(reader: Reader) -> list[list[str]]:
    return [
        row.locator("td").all_inner_texts() for row in reader.page.locator("#answer tbody tr").all()
    ]


# ------------------------------------------------------------------ asking


def test_the_engine_is_loaded_when_it_is_first_used(reader: Reader) -> None:
    assert reader.page.workers == []
    reader.page.click("#view-query")
    reader.page.wait_for_selector("text=/\\d+ 条三元组/")
    assert len(reader.page.workers) == 1
    said = int(re.sub(r"\D", "", reader.text("#query-note")))
    union = {quad.triple for quad in sample_graph().store}
    assert said == pytest.approx(len(union), abs=3)  # the bookkeeping stays out


def test_the_shipped_questions_are_a_menu_and_give_what_the_graph_gives(reader: Reader) -> None:
    graph = sample_graph()
    questions = load_questions(graph.ontology.folder)
    reader.page.click("#view-query")
    assert reader.page.locator("#question option").all_inner_texts()[: len(questions)] == [
        question.sentence for question in questions
    ]
    checked = 0
    for i, question in enumerate(questions):
        reader.page.select_option("#question", str(i))
        answered(reader)
        expected = [
            ["" if cell is None else re.sub(HIDDEN, "", str(cell)) for cell in row]
            for row in graph.rows(question.sparql)
        ]
        shown = rows(reader)
        assert len(shown) == min(len(expected), 200)
        assert [[c.strip() for c in row] for row in shown] == expected
        checked += len(shown)
    assert checked > 50


def test_the_answer_is_marked_in_the_picture_and_has_a_link(browser: Any, address: str) -> None:
    reader = Reader(browser, address, DESK, "")
    asked(reader, "SELECT ?r ?w { ?r a kg:Region ; kg:proposes ?w . ?w a kg:Initiative }")
    assert sorted(row[0] for row in rows(reader))[-1] == "青澜市"
    assert reader.seen("marked") == 5
    reader.page.click("#see-marked")
    reader.still()
    assert "5 个实体已标出" in reader.text("#banner")
    link = reader.link()
    reader.leave()
    again = Reader(browser, address, DESK, link)
    again.page.wait_for_selector("#unmark")
    assert again.seen("marked") == 5
    again.page.click("#back-to-query")
    assert again.page.locator("#answer tbody tr").count() == 6
    again.page.click("#answer .thing >> nth=0")
    assert again.page.is_visible("#card .fact")
    again.page.click("#view-graph")
    again.page.keyboard.press("Escape")
    again.page.click("#unmark")
    assert again.seen("marked") == 0
    again.leave()


def test_names_in_an_answer_mark_the_things_that_bear_them(reader: Reader) -> None:
    asked(reader, 'SELECT ("云上通办" AS ?name) ("nothing" AS ?other) {}')
    assert reader.seen("marked") == 1
    assert reader.page.locator("#answer .thing", has_text="云上通办").count() == 1


def test_asking_for_truth_triples_and_graphs(reader: Reader) -> None:
    asked(reader, "ASK { ?s a kg:Country }")
    assert reader.text("#truth") == "是"
    asked(reader, "CONSTRUCT { ?s kg:uses ?o } WHERE { ?s kg:uses ?o }")
    assert len(rows(reader)) == 10
    asked(reader, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s a kg:Assertion } }")
    assert rows(reader) == [["2"]]


def test_an_error_says_where_and_marks_the_line(reader: Reader) -> None:
    asked(reader, "SELECT ?s WHERE {\n  ?s kg:promotes\n}")
    assert "第 3 行第 1 列" in reader.text("#answer [role=alert]")
    assert reader.page.get_attribute(".editor", "data-wrong") == "3"
    asked(reader, "SELEC ?s")
    assert re.search("第 1 行第 [1-9] 列", reader.text("#answer [role=alert]"))


def test_no_query_reaches_another_server(reader: Reader) -> None:
    asked(reader, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert reader.page.is_visible("#answer .failed")


def test_a_runaway_query_is_stopped_and_the_next_one_answered(reader: Reader) -> None:
    reader.page.click("#view-query")
    reader.page.wait_for_selector("text=/\\d+ 条三元组/")
    reader.page.fill("#sparql", RUNAWAY)
    reader.page.keyboard.press("Escape")
    reader.page.keyboard.press("Control+Enter")
    reader.page.wait_for_selector("text=/正在查询 [1-9]/")
    reader.page.click("#view-graph")  # the page answers while the worker is busy
    reader.page.click("#view-query")
    reader.page.click("#query-stop")
    reader.page.wait_for_selector("text=查询已停止")
    for _ in range(20):
        if not reader.page.workers:
            break
        reader.still()
    assert reader.page.workers == []
    asked(reader, "ASK { ?s a kg:Country }")
    assert reader.text("#truth") == "是"


def test_strange_names_stay_text_in_answers_too(reader: Reader) -> None:
    asked(
        reader,
        "SELECT ?name { ?s a ?kind ; rdfs:label ?name FILTER (STRSTARTS(STR(?s), STR(id:))) } "
        "ORDER BY DESC(?name)",
    )
    shown = [row[0] for row in rows(reader)]
    assert SCRIPT in shown
    assert re.sub(HIDDEN, "", TURNED) in shown
    assert reader.page.locator("#answer img").count() == 0
    reader.page.click("#view-graph")
    reader.page.click("#view-query")
    with reader.page.expect_download() as caught:
        reader.page.click("#take-answer")
    raw = Path(caught.value.path()).read_text(encoding="utf-8-sig")
    cells = [row["name"] for row in csv.DictReader(io.StringIO(raw))]
    assert SCRIPT in cells and not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


# ------------------------------------------------------------------ writing


def test_the_editor_colours_and_completes(reader: Reader) -> None:
    page = reader.page
    page.click("#view-query")
    page.fill("#sparql", "# 说明\nSELECT ?thing WHERE { ?thing a ")
    assert page.locator(".editor .t-keyword").all_inner_texts() == ["SELECT", "WHERE", "a"]
    assert page.locator(".editor .t-comment").inner_text() == "# 说明"
    page.keyboard.type("kg:Cou")
    assert "国家" in page.locator("#offers li").first.inner_text()
    page.keyboard.press("Tab")
    assert page.input_value("#sparql").endswith("a kg:Country ")
    page.keyboard.type("; 提出")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#sparql", "aria-activedescendant") == "offer-0"
    page.keyboard.press("Enter")
    page.keyboard.type("?t")
    assert page.locator("#offers li").first.inner_text().startswith("?thing")
    page.keyboard.press("Escape")
    page.keyboard.type("opic . ?topic rdfs:label ?l FILT")
    page.keyboard.press("Tab")
    assert "kg:proposes ?topic . ?topic rdfs:label ?l FILTER" in page.input_value("#sparql")
    page.keyboard.press("Control+a")
    page.keyboard.type("新加坡")
    assert "id:country-SG" in page.locator("#offers li").first.inner_text()


@opened(PHONE)
def test_asking_on_a_phone(reader: Reader) -> None:
    page = reader.page
    page.tap("#tab-query")
    page.select_option("#question", "11")
    answered(reader)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert page.locator("#question").bounding_box()["width"] > 150
    page.tap("#see-marked")
    assert page.is_visible("#banner")


# ------------------------------------------------------------------ what is inside


def test_the_engine_is_the_published_one() -> None:
    told = (ENGINE / "README.md").read_text(encoding="utf-8")
    module = gzip.decompress((ENGINE / "oxigraph.wasm.gz").read_bytes())
    script = (ENGINE / "oxigraph.js").read_bytes()
    for published in (module, script):
        assert sha256(published).hexdigest() in told
    assert "Apache-2.0" in told


def test_a_graph_too_large_for_a_browser_leaves_the_evidence_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = sample_graph()
    lines = []
    for most, left in ((300_000, 0), (len(graph.store) // 2 - 200, 1), (10, 2)):
        monkeypatch.setattr(asking_room, "MOST", most)
        assert asking(graph)["left"] == left
        lines.append(asking(graph)["quads"])
    sizes = [len(packed) for packed in lines]
    assert sizes == sorted(sizes, reverse=True) and statistics.median(sizes) < sizes[0]
