"""Which process leads the relay after the leader is killed or frozen, or while it gets little CPU time."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import gevent
import psutil
import psycopg
import pytest

from tests.chaos.installation import promote
from tests.e2e.stack import Stack, stack
from tests.e2e.test_processes import leader
from tests.support.people import Person, World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
MOST_SECONDS = 2.0
STOPPED, RUNS = 1.0, 0.09  # seconds: a twelfth of a processor


@pytest.fixture(scope="module")
def two(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(environment, tmp_path_factory.mktemp("leader")) as (started, _):
        started.web(WEB_CONCURRENCY="2")
        yield started


@pytest.fixture
def admin(two: Stack) -> Iterator[Person]:
    with World(two.url) as world:
        yield promote(two, world)


@pytest.fixture
def beats(two: Stack) -> Iterator[psycopg.Connection]:
    with psycopg.connect(two.settings["DATABASE_URL"], autocommit=True) as connection:
        yield connection


def leads(beats: psycopg.Connection) -> int:
    """Return the leader's backend in PostgreSQL."""
    ((pid,),) = beats.execute("SELECT pid FROM relay_beat").fetchall()
    return int(pid)


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_another_leads_within_two_seconds(
    two: Stack, admin: Person, beats: psycopg.Connection, how: signal.Signals
) -> None:
    before, process = leads(beats), leader(admin)
    begun = time.monotonic()
    process.send_signal(how)
    try:
        until(lambda: leads(beats) != before, "another leads")
        seconds = time.monotonic() - begun
    finally:
        if process.is_running():
            process.resume()
    print(f"{how.name}: another led after {seconds:.2f} s")
    assert seconds < MOST_SECONDS
    until(lambda: leader(admin).pid != process.pid, "and says so")
    until(lambda: len(psutil.Process(two.processes[0].pid).children()) == 2, "there are two again")


def test_a_leader_that_gets_little_of_a_processor_keeps_the_lead(
    two: Stack, admin: Person, beats: psycopg.Connection
) -> None:
    before, process = leads(beats), leader(admin)
    silent = two.log("web").count("was silent")
    try:
        for _ in range(8):
            process.suspend()
            gevent.sleep(STOPPED)
            process.resume()
            gevent.sleep(RUNS)
    finally:
        process.resume()
    assert leads(beats) == before
    assert two.log("web").count("was silent") == silent
    assert leader(admin).pid == process.pid


def test_a_follower_that_was_suspended_deposes_no_leader(
    two: Stack, admin: Person, beats: psycopg.Connection
) -> None:
    before, process = leads(beats), leader(admin)
    (other,) = [web for web in psutil.Process(two.processes[0].pid).children() if web.pid != process.pid]
    for _ in range(2):
        other.suspend()
        gevent.sleep(3)
        other.resume()
        gevent.sleep(0.5)
    assert leads(beats) == before
