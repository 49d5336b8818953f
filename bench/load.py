"""How many questions `kg serve` answers, and how fast, among good clients and a hostile one.

    python -m bench.load --out out --seconds 60 --clients 32

Each turn starts the server anew and lets the clients ask the shipped questions in turn, each the
next as soon as it has an answer. The hostile client asks for cartesian products, another one each
time: `patient` waits for each until it is ended, `leaving` goes away after 0.2 seconds and comes
again at once, `four` are four patient ones. It comes from the same address as the others, as behind
a proxy, or with --elsewhere from one of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.served import served
from kg.opening import built_with
from kg.questions import load_questions

HOSTILE = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l{} }}"
MODES = {"none": (0, 0.0), "patient": (1, 120.0), "leaving": (1, 0.2), "four": (4, 120.0)}
"""How many hostile clients, and how many seconds they wait."""


@dataclass(frozen=True)
class Options:
    """Who asks, and for how long."""

    out: Path
    clients: int
    seconds: float
    elsewhere: bool


def main() -> None:
    """Run the load with the clients alone, then with each kind of hostile ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--modes", nargs="+", choices=MODES, default=["none", "patient", "leaving"])
    parser.add_argument("--elsewhere", action="store_true")
    given = parser.parse_args()
    options = Options(given.out, given.clients, given.seconds, given.elsewhere)
    for mode in given.modes:
        print(f"{mode}: {_turn(options, mode)}, load {os.getloadavg()[0]:.1f}", flush=True)


def _turn(options: Options, mode: str) -> str:
    questions = [question.sparql for question in load_questions(built_with(options.out))]
    with served(options.out) as endpoint:
        return asyncio.run(_run(endpoint, questions, options, mode))


async def _run(address: str, questions: list[str], options: Options, mode: str) -> str:
    end = time.monotonic() + options.seconds
    times: list[float] = []
    errors: list[int] = []
    many, patience = MODES[mode]
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    elsewhere = httpx.AsyncHTTPTransport(
        local_address="127.0.0.2" if options.elsewhere else None, limits=limits
    )

    async def ask(client: httpx.AsyncClient, number: int) -> None:
        for turn in itertools.count(number):
            if time.monotonic() > end:
                return
            begun = time.perf_counter()
            query = {"query": questions[turn % len(questions)]}
            response = await client.get(address, params=query)
            times.append(time.perf_counter() - begun)
            if response.status_code != 200:
                errors.append(response.status_code)

    async def attack(client: httpx.AsyncClient, number: int) -> None:
        for turn in itertools.count(number, many):
            with suppress(httpx.TimeoutException):
                await client.get(address, params={"query": HOSTILE.format(turn)}, timeout=patience)

    async with (
        httpx.AsyncClient(limits=limits, timeout=120) as good,
        httpx.AsyncClient(transport=elsewhere) as bad,
    ):
        attackers = [asyncio.create_task(attack(bad, number)) for number in range(many)]
        await asyncio.gather(*(ask(good, number) for number in range(options.clients)))
        for attacker in attackers:
            attacker.cancel()
        await asyncio.gather(*attackers, return_exceptions=True)
    cuts = statistics.quantiles(times, n=100)
    return (
        f"{len(times) / options.seconds:.0f} answers a second, p50 {cuts[49] * 1000:.0f} ms, "
        f"p99 {cuts[98] * 1000:.0f} ms, {len(errors)} errors"
    )


if __name__ == "__main__":
    main()
