"""The page of questions in a real browser: it colours, completes, answers, and asks nobody else."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import page_reader
import pytest
from server_samples import Running, running

from kg.builder import BuildReport
from kg.questions import load_questions

browser = page_reader.browser
# Any: playwright's own types are those of its API, and mypy does not read the tests.


@pytest.fixture(scope="module")
def server(article: BuildReport) -> Iterator[Running]:
    with running(article.folder) as server:
        yield server


@contextlib.contextmanager
def opened(browser: Any, address: str, **more: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **more)
    page = context.new_page()
    trouble: list[str] = []
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.on("console", lambda m: trouble.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    yield page
    context.close()
    assert not [said for said in trouble if "Failed to load resource" not in said]
    home = urlsplit(address).netloc
    assert {urlsplit(url).netloc for url in asked if url.startswith("http")} == {home}


@pytest.fixture
def page(browser: Any, server: Running) -> Iterator[Any]:
    with opened(browser, server.address) as page:
        yield page


def run(page: Any, query: str) -> None:
    page.fill("#query", query)
    page.press("#query", "Control+Enter")
    page.wait_for_selector("body:not([aria-busy])")
    page.wait_for_timeout(50)


def cells(page: Any) -> list[list[str]]:
    return page.eval_on_selector_all(
        "#table tbody tr", "all => all.map(r => [...r.cells].map(c => c.textContent))"
    )


def test_every_shipped_question_is_in_the_menu_and_is_answered(
    page: Any, article: BuildReport
) -> None:
    from kg.ontology import SHIPPED_ONTOLOGY

    for question in load_questions(SHIPPED_ONTOLOGY):
        page.select_option("#questions", label=question.sentence)
        page.wait_for_selector("body:not([aria-busy])")
        assert page.is_hidden("#trouble")
        assert cells(page), question.name
        assert page.input_value("#query") == question.sparql
    assert article.documents


def test_the_query_is_coloured(page: Any) -> None:
    page.fill(
        "#query", 'SELECT ?国家 { ?s a kg:Country ; rdfs:label "新加坡"@zh } # 注 42\nLIMIT 5'
    )
    found = page.eval_on_selector_all(
        "#colours span", "all => all.map(s => [s.className, s.textContent])"
    )
    for piece in (
        ["keyword", "SELECT"], ["variable", "?国家"], ["word", "kg:Country"], ["keyword", "a"],
        ["string", '"新加坡"'], ["comment", "# 注 42"], ["number", "5"],
    ):  # fmt: skip
        assert piece in found


@pytest.mark.parametrize("typed", ["kg:propo", "提出", "propos"])
def test_terms_complete_by_name_and_by_chinese_label(page: Any, typed: str) -> None:
    page.fill("#query", "SELECT * { ?s ")
    page.press("#query", "End")
    page.keyboard.insert_text(typed)
    first = page.locator("#choices li").first
    box, area = page.locator("#choices").bounding_box(), page.locator("#query").bounding_box()
    assert area["y"] < box["y"] < area["y"] + 60 and box["x"] > area["x"] + 50
    assert "kg:proposes" in first.inner_text() and "提出" in first.inner_text()
    page.keyboard.press("Enter")
    assert page.input_value("#query") == "SELECT * { ?s kg:proposes"
    assert page.is_hidden("#choices")


def test_an_error_is_shown_at_its_place(page: Any) -> None:
    run(page, "SELECT *\nWHERE { ?s nope:x ?o }")
    assert "prefix nope: is not known" in page.inner_text("#trouble")
    assert "line 2, column" in page.inner_text("#trouble")
    assert page.locator("#wrong").count() == 1
    before = page.evaluate(
        "() => { const r = document.createRange(); r.setStart(colours, 0);"
        " r.setEndBefore(document.getElementById('wrong')); return r.toString() }"
    )
    assert before.startswith("SELECT *\nWHERE { ?s nope:")
    run(page, "SELECT * { ?s kg:proposes ?o }")
    assert page.is_hidden("#trouble") and page.locator("#wrong").count() == 0


def test_results_are_a_table_a_graph_and_a_download(page: Any) -> None:
    run(page, 'SELECT ?s ?name { ?s a kg:Country ; rdfs:label ?name FILTER (LANG(?name) = "zh") }')
    shown = cells(page)
    assert ["id:country-SG", "新加坡"] in shown
    assert f"{len(shown)} 行" in page.inner_text("#count")
    page.click("#as-graph")
    page.wait_for_selector("#drawing g.thing")
    names = page.eval_on_selector_all("#drawing g.thing text", "all => all.map(t => t.textContent)")
    assert "新加坡" in names and len(names) == len(shown)
    with page.expect_download() as caught:
        page.select_option("#download", label="CSV")
    table = list(csv.reader(io.StringIO(Path(caught.value.path()).read_text(encoding="utf-8"))))
    assert table[0] == ["s", "name"] and len(table) == len(shown) + 1


def test_triples_are_drawn_as_they_are(page: Any) -> None:
    run(page, "CONSTRUCT { ?a kg:becomes ?b } { ?a kg:becomes ?b }")
    triples = cells(page)
    assert triples and all(row[1] == "kg:becomes" for row in triples)
    page.click("#as-graph")
    page.wait_for_selector("#drawing g.edge")
    assert page.locator("#drawing g.edge").count() == len(triples)
    assert page.is_visible("#drawing") and page.is_hidden("#table")
    with page.expect_download() as caught:
        page.select_option("#download", label="Turtle")
    assert "kg:becomes" in Path(caught.value.path()).read_text(encoding="utf-8")


def test_an_answer_of_one_word(page: Any) -> None:
    run(page, "ASK { ?s a kg:Country }")
    assert cells(page) == [["是"]]


def test_strange_texts_stay_texts(page: Any) -> None:
    run(page, "SELECT ?x { BIND('<img src=x onerror=alert(1)>' AS ?x) }")
    assert cells(page) == [["<img src=x onerror=alert(1)>"]]
    page.click("#as-graph")
    assert page.locator("img").count() == 0


def test_words_are_searched_and_marked(page: Any) -> None:
    page.fill("#words", "末端治理")
    page.press("#words", "Enter")
    page.wait_for_selector("#table mark")
    assert cells(page)[0][:2] == ["名称", "末端治理"]
    assert set(page.locator("#table mark").all_inner_texts()) == {"末端治理"}


def test_the_graph_page_is_a_click_away(page: Any) -> None:
    page.click("#to-graph")
    page.wait_for_selector("#canvas")
    assert page.url.endswith("/graph.html")


def test_a_token_is_asked_for_and_kept_out_of_the_address(
    browser: Any, article: BuildReport, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("geheim")
    with (
        running(article.folder, "--token-file", str(tmp_path / "token")) as server,
        opened(browser, server.address) as page,
    ):
        assert page.is_visible("#token-form")
        page.fill("#token", "geheim")
        page.press("#token", "Enter")
        page.wait_for_selector("#token-form", state="hidden")
        run(page, "ASK { ?s a kg:Country }")
        assert cells(page) == [["是"]]
        assert "geheim" not in page.url


def test_the_page_works_behind_a_prefix(browser: Any, server: Running) -> None:
    import asyncio
    import threading

    import httpx
    import uvicorn
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    async def forward(request: Any) -> Any:
        path = request.url.path.removeprefix("/deep/graph/")
        headers = {k: v for k, v in request.headers.items() if k not in ("host", "accept-encoding")}
        async with httpx.AsyncClient() as client:
            said = await client.request(
                request.method, server.url(path), params=request.query_params,
                headers=headers, content=await request.body(),
            )  # fmt: skip
        kept = {k: v for k, v in said.headers.items() if k in ("content-type", "etag")}
        return Response(said.content, said.status_code, kept)

    routes = [Route("/deep/graph/{rest:path}", forward, methods=["GET", "POST"])]
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_config=None)
    proxy = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(proxy.serve()), daemon=True)
    thread.start()
    while not proxy.started:
        thread.join(0.05)
    port = proxy.servers[0].sockets[0].getsockname()[1]
    try:
        with opened(browser, f"http://127.0.0.1:{port}/deep/graph/") as page:
            run(page, "ASK { ?s a kg:Country }")
            assert cells(page) == [["是"]]
            page.click("#to-graph")
            page.wait_for_selector("#canvas")
    finally:
        proxy.should_exit = True
        thread.join()
