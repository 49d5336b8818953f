"""What a server must stand: endless queries, huge answers, crowds, slow clients, new builds."""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from server_samples import ENDLESS, ROOT, Running, running, write_store

from kg.builder import build
from kg.ontology import Ontology
from kg.serving import Build

TOKEN = "a-token-that-nobody-guesses"
HUGE = "SELECT ?x ?y ?z { ?x ?p ?o . ?y ?q ?r . ?z ?s ?t }"
HUNGRY = f"{HUGE} ORDER BY ?z ?x ?y"


def numbers(count: int) -> str:
    return "".join(f"<urn:n{n}> <urn:p> {n} .\n" for n in range(count))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("safety") / "out"
    write_store(out, numbers(3000))
    return out


@pytest.fixture(scope="module")
def server(out: Path) -> Iterator[Running]:
    with running(out, "--timeout", "1.5", "--limit-rows", "1000", "--workers", "2") as server:
        yield server


def processor_time(processes: set[int]) -> float:
    ticks = 0
    for number in processes:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def at_rest(server: Running) -> bool:
    """Tell whether, within some seconds, no process of the server works any more."""
    for _ in range(20):
        before = server.children()
        used = processor_time(before)
        time.sleep(0.5)
        if server.children() == before and processor_time(before) - used < 0.1:
            return True
    return False


# ------------------------------------------------------------------ one client


def test_an_endless_query_is_ended_with_its_process(server: Running) -> None:
    before = server.children()
    begun = time.monotonic()
    response = server.ask(ENDLESS)
    assert response.status_code == 504
    assert response.text == "the query was ended: it took more than 1.5 seconds\n"
    assert 1.4 < time.monotonic() - begun < 6
    assert at_rest(server)
    assert before - server.children()  # the worker is gone, not merely left alone
    assert len(server.children()) == len(before)
    assert server.truth("ASK { <urn:n1> <urn:p> 1 }")


def test_a_query_that_eats_the_memory_is_ended(out: Path) -> None:
    # The timeout is long; it is the memory that ends it.
    with running(out, "--timeout", "120", "--workers", "16") as server:
        response = server.ask(HUNGRY.replace("}", "FILTER (?x != ?y) }"))
        assert response.status_code == 500
        assert "more memory" in response.text
        assert server.truth("ASK { <urn:n1> <urn:p> 1 }")
        assert at_rest(server)


def test_a_huge_answer_is_cut_with_a_note(server: Running) -> None:
    begun = time.monotonic()
    response = server.ask(HUGE)
    assert response.status_code == 200
    assert time.monotonic() - begun < 1.5
    assert len(response.json()["results"]["bindings"]) == 1000
    note = "cut after 1000 rows; ask for the rest with ORDER BY, LIMIT and OFFSET"
    assert response.headers["kg-note"] == note == response.json()["note"]
    assert f"<!-- {note} -->" in server.ask(HUGE, Accept="text/xml").text
    assert server.ask(HUGE, Accept="text/csv").text.count("\n") == 1001
    exact = server.ask("SELECT * { ?s ?p ?o } LIMIT 1000")
    assert "kg-note" not in exact.headers and "note" not in exact.json()


def test_many_triples_are_cut_with_a_note(server: Running) -> None:
    response = server.ask("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", Accept="application/n-triples")
    assert response.headers["kg-note"].startswith("cut after 1000 triples")
    assert len(list(ox.parse(response.content, format=ox.RdfFormat.N_TRIPLES))) == 1000
    assert response.text.splitlines()[-1].startswith("# cut after 1000 triples")


def test_who_leaves_takes_the_work_along(out: Path) -> None:
    with running(out, "--timeout", "60") as server:
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(server.url("sparql"), params={"query": ENDLESS}, timeout=1)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(server.url("sparql"), data={"query": ENDLESS}, timeout=1)
        assert at_rest(server)
        assert server.truth("ASK {}")
    lines = [json.loads(line) for line in server.lines if line.startswith("{")]
    assert [line["status"] for line in lines] == [499, 499, 200]


def test_who_sends_slowly_holds_nobody_up(server: Running) -> None:
    host, port = server.address.split("/")[2].split(":")
    slow = []
    for number in range(40):
        client = socket.create_connection((host, int(port)))
        client.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n")
        if number % 2:
            client.sendall(b"Content-Type: application/sparql-query\r\n\r\nASK")
        slow.append(client)
    begun = time.monotonic()
    for _ in range(20):
        assert server.truth("ASK { <urn:n1> <urn:p> 1 }")
    assert time.monotonic() - begun < 10  # a slow client has twice as long
    for client in slow:
        client.close()
    assert at_rest(server)


