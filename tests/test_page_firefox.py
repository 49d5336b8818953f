"""The page in Debian's Firefox, driven by the protocol that it speaks itself: WebDriver BiDi."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import page_reader
import pytest
from page_samples import iri_of

address = page_reader.address
connect = pytest.importorskip("websockets.sync.client").connect

SETTINGS = """\
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.proxy.type", 1);
user_pref("network.proxy.socks", "127.0.0.1");
user_pref("network.proxy.socks_port", 9);
user_pref("network.proxy.no_proxies_on", "");
"""
"""A profile that reaches nobody: whatever goes to a network goes to a port that is shut."""


class Firefox:
    """A Firefox with one tab, and what its console says."""

    def __init__(self, profile: Path) -> None:
        (profile / "user.js").write_text(SETTINGS, encoding="utf-8")
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        assert program
        log = profile / "log"
        with log.open("wb") as written:
            self.process = subprocess.Popen(
                [program, "--headless", "--no-remote", "--profile", str(profile),
                 "--remote-debugging-port", "0"],
                stdout=subprocess.DEVNULL,
                stderr=written,
            )  # fmt: skip
        place = self._place(log)
        self.held = ExitStack()
        self.held.callback(self._end)
        self.socket = self.held.enter_context(
            connect(f"{place}/session", max_size=None, open_timeout=60, proxy=None)
        )
        self.numbers = itertools.count(1)
        self.said: list[str] = []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        self.tab = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def _place(self, log: Path) -> str:
        for _ in range(600):
            found = re.search(r"WebDriver BiDi listening on (\S+)", log.read_text(errors="replace"))
            if found:
                return found[1]
            time.sleep(0.1)
        self.process.kill()
        raise AssertionError("Firefox does not listen: " + log.read_text(errors="replace")[-500:])

    def send(self, method: str, **params: Any) -> Any:
        """Send a command and return its result; what comes in between is heard."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv(timeout=120))
            if message.get("method") == "log.entryAdded":
                entry = message["params"]
                if entry["level"] in ("error", "warn"):
                    self.said.append(entry["text"])
            elif message.get("id") == number:
                assert message["type"] == "success", message
                return message["result"]

    def open(self, address: str) -> None:
        self.send("browsingContext.navigate", context=self.tab, url="about:blank", wait="complete")
        self.send("browsingContext.navigate", context=self.tab, url=address, wait="complete")
        self.until("!!document.documentElement.dataset.ready")

    def value(self, script: str) -> Any:
        """Return the value of an expression in the page, as JSON would have it."""
        result = self.send(
            "script.evaluate",
            expression=f"JSON.stringify({script})",
            target={"context": self.tab},
            awaitPromise=True,
        )
        assert result["type"] == "success", result
        return json.loads(result["result"]["value"]) if "value" in result["result"] else None

    def until(self, script: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not self.value(script):
            assert time.monotonic() < end, script
            time.sleep(0.1)

    def click(self, place: str | tuple[float, float]) -> None:
        """Press the mouse at a place, or on the middle of what a selector finds."""
        if isinstance(place, str):
            box = self.value(f"document.querySelector({json.dumps(place)}).getBoundingClientRect()")
            place = (box["left"] + box["width"] / 2, box["top"] + box["height"] / 2)
        at = {"x": round(place[0]), "y": round(place[1])}
        steps = [
            {"type": "pointerMove", **at},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.perform({"type": "pointer", "id": "mouse", "actions": steps})

    def press(self, *keys: str) -> None:
        steps = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.perform({"type": "key", "id": "keys", "actions": steps})

    def perform(self, *actions: Any) -> None:
        self.send("input.performActions", context=self.tab, actions=list(actions))

    def text(self, selector: str) -> str:
        return str(self.value(f"document.querySelector({json.dumps(selector)}).innerText"))

    def _end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    if not (shutil.which("firefox-esr") or shutil.which("firefox")):
        pytest.skip("no Firefox here")
    firefox = Firefox(tmp_path_factory.mktemp("profile"))
    with firefox.held:
        yield firefox


@pytest.fixture
def reader(firefox: Firefox, address: str) -> Iterator[Firefox]:
    firefox.open(address)
    yield firefox
    assert firefox.said == []


ENTER, ESCAPE, CONTROL = "\ue007", "\ue00c", "\ue009"


def test_it_opens_draws_and_answers(reader: Firefox) -> None:
    assert int(reader.value("document.getElementById('canvas').dataset.drawn")) > 40
    name = iri_of("整体政府").rpartition("/")[2]
    reader.click(tuple(reader.value(f"zhengtu.where({json.dumps(name)})")))
    reader.until("document.querySelector('#card h2').innerText === '整体政府'")
    assert reader.value("document.querySelectorAll('#card mark').length") > 2
    assert name in reader.value("location.hash")


def test_it_finds_by_pinyin_and_filters(reader: Firefox) -> None:
    reader.press("/")
    reader.press(*"ystb", ENTER)
    reader.until("document.querySelector('#card h2').innerText === '云上通办'")
    whole = reader.value("zhengtu.seen().things")
    reader.click("#kind-Region")
    assert reader.value("zhengtu.seen().things") < whole
    reader.click("#view-table")
    assert reader.value("document.querySelectorAll('#table tbody tr').length") > 20
    reader.click("#view-source")
    assert reader.value("document.querySelectorAll('#source .name').length") > 40


def test_it_answers_sparql_from_a_file_and_without_a_network(reader: Firefox) -> None:
    reader.click("#view-query")
    reader.until("/\\d+ 条三元组/.test(document.getElementById('query-note').innerText)")
    reader.value("document.getElementById('sparql').setSelectionRange(0, 1e6)")
    reader.click("#sparql")
    reader.value("document.getElementById('sparql').select()")
    reader.press(*"SELECT ?s { ?s a kg:Country }", ESCAPE)
    reader.click("#query-run")
    reader.until("document.querySelectorAll('#answer tbody tr').length === 2")
    assert reader.value("zhengtu.seen().marked") == 2


def test_a_request_is_refused_by_the_page_itself(firefox: Firefox, address: str) -> None:
    firefox.open(address)
    firefox.value("(fetch('http://127.0.0.1:9/').then(() => 0, () => { window.refused = 1 }), 0)")
    firefox.until("window.refused === 1")
    firefox.until("true")
    assert any("Content-Security-Policy" in words for words in firefox.said)
    firefox.said.clear()
