"""The page in a real browser: time, groups, several things at once, folding, and large graphs."""

from __future__ import annotations

import csv
import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page_reader
import pyoxigraph as ox
import pytest
from page_reader import DESK, EVERY_STATUS, PHONE, Reader, facts, opened
from page_samples import iri_of, sample_graph

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:  # bench/ is no installed package
    sys.path.insert(0, str(ROOT))

from bench.invented import invented  # noqa: E402
from kg.export.page import write_classic, write_page  # noqa: E402
from kg.vocabulary import NAMESPACE  # noqa: E402

address, browser, reader = page_reader.address, page_reader.browser, page_reader.reader


def local(name: str) -> str:
    return iri_of(name).rpartition("/")[2]


# ------------------------------------------------------------------ time


def test_the_timeline_lists_dated_facts_in_order_and_chooses_a_step(reader: Reader) -> None:
    reader.page.click("#view-table")
    reader.page.click("#list-time")
    reader.page.click("#by-event")
    assert reader.text("#list-time") == "时间线（3）"
    shown = reader.page.locator("#list time").all_inner_texts()
    assert shown == ["2024-03-18", "2025-01-01", "2027"]
    assert "2024" in reader.link() or "clock=event" in reader.link()
    reader.page.click("[id='bar-2025']")
    assert reader.page.locator("#list time").all_inner_texts() == ["2025-01-01"]
    assert reader.seen("edges") == 1
    reader.page.click("[id='bar-2025']")
    assert reader.seen("edges") > 40


def test_facts_are_filtered_by_time_with_live_counts(reader: Reader) -> None:
    whole = reader.seen("edges")
    reader.page.select_option("#since", "2025-01")  # by publication: two documents
    late = {(a.subject, a.relation, a.object) for d, a in facts() if d.value("issued") > "2025"}
    assert 0 < reader.seen("edges") <= len(late) < whole
    assert reader.page.inner_text("label[for=relation-partOf] .n") == "0"
    link = reader.link()
    assert "since=2025-01" in link
    reader.page.click("#clock")
    reader.page.select_option("#since", "2025")
    reader.page.select_option("#until", "2027")
    assert reader.seen("edges") == 2
    reader.page.check("#undated")
    assert reader.seen("edges") == whole - 1
    reader.page.click("#reset")
    assert reader.seen("edges") == whole


# ------------------------------------------------------------------ several things


def test_several_things_are_chosen_by_shift_and_by_frame_and_taken_away(reader: Reader) -> None:
    page = reader.page
    for name in ("海岳市", "青澜市", "云川省"):
        x, y = reader.at(local(name))
        page.keyboard.down("Shift")
        page.mouse.click(x, y)
        page.keyboard.up("Shift")
    reader.still()
    assert reader.text("#card h2") == "3 个实体"
    assert "属于" in reader.text("#card section >> nth=1")
    raw = reader.save("#take-csv").decode("utf-8-sig")
    assert [row["关系"] for row in csv.DictReader(io.StringIO(raw))] == ["属于", "属于"]
    link = reader.link()
    page.click("#chosen-only")
    assert reader.seen("things") == 3
    page.keyboard.press("Control+z")
    reader.still()
    assert reader.link() == link
    page.keyboard.press("Escape")
    page.focus("#canvas")
    page.keyboard.press("0")
    reader.still()
    area = page.locator("#canvas").bounding_box()
    page.keyboard.down("Shift")
    page.mouse.move(area["x"] + 4, area["y"] + 4)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] - 70, area["y"] + area["height"] - 4, steps=4)
    assert page.is_visible("#lasso")
    page.mouse.up()
    page.keyboard.up("Shift")
    reader.still()
    assert page.is_hidden("#lasso")
    assert int(reader.text("#card h2").split()[0]) > 20


@opened(PHONE)
def test_several_things_are_chosen_by_finger(reader: Reader) -> None:
    reader.find("整体政府")
    reader.page.tap("#card-choose")
    reader.find("碎片化")
    reader.page.tap("#tab-overview") if reader.page.is_hidden("#card") else None
    reader.still()
    assert "chosen=" in reader.link() or reader.page.is_visible("#card")


# ------------------------------------------------------------------ folding, hiding, ways


