"""How many questions `kg serve` answers, and how fast, among good clients and a hostile one.

python -m bench.load --out out --seconds 60 --clients 32
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx

from kg.opening import built_with
from kg.questions import load_questions

HOSTILE = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def main() -> None:
    """Run the load twice: the clients alone, then with one that asks for cartesian products."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    questions = [q.sparql for q in load_questions(built_with(options.out))]
    command = [sys.executable, "-m", "kg", "serve", "--out", str(options.out), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout
        found = re.search(r"at (http://\S+/)", server.stdout.readline())
        assert found, "the server does not start"
        try:
            for hostile in (0, 1):
                work = _run(found[1], questions, options.clients, options.seconds, hostile)
                print(f"{hostile} hostile: {asyncio.run(work)}", flush=True)
        finally:
            server.terminate()


async def _run(
    address: str, questions: list[str], clients: int, seconds: float, hostile: int
) -> str:
    end = time.monotonic() + seconds
    times: list[float] = []
    errors: list[int] = []
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(limits=limits, timeout=120) as client:

        async def ask(number: int) -> None:
            turn = number
            while time.monotonic() < end:
                begun = time.perf_counter()
                query = {"query": questions[turn % len(questions)]}
                response = await client.get(f"{address}sparql", params=query)
                times.append(time.perf_counter() - begun)
                if response.status_code != 200:
                    errors.append(response.status_code)
                turn += 1

        async def attack() -> None:
            while time.monotonic() < end:
                await client.get(f"{address}sparql", params={"query": HOSTILE})

        attackers = [asyncio.create_task(attack()) for _ in range(hostile)]
        await asyncio.gather(*(ask(number) for number in range(clients)))
        for attacker in attackers:
            attacker.cancel()
    cuts = statistics.quantiles(times, n=100)
    return (
        f"{len(times) / seconds:.0f} answers a second, p50 {cuts[49] * 1000:.0f} ms, "
        f"p99 {cuts[98] * 1000:.0f} ms, {len(errors)} errors"
    )


if __name__ == "__main__":
    main()