# ------------------------------------------------------------------ many clients


def test_a_crowd_waits_and_is_then_refused(out: Path) -> None:
    with running(out, "--timeout", "1", "--workers", "1") as server:
        with ThreadPoolExecutor(100) as crowd:
            asked = [crowd.submit(server.ask, ENDLESS.replace("?l", f"?l{n}")) for n in range(100)]
            codes = [answer.result().status_code for answer in asked]
            refused = [r.result() for r in asked if r.result().status_code == 503]
        assert set(codes) == {503, 504}
        assert all(int(response.headers["retry-after"]) > 0 for response in refused)
        assert server.truth("ASK {}")


def test_a_hostile_client_does_not_stop_the_others(server: Running) -> None:
    done = threading.Event()
    hostile: list[int] = []

    def attack() -> None:
        while not done.is_set():
            hostile.append(server.ask(ENDLESS).status_code)

    attackers = [threading.Thread(target=attack) for _ in range(6)]
    for attacker in attackers:
        attacker.start()
    time.sleep(1)
    times, codes = [], set()
    with httpx.Client() as client:
        for _ in range(100):
            begun = time.monotonic()
            response = client.get(
                server.url("sparql"), params={"query": "ASK { <urn:n1> <urn:p> 1 }"}
            )
            codes.add(response.status_code)
            times.append(time.monotonic() - begun)
    done.set()
    for attacker in attackers:
        attacker.join()
    assert codes == {200}
    assert statistics.median(times) < 0.3  # without lanes, each waits for an attack to end
    assert set(hostile) <= {503, 504}


# ------------------------------------------------------------------ new builds


@contextmanager
def asking(server: Running, question: str) -> Iterator[list[str]]:
    """Have two clients ask all the time; what goes wrong is in the list."""
    done, wrong = threading.Event(), list[str]()

    def keep_asking() -> None:
        with httpx.Client() as client:
            while not done.is_set():
                response = client.get(server.url("sparql"), params={"query": question})
                if response.status_code != 200:
                    wrong.append(response.text)

    askers = [threading.Thread(target=keep_asking) for _ in range(2)]
    for asker in askers:
        asker.start()
    try:
        yield wrong
    finally:
        done.set()
        for asker in askers:
            asker.join()


def test_a_new_build_is_picked_up_without_a_failed_request(
    tmp_path: Path, ontology: Ontology
) -> None:
    article = tmp_path / "a.txt"
    article.write_text("新加坡提出智慧国家构想。", encoding="utf-8")
    out = tmp_path / "out"
    build([article], out, ontology=ontology)
    question = 'ASK { ?s rdfs:label "英国"@zh . ?d a kg:Document }'
    with running(out, "--workers", "2") as server:
        tag = server.ask(question).headers["etag"]
        with asking(server, question) as wrong:
            for turn in range(2):
                article.write_text(f"英国提出政府数字化战略{turn}。", encoding="utf-8")
                build([article], out, ontology=ontology)
                for _ in range(100):
                    response = server.ask(question)
                    if response.headers["etag"] != tag:
                        break
                    time.sleep(0.2)
                assert response.json()["boolean"]
                tag = response.headers["etag"]
        assert not wrong
        assert at_rest(server)
        assert len(server.children()) == 1 + 2 + 1  # a nursery, two workers, and one to spare


def test_the_same_build_elsewhere_has_the_same_version(tmp_path: Path, ontology: Ontology) -> None:
    article = tmp_path / "a.txt"
    article.write_text("新加坡提出智慧国家构想。英国提出政府数字化战略。", encoding="utf-8")
    tags = []
    for name in ("one", "two"):
        build([article], tmp_path / name, ontology=ontology)
        tags.append(Build(tmp_path / name, None).load().version)
    assert tags[0] == tags[1]


def test_a_build_that_is_broken_off_leaves_the_last_one_served(
    tmp_path: Path, ontology: Ontology
) -> None:
    article = tmp_path / "a.txt"
    article.write_text("新加坡提出智慧国家构想。", encoding="utf-8")
    build([article], tmp_path / "out", ontology=ontology)
    with running(tmp_path / "out") as server:
        shutil.rmtree(tmp_path / "out" / "store")
        (tmp_path / "out" / "build.json").unlink()
        time.sleep(1.5)
        assert server.truth('ASK { ?s rdfs:label "新加坡"@zh }')
        assert httpx.get(server.url("health")).json()["status"] == "ok"


def test_a_nursery_that_dies_is_replaced(out: Path) -> None:
    with running(out) as server:
        for child in server.children():
            os.kill(child, 9)
        for _ in range(60):
            if server.ask("ASK {}").status_code == 200:
                break
            time.sleep(0.2)
        assert server.truth("ASK { <urn:n1> <urn:p> 1 }")