def test_neighbours_are_folded_away_and_brought_back_with_counts(reader: Reader) -> None:
    whole = reader.seen("things")
    reader.find("整体政府")
    label = reader.page.inner_text("#card-fold")
    folded = int("".join(filter(str.isdigit, label)))
    assert folded >= 4
    reader.page.click("#card-fold")
    assert reader.seen("things") == whole - folded
    assert "fold=" in reader.link()
    assert "已收起 1 处" in reader.text("#filters")
    reader.page.click("#unfold")
    assert reader.seen("things") == whole
    reader.page.click("#card-focus")
    reader.page.mouse.click(*reader.at(local("数据共享")))
    reader.still()
    before = reader.seen("things")
    away = int("".join(filter(str.isdigit, reader.page.inner_text("#card-expand"))))
    reader.page.click("#card-expand")
    assert reader.seen("things") == before + away


def test_there_is_more_than_one_way_between_two_things(reader: Reader) -> None:
    reader.find("海岳市")
    reader.page.click("#card-path")
    reader.find("青澜市")
    ways = reader.page.locator("[id^=card-way-]").all_inner_texts()
    assert len(ways) >= 2
    lengths = [int(text.split("（")[1].split(" ")[0]) for text in ways]
    assert lengths == sorted(lengths)
    first = reader.text("#card section")
    reader.page.click("#card-way-1")
    assert reader.text("#card section") != first
    assert "way=1" in reader.link()


def test_the_map_shows_where_the_window_is_and_moves_it(reader: Reader) -> None:
    page = reader.page
    assert page.is_hidden("#minimap")  # everything is seen
    page.focus("#canvas")
    for _ in range(6):
        page.keyboard.press("+")
    reader.still()
    assert page.is_visible("#minimap")
    before = (
        reader.at(local("整体政府"))
        if reader.page.evaluate("name => zhengtu.where(name)", local("整体政府"))
        else None
    )
    box = page.locator("#minimap canvas").bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + 20)
    reader.still()
    after = reader.page.evaluate("name => zhengtu.where(name)", local("整体政府"))
    assert after is None or before is None or tuple(after) != before
    page.keyboard.press("Tab")
    page.click("#tools .tool >> nth=2")
    reader.still()
    assert page.is_hidden("#minimap")


def test_a_group_is_shown_alone(reader: Reader) -> None:
    whole = reader.seen("things")
    button = reader.page.locator("[id^=group-][aria-pressed]").first
    button.click()
    reader.still()
    assert 4 < reader.seen("things") < whole
    assert "group=" in reader.link()
    reader.page.click("#ungroup")
    assert reader.seen("things") == whole


# ------------------------------------------------------------------ places in files with pages


def test_page_and_paragraph_stand_in_card_and_citation(browser: Any, tmp_path: Path) -> None:
    graph = sample_graph()
    [span] = {
        quad.object
        for quad in graph.store.quads_for_pattern(
            None, ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom"), None, None
        )
        if "-370-398" in str(quad.object)
    }
    for name, number in (("page", "3"), ("paragraph", "12")):
        graph.store.add(
            ox.Quad(
                span,
                ox.NamedNode(NAMESPACE + name),
                ox.Literal(
                    number, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
                ),
            )
        )
    write_page(graph, tmp_path / "graph.html", sparql=False)
    reader = Reader(browser, (tmp_path / "graph.html").as_uri(), DESK, "")
    reader.find("碎片化")
    assert "第 3 页、第 12 段" in reader.text("#card .landmark")
    assert reader.page.locator("#view-query").count() == 0  # a page without SPARQL
    reader.leave()


# ------------------------------------------------------------------ pyvis' own page


