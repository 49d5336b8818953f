"""Every engine gives the same results in the same order, whatever happens to its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from engine_samples import (
    DeadlyOnce,
    Notes,
    deadly,
    faulty,
    late,
    locked,
    loud,
    slow_first,
    square,
)

from kg.engine import AHEAD, ENGINES, processors, run
from kg.errors import GraphError
from kg.worker import Lost

LOCAL = ("serial", "processes")
ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("engine", LOCAL)
def test_results_come_in_the_order_of_the_items(engine: str) -> None:
    assert list(run(slow_first, range(100), engine, jobs=3)) == list(range(100))
    assert list(run(square, [], engine, jobs=2)) == []


def test_an_unknown_engine_names_the_known_ones() -> None:
    with pytest.raises(GraphError) as caught:
        run(square, [1], "steam")
    known = ", ".join(sorted(ENGINES))
    assert str(caught.value) == f"steam: there is no such engine; use one of {known}"


def test_as_many_processes_work_as_were_asked_for(tmp_path: Path) -> None:
    results = list(run(Notes(tmp_path), range(12), "processes", jobs=2))
    assert len({process for _, process in results}) == 2  # type: ignore[misc]
    assert os.getpid() not in {process for _, process in results}  # type: ignore[misc]
    assert processors() >= 1


def test_items_are_taken_only_as_results_are() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = run(square, items(), "processes", jobs=2)
    next(results)
    time.sleep(0.3)
    assert len(taken) <= 2 * AHEAD
    results.close()  # type: ignore[attr-defined] # it is a generator


@pytest.mark.parametrize("engine", LOCAL)
def test_what_takes_too_long_is_ended(engine: str) -> None:
    results = list(run(late, range(3), engine, jobs=2, seconds=0.5))
    assert results == [0, Lost("took longer than 0.5 s; split it, or allow more time"), 2]


def test_what_kills_its_worker_twice_is_set_aside() -> None:
    results = list(run(deadly, range(5), "processes", jobs=2))
    assert results[1] == Lost("ended 2 processes (signal 9); see what is special about it")
    assert results[:1] + results[2:] == [0, 2, 3, 4]


def test_what_kills_its_worker_once_is_done_again(tmp_path: Path) -> None:
    results = list(run(DeadlyOnce(tmp_path / "mark"), range(5), "processes", jobs=2))
    assert results == [0, 1, 2, 3, 4]
    assert (tmp_path / "mark").exists()


def test_workers_killed_from_outside_cost_nothing(tmp_path: Path) -> None:
    killed = set()
    results = []
    for item, process in run(Notes(tmp_path), range(80), "processes", jobs=2):  # type: ignore[misc]
        results.append(item)
        if len(killed) < 6 and process not in killed:
            killed.add(process)
            with suppress(ProcessLookupError):  # it was replaced meanwhile
                os.kill(process, signal.SIGKILL)
    assert results == list(range(80))
    assert len(killed) == 6


@pytest.mark.parametrize("engine", LOCAL)
def test_a_fault_of_the_function_is_raised(engine: str) -> None:
    with pytest.raises((ZeroDivisionError, RuntimeError), match=r"division|ZeroDivision"):
        list(run(faulty, range(5), engine, jobs=2))


def test_what_a_worker_prints_does_not_come_between_the_results() -> None:
    assert list(run(loud, range(3), "processes", jobs=2)) == [0, 1, 2]


def test_a_result_that_cannot_be_sent_is_a_fault() -> None:
    with pytest.raises(RuntimeError, match="pickle"):
        list(run(locked, [1], "processes", jobs=1))


def test_no_process_is_left_behind() -> None:
    before = children()
    results = run(slow_first, range(1000), "processes", jobs=2)
    next(results)
    assert children() - before
    results.close()  # type: ignore[attr-defined] # it is a generator
    assert not children() - before


def children() -> set[int]:
    file = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not file.is_file():
        pytest.skip("only Linux tells the children of a process")
    others = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(number) for other in others for number in other.read_text().split()}


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    code = (
        "import pathlib; from engine_samples import Notes; from kg.engine import run\n"
        f"for item, process in run(Notes(pathlib.Path({str(tmp_path)!r})), range(10000),"
        " 'processes', jobs=2): print(process, flush=True)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment
    ) as parent:
        assert parent.stdout is not None
        workers = {int(parent.stdout.readline()) for _ in range(10)}
        parent.kill()
    assert len(workers) == 2
    deadline = time.monotonic() + 10
    while workers and time.monotonic() < deadline:
        workers = {worker for worker in workers if is_alive(worker)}
        time.sleep(0.05)
    assert not workers


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/status")
    return not (status.is_file() and "State:\tZ" in status.read_text())
