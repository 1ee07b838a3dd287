"""Several processes on one port, and a separate relay: each client gets each event once, even when one is killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gevent
import psutil
import psycopg
import pytest
from psycopg import sql
from sqlalchemy.exc import OperationalError

from metaia.realtime import runtime
from tests.chaos.installation import promote, statistics
from tests.e2e.stack import Stack, kill, stack
from tests.support.people import Person, Socket, World
from tests.support.smtp_server import Mailbox
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
TAKE_OVER_SECONDS = 10.0  # generous: it takes about two


@pytest.fixture(scope="module")
def two(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give two web processes on one port."""
    with stack(environment, tmp_path_factory.mktemp("two")) as (started, _):
        started.web(WEB_CONCURRENCY="2")
        yield started


@pytest.fixture
def people(two: Stack) -> Iterator[World]:
    with World(two.url) as world:
        yield world


@pytest.fixture
def admin(two: Stack, people: World) -> Person:
    return promote(two, people)


def processes(own: Stack) -> list[psutil.Process]:
    """Return the web processes."""
    return psutil.Process(own.processes[0].pid).children()


def connected_to(own: Stack, socket: Socket) -> int:
    """Return the id of the process that serves a client."""
    local = socket.client.eio.ws.sock.getsockname()
    for process in processes(own):
        if any(tuple(c.raddr) == local for c in process.net_connections("tcp")):
            return process.pid
    raise LookupError("no process serves this client")


def on_each(own: Stack, person: Person) -> list[Socket]:
    """Return a client of every process: which one accepts a connection is chance."""
    found: dict[int, Socket] = {}
    for _ in range(200):
        socket = person.socket()
        found.setdefault(connected_to(own, socket), socket)
        if len(found) == len(processes(own)):
            return list(found.values())
    raise AssertionError(f"only {list(found)} take connections")


def leader(admin: Person) -> psutil.Process:
    """Return the process that leads the relay, once one of the running ones does."""

    def found() -> list[int]:
        reported = statistics(admin)
        pids = [int(name.rpartition("-")[2]) for name, numbers in reported.items() if numbers["leading"]]
        return [pid for pid in pids if psutil.pid_exists(pid)]

    return psutil.Process(until(found, "a process leads")[0])


def wait_for_statuses(screen: Socket, statuses: list[str]) -> None:
    """Wait, generously, until a client has received these changes, and no others."""
    with gevent.Timeout(TAKE_OVER_SECONDS, AssertionError(f"received only {screen.of('order_update')}")):
        while len(screen.of("order_update")) < len(statuses):
            gevent.sleep(0.01)
    assert [update["status"] for update in screen.of("order_update")] == statuses


def test_clients_of_both_processes_receive_each_event_once(two: Stack, people: World) -> None:
    customer, tailor = people.person(), people.person("tailor")
    screens = on_each(two, customer)
    order = customer.order(partnerId=tailor.id)
    tailor.act(order, "accept")
    tailor.act(order, "ready")
    for screen in screens:
        wait_for_statuses(screen, ["pending", "accepted", "ready"])
        screen.wait("new_notification", 3)
        events = [data["eventId"] for name, data in screen.heard if name != "sync"]
        assert len(events) == len(set(events)) == 6
    assert screens[0].heard[1:] == screens[1].heard[1:]


def test_statistics_show_both_processes_and_one_leader(two: Stack, people: World, admin: Person) -> None:
    on_each(two, people.person())
    pids = {process.pid for process in processes(two)}

    def complete() -> dict[int, Any] | None:
        reported = {int(name.rpartition("-")[2]): numbers for name, numbers in statistics(admin).items()}
        served = all(numbers["connections"].get("socketio") for numbers in reported.values())
        return reported if reported.keys() == pids and served else None

    reported = until(complete, "both processes have reported their clients")
    until(lambda: [numbers["leading"] for numbers in (complete() or reported).values()].count(True) == 1)


def test_a_frozen_leader_is_deposed_and_follows_when_it_wakes(
    two: Stack, people: World, admin: Person
) -> None:
    customer, tailor = people.person(), people.person("tailor")
    frozen = leader(admin)
    screens = {connected_to(two, screen): screen for screen in on_each(two, customer)}
    people.http.close()  # a kept connection may belong to the process that will not answer
    frozen.suspend()
    try:
        order = customer.order(partnerId=tailor.id)
        (awake,) = [screen for pid, screen in screens.items() if pid != frozen.pid]
        wait_for_statuses(awake, ["pending"])
        assert not screens[frozen.pid].of("order_update")
    finally:
        frozen.resume()
    wait_for_statuses(screens[frozen.pid], ["pending"])
    tailor.act(order, "accept")
    for screen in screens.values():
        wait_for_statuses(screen, ["pending", "accepted"])
    until(lambda: leader(admin).pid != frozen.pid, "the other one leads")