def test_the_classic_page_draws_and_runs_no_name(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "classic.html"
    write_classic(sample_graph(), path)
    context = browser.new_context(offline=True)
    page, trouble, asked = context.new_page(), [], []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: (trouble.append("dialog"), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("#config .vis-configuration")
    assert page.evaluate("() => network.body.nodeIndices.length") > 40
    assert page.locator("img").count() == 0
    assert (trouble, asked) == ([], [path.as_uri()])
    context.close()


# ------------------------------------------------------------------ large graphs


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("crowd") / "graph.html"
    write_page(invented(900), path, sparql=False)
    return path.as_uri()


@pytest.fixture
def visitor(browser: Any, crowd: str) -> Iterator[Reader]:
    reader = Reader(browser, crowd, DESK, "")
    yield reader
    reader.leave()


def test_a_large_graph_opens_with_its_most_central_part(visitor: Reader) -> None:
    assert visitor.seen("things") <= 300
    assert "先显示联系最多的 300 个实体，共 900 个" in visitor.text("#filters")
    few = visitor.seen("things")
    name = visitor.page.inner_text("#card .list .thing >> nth=0")
    visitor.find(name)
    away = int("".join(filter(str.isdigit, visitor.page.inner_text("#card-expand"))))
    assert away > 0
    visitor.page.click("#card-expand")
    assert visitor.seen("things") == few + away
    assert f"已展开 {away} 个" in visitor.text("#filters")
    visitor.page.check("#whole")
    assert visitor.seen("things") > 850
    svg = visitor.save("#take-svg")
    assert svg.count(b"<text") > 50


def test_answers_stay_quick_in_a_large_graph(visitor: Reader) -> None:
    visitor.page.fill("#q", "数据")
    took = visitor.page.evaluate(
        """() => { const q = document.getElementById('q'); const begin = performance.now();
        q.value = '治理'; q.dispatchEvent(new InputEvent('input'));
        return performance.now() - begin; }"""
    )
    assert took < 500  # a machine that is busy with much else; bench.page measures


def test_a_graph_too_large_for_a_page_shows_its_top_and_says_so(
    browser: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "graph.html"
    with caplog.at_level(logging.WARNING):
        write_page(sample_graph(), path, sparql=False, most=20)
    assert caplog.messages == ["the page shows the 20 most central of 51 things"]
    reader = Reader(browser, path.as_uri(), DESK, EVERY_STATUS)
    assert reader.seen("things") <= 20
    assert "本页含最重要的 20 个实体，共 51 个" in reader.text("#filters")
    assert "/51" in reader.text("#filters .foot")
    reader.find("云上通办")
    assert reader.text("#card h2") == "云上通办"
    reader.leave()


@pytest.mark.usefixtures("browser")  # which says whether there is one
def test_the_page_is_measured_beside_pyvis() -> None:
    command = [sys.executable, "-m", "bench.page", "--sizes", "30", "--turns", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    ours, pyvis = ([c.strip() for c in line.split("|")[1:-1]] for line in lines[2:4])
    assert (ours[:2], pyvis[:2]) == (["30", "ours"], ["30", "pyvis"])
    assert all(float(cell) >= 0 for cell in ours[2:]) and float(pyvis[2]) > 0
    assert "times as long" in lines[4]


# ------------------------------------------------------------------ links and keys

LINKS = (
    "#thing={云上通办}&since=2024&until=2027&undated=1&clock=event",
    "#chosen={海岳市}~{青澜市}",
    "#view=table&list=time&clock=event",
    "#fold={整体政府}",
    "#path={海岳市}~{青澜市}&way=1",
    "#group=1",
    "#focus={整体政府}&steps=2&status=asserted~negated&least=0.60",
    "#view=source&document=1",
    "#view=query&query=ASK+{+?s+a+kg:Country+}&asked=1",
)


@pytest.mark.parametrize("link", LINKS)
def test_every_state_is_reopened_by_its_link(browser: Any, address: str, link: str) -> None:
    names = ("云上通办", "海岳市", "青澜市", "整体政府")
    for name in names:
        link = link.replace(f"{{{name}}}", local(name))
    reader = Reader(browser, address, DESK, link)
    reader.page.click("#take")  # anything that changes nothing
    reader.page.keyboard.press("Escape")
    seen = reader.page.evaluate("zhengtu.seen()")
    reader.page.evaluate("history.replaceState(null, '', location.hash)")
    written = reader.page.evaluate("zhengtu.link()")
    assert sorted(written.split("&")) == sorted(link[1:].split("&"))
    reader.leave()
    again = Reader(browser, address, DESK, f"#{written}")
    assert again.page.evaluate("zhengtu.seen()") == seen
    again.leave()


def test_keys_expand_and_choose(reader: Reader) -> None:
    press = reader.page.keyboard.press
    reader.page.focus("#canvas")
    press("ArrowRight")
    reader.page.click("#card-fold")
    reader.page.focus("#canvas")
    folded = reader.seen("things")
    press("e")
    assert reader.seen("things") > folded
    press("s")
    press("ArrowDown")
    reader.still()
    assert reader.text("#card h2").endswith("个实体")
    press("Escape")
    assert reader.text("#card h2") == "概览"