def test_a_graph_too_large_for_the_memory_is_asked_on_the_disk(
    tmp_path: Path, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = tmp_path / "a.txt"
    article.write_text("新加坡提出智慧国家构想。", encoding="utf-8")
    build([article], tmp_path / "out", ontology=ontology)
    monkeypatch.setattr("kg.serving._memory", lambda: 1000)
    served = Build(tmp_path / "out", None).load()
    assert isinstance(served.place, Path)
    # It is a snapshot: what happens to the folder does not change it.
    article.write_text("英国提出政府数字化战略。", encoding="utf-8")
    build([article], tmp_path / "out", ontology=ontology)
    question = 'ASK { ?s rdfs:label "%s"@zh }'
    prefixes = dict(served.prefixes)
    assert served.store.query(question % "新加坡", prefixes=prefixes)
    assert not served.store.query(question % "英国", prefixes=prefixes)


# ------------------------------------------------------------------ tokens, the log, the end


def test_a_token_lets_in_and_is_never_written_down(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "token.txt"
    file.write_text(f"another-token\n{TOKEN}\n")
    with running(out, "--token-file", str(file)) as server:
        for path in (
            "sparql?query=ASK%7B%7D",
            "data?default",
            "id/x",
            "catalogue.json",
            "graph.html",
        ):
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}):
                refused = httpx.get(server.url(path), headers=headers)
                assert refused.status_code == 401
                assert refused.headers["www-authenticate"].startswith("Bearer")
        asked = {"Authorization": f"Bearer {TOKEN}"}
        assert httpx.get(server.url("sparql?query=ASK%7B%7D"), headers=asked).json()["boolean"]
        assert httpx.get(server.url(f"sparql?query=ASK%7B%7D&token={TOKEN}")).status_code == 401
        assert httpx.get(server.url("health")).status_code == 200
        assert httpx.get(server.address).status_code == 200
        assert httpx.options(server.url("sparql")).status_code == 204
    assert len(server.lines) > 15
    assert TOKEN not in "".join(server.lines)


@pytest.mark.parametrize("content", [None, "", "  \n"])
def test_a_token_file_without_a_token_is_an_error(
    out: Path, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "token.txt"
    if content is not None:
        file.write_text(content)
    with (
        pytest.raises(AssertionError, match=r"token\.txt: (holds no token|cannot be read)"),
        running(out, "--token-file", str(file)),
    ):
        pass


def test_the_log_is_a_line_of_json_for_each_request(out: Path) -> None:
    with running(out) as server:
        server.ask("SELECT * { ?s ?p ?o } LIMIT 7")
        server.ask("SELECT nonsense")
        httpx.post(server.url("sparql"), data={"query": "ASK {}"})
    lines = [json.loads(line) for line in server.lines if line.startswith("{")]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/sparql", 200),
        ("GET", "/sparql", 400),
        ("POST", "/sparql", 200),
    ]
    assert lines[0]["count"] == 7
    assert all(line["milliseconds"] > 0 and line["bytes"] > 0 for line in lines)
    assert "nonsense" not in "".join(server.lines)


def test_a_term_signal_lets_requests_finish_and_leaves_nothing(out: Path) -> None:
    with running(out, "--timeout", "2") as server:
        children = server.children()
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(server.ask, ENDLESS)
            time.sleep(0.7)
            status = server.stop()
        assert asked.result().status_code == 504
        assert status == 0
        assert not [child for child in children if Path(f"/proc/{child}").exists()]


def test_nothing_is_left_of_a_server_that_is_killed(out: Path) -> None:
    with running(out, "--timeout", "2") as server:
        children = server.children()
        server.process.kill()
        server.process.wait()
        for _ in range(50):
            if not [child for child in children if Path(f"/proc/{child}").exists()]:
                break
            time.sleep(0.1)
        assert not [child for child in children if Path(f"/proc/{child}").exists()]


def test_a_folder_without_a_graph_is_an_error(tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match="none: no graph here; run `kg build` first"),
        running(tmp_path / "none"),
    ):
        pass


def test_a_port_in_use_is_an_error(server: Running, out: Path) -> None:
    port = server.address.rstrip("/").rpartition(":")[2]
    with (
        pytest.raises(AssertionError, match="cannot be listened to"),
        running(out, "--port", port),
    ):
        pass


def test_the_default_address_is_this_machine_alone() -> None:
    from kg.serving import Options

    assert Options().host == "127.0.0.1"
    assert (ROOT / "kg" / "server" / "page").is_dir()
