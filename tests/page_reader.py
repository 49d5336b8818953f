"""A reader of the page, in a real browser with the network off."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_samples import extractions, sample_graph

from kg.export.page import write_page

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = (1280, 800), (390, 844)
EVERY_STATUS = "#status=asserted~planned~required~negated~reported~questioned"
# Any: playwright's own types are those of its API, and mypy does not read the tests.


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
    if os.environ.get("CI"):  # there, a missing browser is a failure
        assert found, "no Chromium here; `apt-get install chromium` brings one"
        api = importlib.import_module("playwright.sync_api")
    else:
        api = pytest.importorskip("playwright.sync_api")
        if not found:
            pytest.skip("no Chromium here")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("page")
    path = folder / "图 谱" / "graph.html"
    for extraction in extractions():
        file = folder / extraction.document.name
        file.parent.mkdir(exist_ok=True)
        file.write_text(extraction.document.text, encoding="utf-8", newline="")
    with contextlib.chdir(folder):  # where the sources are found again
        write_page(sample_graph(), path)
    return path.as_uri()


class Reader:
    """A person at the page; everything that should not happen there is remembered."""

    def __init__(self, browser: Any, address: str, size: tuple[int, int], link: str, **more: Any):
        touch = size == PHONE
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            offline=True,
            has_touch=touch,
            is_mobile=touch,
            accept_downloads=True,
            reduced_motion="reduce",
            **more,
        )
        self.trouble: list[str] = []
        self.requests: list[str] = []
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self._hear(message))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.trouble.append("dialog"), dialog.dismiss()))
        self.go(address + link)

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.trouble.append(message.text)

    def go(self, address: str) -> None:
        self.page.goto("about:blank")
        self.page.goto(address)
        self.page.wait_for_selector("html[data-ready]")
        self.still()

    def still(self) -> None:
        """Wait until what moves has come to rest."""
        self.page.wait_for_timeout(120)

    def leave(self) -> None:
        self.context.close()
        assert not self.trouble
        assert all(re.match("(file|blob|data|about):", url) for url in self.requests)

    def find(self, name: str) -> None:
        self.page.fill("#q", name)
        self.page.keyboard.press("Enter")
        self.still()

    def at(self, name: str) -> tuple[float, float]:
        x, y = self.page.evaluate("name => zhengtu.where(name)", name)
        return x, y

    def link(self) -> str:
        return str(self.page.evaluate("decodeURIComponent(location.hash)"))

    def seen(self, what: str) -> int:
        return int(self.page.evaluate("what => zhengtu.seen()[what]", what))

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))

    def save(self, item: str) -> bytes:
        self.page.click("#take")
        with self.page.expect_download() as caught:
            self.page.click(item)
        return Path(caught.value.path()).read_bytes()


@pytest.fixture
def reader(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Reader]:
    size, link = getattr(request, "param", (DESK, ""))
    reader = Reader(browser, address, size, link)
    yield reader
    reader.leave()


def opened(size: tuple[int, int] = DESK, link: str = "") -> Any:
    return pytest.mark.parametrize("reader", [(size, link)], indirect=True)


def facts() -> list[Any]:
    return [(e.document, a) for e in extractions() for a in e.assertions]