def test_when_the_leader_is_killed_the_other_takes_over(two: Stack, people: World, admin: Person) -> None:
    """The last test with two processes: gunicorn needs a moment to replace one."""
    customer, tailor = people.person(), people.person("tailor")
    order = customer.order(partnerId=tailor.id)
    killed = leader(admin)
    screens = {connected_to(two, screen): screen for screen in on_each(two, customer)}
    (staying,) = [screen for pid, screen in screens.items() if pid != killed.pid]
    cursor = screens[killed.pid].cursor
    people.http.close()
    killed.kill()
    tailor.act(order, "accept")
    wait_for_statuses(staying, ["accepted"])
    back = customer.socket(cursor)
    wait_for_statuses(back, ["accepted"])
    until(lambda: len(processes(two)) == 2, "gunicorn has replaced it")
    assert leader(admin).pid != killed.pid


@pytest.fixture
def apart(environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[Stack, Mailbox]]:
    """Give web processes that do not relay, and a relay that serves no clients."""
    with stack(environment, tmp_path) as (started, mails):
        started.web(RELAY_IN_WEB="false", WEB_CONCURRENCY="2")
        started.worker()
        yield started, mails


def relay(own: Stack) -> Any:
    """Start `flask relay`, and wait until it leads."""
    before = own.log("relay").count("leads the relay")
    process = own._start("relay", "-m", "flask", "--app", "wsgi", "relay")
    until(lambda: own.log("relay").count("leads the relay") > before, "the relay leads")
    return process


def relay_of(admin: Person, pid: int) -> Any:
    """Return the statistics, once they include a leading process and what it has moved."""
    reported = admin.get("/api/admin/websocket/stats").json()["data"]
    process = reported["relay"]["process"]
    moved = reported["processes"][process]["moved"] if process else {}
    return reported if f"-{pid}" in str(process) and {"events", "batches", "jobs"} <= moved.keys() else None


def test_a_relay_of_its_own_moves_events_and_hands_over_jobs(apart: tuple[Stack, Mailbox]) -> None:
    own, mails = apart
    with World(own.url) as world:
        customer, tailor = world.person(), world.person("tailor")
        screens = on_each(own, customer)
        order = customer.order(partnerId=tailor.id)
        running = relay(own)
        for screen in screens:
            wait_for_statuses(screen, ["pending"])
        until(lambda: mails.to(customer.user["email"]), "the mail arrives")
        admin = promote(own, world)
        reported = until(lambda: relay_of(admin, running.pid), "it is in the statistics")
        assert reported["relay"]["beatSeconds"] < TAKE_OVER_SECONDS
        assert (
            reported["relay"]["position"] >= reported["processes"][reported["relay"]["process"]]["head"] > 0
        )
        kill(running)
        tailor.act(order, "accept")
        assert own.rows("SELECT count(*) FROM outbox WHERE kind = 'event'") != [(0,)]
        relay(own)
        for screen in screens:
            wait_for_statuses(screen, ["pending", "accepted"])
        assert "leads the relay" not in own.log("web")


def reachable(environment: dict[str, str], own: Stack, *, yes: bool) -> None:
    """Forbid, or allow, all connections to a stack's database."""
    name = sql.Identifier(urlsplit(own.settings["DATABASE_URL"]).path[1:])
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(name, sql.Literal(yes)))


def test_a_process_that_starts_without_its_database_waits_for_it(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """Gunicorn would stop with a worker that fails to start, and ended sessions must not be accepted."""
    with stack(environment, tmp_path) as (own, _):
        web = own.web()
        with World(own.url) as world:
            logged_out, there = world.person(), world.person()
            assert logged_out.post("/api/auth/logout").ok
            kill(web)
            reachable(environment, own, yes=False)
            starting = gevent.spawn(own.web, WEB_CONCURRENCY="2")
            try:
                until(lambda: "feed cannot read the log" in own.log("web"), "it has noticed")
            finally:
                reachable(environment, own, yes=True)
            starting.get()
            for _ in range(10):  # at each of the two processes
                answer = logged_out.get("/api/auth/me").json()["error"]["code"]
                assert answer in {"not_ready", "session_ended"}
            until(lambda: there.get("/api/auth/me").ok, "they serve")


def test_a_process_waits_for_postgresql_before_it_serves() -> None:
    failures: list[Exception] = [OperationalError("SELECT", None, Exception("away")), ZeroDivisionError()]

    def ask() -> None:
        if failures:
            raise failures.pop()

    runtime._until_done(ask)
    assert not failures
