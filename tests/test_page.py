"""The page in a real browser: it opens alone, finds, shows evidence, filters, and runs no name."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import page_reader
import pytest
from page_reader import DESK, EVERY_STATUS, Reader, facts, opened
from page_samples import ASTRAL, FORMULA, LINK, SCRIPT, TURNED, extractions

address, browser, reader = page_reader.address, page_reader.browser, page_reader.reader

# ------------------------------------------------------------------ opening


def test_the_page_opens_by_itself_and_shows_the_graph(reader: Reader) -> None:
    assert reader.page.title() == "政策知识图谱 · 2 篇文章 · 政图"
    assert int(reader.page.get_attribute("#canvas", "data-drawn")) == reader.seen("things") > 40
    assert "断言 46/51" in reader.text("#filters .foot")
    assert "云上通办" in reader.text("#card .list")
    painted = reader.page.evaluate(
        "() => { const c = document.getElementById('canvas'); const d = c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data; return d.some((v, i) => i % 4 === 3 && v) }"
    )
    assert painted


def test_a_request_or_a_foreign_script_is_refused_by_the_page_itself(
    browser: Any, address: str
) -> None:
    reader = Reader(browser, address, DESK, "")
    reader.context.set_offline(False)
    refused = reader.page.evaluate(
        "() => fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')"
    )
    reader.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); }"
    )
    assert (refused, reader.page.evaluate("() => window.ran")) == ("refused", None)
    assert any("Content Security Policy" in words for words in reader.trouble)
    reader.context.close()


# ------------------------------------------------------------------ finding


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("云上通办", "云上通办"),
        ("云通办", "云上通办"),  # an alias
        ("Singapore", "新加坡"),
        ("SG", "新加坡"),
        ("ystb", "云上通办"),  # initials of the pinyin
        ("yunshangtong", "云上通办"),
        ("onerror", SCRIPT),
    ],
)
def test_search_finds_names_in_every_form(reader: Reader, typed: str, first: str) -> None:
    reader.page.fill("#q", typed)
    assert reader.page.locator("#hits li").first.locator(".text").inner_text().startswith(first)


def test_search_finds_words_of_the_text(reader: Reader) -> None:
    reader.find("尚待讨论")
    assert "首席数据官制度" in reader.text("#card h2")


def test_search_waits_for_the_input_method(reader: Reader) -> None:
    typed = """({text, composing}) => { const q = document.getElementById('q'); q.focus();
      q.value = text; q.dispatchEvent(new InputEvent('input', {isComposing: composing})); }"""
    reader.page.evaluate(typed, {"text": "yun", "composing": True})
    assert reader.page.is_hidden("#hits")
    reader.page.keyboard.press("Escape")
    reader.page.evaluate(typed, {"text": "云上", "composing": False})
    assert reader.page.is_visible("#hits")


# ------------------------------------------------------------------ evidence


def test_a_click_opens_the_card_with_marks_at_the_true_offsets(reader: Reader) -> None:
    name = "technology-" + next(
        e.iri.rpartition("-")[2] for x in extractions() for e in x.entities if e.label == LINK
    )
    reader.page.mouse.click(*reader.at(name))
    reader.still()
    assert reader.text("#card h2") == LINK
    assert "接入" in reader.text("#card blockquote")
    checked = 0
    for thing in ("云上通办", ASTRAL, SCRIPT, TURNED, "云川省"):
        reader.find(thing)
        checked += marks_are_true(reader)
    assert checked > 40


def marks_are_true(reader: Reader) -> int:
    pieces = reader.page.eval_on_selector_all(
        "#card blockquote [data-start]",
        "all => all.map(n => [+n.dataset.start, +n.dataset.end, n.textContent, n.className])",
    )
    texts = [extraction.document.text for extraction in extractions()]
    spans = [
        {(d.text, s.start, s.end) for d, a in facts() for s in (a.evidence.subject,)},
        {(d.text, s.start, s.end) for d, a in facts() for s in (a.evidence.object,)},
    ]
    for start, end, words, marked in pieces:
        homes = [text for text in texts if text[start:end] == words]
        assert homes, words
        for role, known in zip(("subject", "object"), spans, strict=True):
            if role in marked.split() and "cue" not in marked:
                assert any((text, start, end) in known for text in homes), (words, role)
    return len(pieces)


def test_an_edge_shows_its_evidence_with_all_that_is_known_of_it(reader: Reader) -> None:
    [edge] = reader.page.evaluate(
        "() => { const m = JSON.parse(document.getElementById('matter').textContent);"
        " const id = i => m.things[i][0]; return m.edges.filter(e => m.things[e[0]][2] === "
        "'整体政府' && m.things[e[2]][2] === '碎片化').map(e => [id(e[0]), m.relations[e[1]][0],"
        " id(e[2])].join('/')) }"
    )
    reader.page.mouse.click(*reader.at(edge))
    reader.still()
    card = reader.text("#card")
    for words in (
        "应对",
        "碎片化",
        "云川省数字政府建设三年行动计划解读",
        "2024-03-20",
        "字符",
        "triggers",
    ):
        assert words in card
    assert reader.page.locator("#card mark.subject").inner_text() == "整体政府"
    assert reader.page.locator("#card .cue").inner_text() == "应对"
    assert edge in reader.link()


def test_denied_and_reported_facts_are_hidden_but_can_be_reached(reader: Reader) -> None:
    before = reader.seen("edges")
    reader.find("一件事一次办")
    assert "否定" not in reader.text("#card section >> nth=0")
    assert "另有 3 条被筛选隐藏" in reader.text("#card")
    reader.page.check("#status-negated")
    reader.page.check("#status-reported")
    assert reader.seen("edges") > before
    badges = reader.page.locator("#card .badge").all_inner_texts()
    assert sorted(set(badges)) == ["否定", "转述"]


def test_the_source_shows_the_whole_text_with_every_name(reader: Reader) -> None:
    reader.find("碎片化")
    reader.page.locator("#card .acts .plain").first.click()
    reader.still()
    assert reader.page.locator("#source .object", has_text="碎片化").is_visible()
    shown = reader.page.locator("#source article > p").all_text_contents()
    [plan, _] = [extraction.document.text for extraction in extractions()]
    assert shown == [line for line in plan.split("\n") if line.strip()]
    names = reader.page.locator("#source .name").count()
    assert names >= len(extractions()[0].mentions)
    reader.page.locator("#source .name", has_text="云川大学").first.click()
    assert reader.text("#card h2") == "云川大学"
    assert "在" not in reader.text("#source .here")


# ------------------------------------------------------------------ strange names


@opened(DESK, EVERY_STATUS + "&lonely=1")
def test_strange_names_stay_text_everywhere(reader: Reader) -> None:
    for name in (SCRIPT, LINK, TURNED, FORMULA):
        reader.page.fill("#q", name)
        reader.page.keyboard.press("Enter")
        reader.still()
        assert reader.text("#card h2") == name.replace("\u202e", "").replace("\u202c", "")
        for view in ("table", "source", "graph"):
            reader.page.click(f"#view-{view}")
    reader.page.click("#view-table")
    assert reader.page.locator("table .thing", has_text=SCRIPT).count() == 1
    assert reader.page.locator("img, iframe, object, embed").count() == 0
    assert reader.page.evaluate("() => [...document.links].every(a => a.id === 'skip')")
    svg = reader.save("#take-svg").decode()
    assert "<img" not in svg
    ET.fromstring(svg)


# ------------------------------------------------------------------ filters


def test_the_legend_filters_and_counts(reader: Reader) -> None:
    whole = reader.seen("things")
    count = int(reader.page.inner_text("label[for=kind-Region] .n"))
    reader.page.uncheck("#kind-Region")
    assert reader.seen("things") <= whole - count
    assert reader.page.inner_text("label[for=kind-Region] .n") == str(count)
    assert int(reader.page.inner_text("label[for=relation-partOf] .n")) == 0
    reader.page.click("#reset")
    assert reader.seen("things") == whole
    reader.page.hover("label[for=relation-becomes]")
    reader.page.click("#relation-becomes-only")
    assert (reader.seen("things"), reader.seen("edges")) == (2, 1)
    reader.page.click("#reset")
    reader.page.locator("#least").fill("0.8")
    sure = {(a.subject, a.relation, a.object) for _, a in facts() if a.confidence >= 0.8}
    denied = ("negated", "reported", "questioned")
    dropped = {(a.subject, a.relation, a.object) for _, a in facts() if a.status in denied}
    assert reader.seen("edges") == len(sure - dropped)


def test_things_without_facts_come_when_asked_for(reader: Reader) -> None:
    whole = reader.seen("things")
    reader.page.check("#lonely")
    assert reader.seen("things") > whole
    reader.page.uncheck("#lonely")
    reader.find("数据要素市场")
    assert "尚无断言" in reader.text("#card")
