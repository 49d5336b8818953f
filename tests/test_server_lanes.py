"""The places in front of the workers: who gets one, who waits, who is refused."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import httpx
from server_samples import ENDLESS, running, write_store

from kg.server.lanes import Lane, Place

LONG = """SELECT (COUNT(*) AS ?n) {
  ?a <urn:p> ?b . ?c <urn:p> ?d FILTER (?b + ?d = 1500 && STRLEN(STR(?b)) > 0) }"""


def lane(places: int = 2, each: int = 1, waiting: int = 8, patience: float = 5) -> Lane:
    return Lane(places, each, waiting, patience)


async def taken(lane: Lane, client: str) -> Place:
    place = await lane.enter(client)
    assert place
    return place


def test_a_client_has_so_many_places_and_no_more() -> None:
    async def told() -> None:
        slow = lane()
        first = slow.enter_now("hostile")
        assert first and slow.enter_now("hostile") is None
        other = slow.enter_now("other")
        assert other and slow.enter_now("third") is None
        first.leave()
        first.leave()  # a place is given back once
        assert slow.enter_now("third")
        assert slow.enter_now("fourth") is None

    asyncio.run(told())


def test_who_may_have_a_place_goes_before_who_has_one() -> None:
    async def told() -> list[str]:
        slow, order = lane(), list[str]()
        held = [await taken(slow, "hostile"), await taken(slow, "other")]

        async def wait(client: str) -> None:
            (await taken(slow, client)).leave()
            order.append(client)

        tasks = [asyncio.create_task(wait(name)) for name in ("hostile", "hostile", "third")]
        await asyncio.sleep(0)
        held[1].leave()
        await asyncio.wait_for(tasks[2], 1)
        assert order == ["third"]
        held[0].leave()
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(told()) == ["third", "hostile", "hostile"]


def test_too_many_that_wait_are_refused_and_so_is_who_waited_too_long() -> None:
    async def told() -> None:
        slow = lane(places=1, waiting=1, patience=0.05)
        held = await taken(slow, "a")
        waits = asyncio.create_task(slow.enter("b"))
        await asyncio.sleep(0)
        assert await slow.enter("c") is None
        assert await waits is None
        held.leave()
        assert await slow.enter("c")

    asyncio.run(told())


def test_a_place_is_not_lost_with_who_gives_up_at_that_moment() -> None:
    async def told() -> None:
        slow = lane(places=1)
        held = await taken(slow, "a")
        waits = asyncio.create_task(slow.enter("b"))
        await asyncio.sleep(0)
        held.leave()  # it is given to b,
        waits.cancel()  # who leaves before hearing of it
        await asyncio.wait({waits})
        assert waits.cancelled()
        assert slow.enter_now("c")
        assert slow.enter_now("d") is None
        leaving = asyncio.create_task(slow.enter("e"))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait({leaving})
        assert len(slow._queue) == 0

    asyncio.run(told())


def test_long_queries_of_others_are_answered_beside_those_of_a_hostile_client(
    tmp_path: Path,
) -> None:
    out, done, hostile = tmp_path / "out", threading.Event(), list[int]()
    write_store(out, "".join(f"<urn:n{n}> <urn:p> {n} .\n" for n in range(1200)))

    def attack(number: int) -> None:
        transport = httpx.HTTPTransport(local_address="127.0.0.2")
        with httpx.Client(transport=transport, timeout=60) as client:
            while not done.is_set():
                query = ENDLESS.replace("?l", f"?l{number}x{len(hostile)}")
                hostile.append(client.get(address, params={"query": query}).status_code)

    with running(out, "--timeout", "12", "--workers", "2") as server:
        address = server.url("sparql")
        attackers = [threading.Thread(target=attack, args=(n,), daemon=True) for n in range(6)]
        for attacker in attackers:
            attacker.start()
        time.sleep(2)
        done.set()
        response = server.ask(LONG)
        assert response.status_code == 200
        assert response.json()["results"]["bindings"][0]["n"]["value"] == "899"
        for attacker in attackers:
            attacker.join()
    assert set(hostile) <= {503, 504}
