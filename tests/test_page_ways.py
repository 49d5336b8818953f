"""The page in a real browser: the ways to look at the graph, and what can be taken away."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from typing import Any

import page_reader
import pyoxigraph as ox
from page_reader import DESK, EVERY_STATUS, PHONE, Reader, facts, opened
from page_samples import FORMULA, extractions, sample_graph

address, browser, reader = page_reader.address, page_reader.browser, page_reader.reader

# ------------------------------------------------------------------ ways of looking


def test_a_neighbourhood_a_path_and_what_is_hidden_can_be_undone(reader: Reader) -> None:
    whole = reader.seen("things")
    reader.find("整体政府")
    reader.page.click("#card-focus")
    reader.still()
    assert reader.seen("things") == 7
    assert "1 层邻域" in reader.text("#banner")
    reader.page.click("#wider")
    assert reader.seen("things") > 7
    reader.page.click("#unfocus")
    reader.page.click("#card-path")
    reader.find("人工智能")
    assert "最短路径" in reader.text("#card") or "没有路径" in reader.text("#card")
    reader.page.keyboard.press("Escape")
    reader.find("海岳市")
    reader.page.click("#card-path")
    reader.find("治理模式")
    assert "2 步" in reader.text("#card")
    reader.page.keyboard.press("Escape")
    reader.find("云上通办")
    reader.page.click("#card-hide")
    assert reader.seen("things") < whole
    reader.page.keyboard.press("Control+z")
    reader.still()
    assert reader.seen("things") == whole


def test_every_state_has_a_link_that_reopens_it(browser: Any, address: str) -> None:
    first = Reader(browser, address, DESK, "")
    first.page.uncheck("#kind-Person")
    first.page.check("#status-negated")
    first.page.uncheck("#relation-partOf")
    first.find("云上通办")
    first.page.click("#card-focus")
    first.page.click("#view-table")
    link, seen = first.link(), first.seen("edges")
    second = Reader(browser, address, DESK, link)
    assert second.text("#card h2") == "云上通办"
    assert not second.page.is_checked("#kind-Person")
    assert second.page.is_checked("#status-negated")
    assert second.page.is_visible("#table")
    assert (second.seen("edges"), second.link()) == (seen, link)
    first.leave()
    second.leave()


def test_a_broken_link_opens_the_plain_page(browser: Any, address: str) -> None:
    reader = Reader(browser, address, DESK, "#thing=none&path=x~y&steps=99&least=abc&document=7")
    assert "概览" in reader.text("#card")
    reader.leave()


def test_the_table_lists_the_same_facts_and_can_be_sorted(reader: Reader) -> None:
    reader.page.click("#view-table")
    assert reader.page.locator("#table tbody tr").count() == 46
    reader.page.click("#sort-conf")
    cells = reader.page.locator("td.of-conf").all_inner_texts()
    marks = [float(re.sub(r"[^\d.]", "", cell)) for cell in cells]
    assert marks == sorted(marks)
    reader.page.click("#list-things")
    assert reader.page.locator("#table tbody tr").count() == reader.seen("things")


def test_the_page_can_be_used_by_keyboard_alone(reader: Reader) -> None:
    press = reader.page.keyboard.press
    press("Tab")
    assert reader.page.evaluate("document.activeElement.id") == "skip"
    press("Enter")
    assert reader.page.evaluate("document.activeElement.id") == "list-facts"
    reader.page.click("#view-graph")
    reader.page.focus("#canvas")
    press("ArrowRight")
    first = reader.text("#card h2")
    assert first == "云上通办"
    press("ArrowDown")
    assert reader.text("#card h2") != first
    assert "条断言" in reader.text("#said")
    press("Enter")
    assert reader.page.evaluate("document.activeElement.id") == "card-title"
    press("Escape")
    assert reader.text("#card h2") == "概览"
    press("/")
    assert reader.page.evaluate("document.activeElement.id") == "q"
    nameless = reader.page.eval_on_selector_all(
        "button, input, select, [role]:not([role=status])",
        "all => all.filter(n => n.offsetParent && !(n.getAttribute('aria-label') || n.title ||"
        " n.textContent.trim() || (n.labels && n.labels.length))).map(n => n.outerHTML)",
    )
    assert nameless == []


def test_dark_and_english_are_kept(reader: Reader) -> None:
    light = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")
    reader.page.click("#theme")
    assert reader.page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    reader.page.click("#language")
    reader.find("Singapore")
    assert reader.text("#card h2") == "Singapore"
    assert "As subject" in reader.text("#card")
    reader.page.reload()
    reader.page.wait_for_selector("html[data-ready][data-theme=dark][lang=en]")
    assert "Classes" in reader.text("#filters")


@opened(PHONE)
def test_a_phone_has_all_of_it(reader: Reader) -> None:
    page = reader.page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    box = page.locator("#canvas").bounding_box()
    assert box["width"] == PHONE[0] and box["height"] > 600
    x, y = reader.at("country-SG")
    page.touchscreen.tap(x, y)
    reader.still()
    assert page.is_visible("#card")
    x, y = reader.at("country-SG")
    assert y < page.locator("#card").bounding_box()["y"]
    page.click("#card-close")
    assert page.is_hidden("#card")
    page.click("#tab-filters")
    page.uncheck("#kind-Country")
    page.click("#tab-table")
    assert page.is_visible("#table") and page.is_hidden("#filters")
    page.click("#tab-source")
    assert page.is_visible("#source")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


# ------------------------------------------------------------------ taking away


def test_pictures_carry_what_is_seen_and_a_legend(reader: Reader) -> None:
    reader.find("云上通办")
    svg = reader.save("#take-svg").decode("utf-8")
    words = "".join(ET.fromstring(svg).itertext())
    for part in ("云上通办", "举措", "地区", "利用", "政策知识图谱", "虚线"):
        assert part in words
    png = reader.save("#take-png")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(png[16:20], "big") > 2000


@opened(DESK, EVERY_STATUS)
def test_the_csv_opens_in_a_spreadsheet_and_runs_nothing(reader: Reader) -> None:
    raw = reader.save("#take-csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert len(rows) == len(facts())
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+-@\t\r" and cell]
    assert {row["主体"] for row in rows} >= {"'" + FORMULA, "云上通办"}
    texts = [extraction.document.text for extraction in extractions()]
    for row in rows:
        start, end = int(row["起"]), int(row["止"])
        assert any(text[start:end] == row["引文"].removeprefix("'") for text in texts)


@opened(DESK, EVERY_STATUS + "&lonely=1")
def test_turtle_and_jsonld_say_what_the_graph_says(reader: Reader) -> None:
    # Through a store, since that writes numbers in a form of its own.
    turtle, jsonld = ox.Store(), ox.Store()
    turtle.load(reader.save("#take-ttl"), format=ox.RdfFormat.TURTLE)
    jsonld.load(reader.save("#take-jsonld"), format=ox.RdfFormat.JSON_LD)
    said = {str(quad) for quad in turtle}
    assert said == {str(quad) for quad in jsonld}
    assert len(said) > 500
    assert said <= {str(ox.Quad(*quad.triple)) for quad in sample_graph().store}


def test_a_citation_names_source_words_and_place(reader: Reader) -> None:
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.find("碎片化")
    reader.page.locator("#card .acts .plain").nth(1).click()
    reader.still()
    copied = reader.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == (
        "林若川. 云川省数字政府建设三年行动计划解读[EB/OL]. 云川省政务网, 2024-03-20. "
        "“整体政府强调协作与整合,通过业务协作和数据共享应对碎片化”(data/plan.txt, 字符 370–398)"
    )
