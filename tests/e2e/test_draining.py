"""A web process that is asked to stop: its clients end little by little, its requests are answered, another leads."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gevent
import pytest
import requests

from tests.chaos.installation import promote, statistics
from tests.e2e.stack import Stack, ended, stack
from tests.support.people import WAIT, Person, Socket, World
from tests.support.plain_clients import Plain, ticket
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
NOTICE, SECONDS = 1, 4
CLIENTS = 24


@pytest.fixture
def own(environment: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    """Give an installation without processes."""
    with stack(environment, tmp_path) as (started, _):
        yield started


def draining(own: Stack, **more: str) -> subprocess.Popen[bytes]:
    """Start a web process that drains."""
    return own.web(DRAIN_NOTICE=str(NOTICE), DRAIN_SECONDS=str(SECONDS), **more)


def spread(times: list[float], begun: float) -> float:
    """Return the part of the draining time over which `times` are spread."""
    first, last = min(times) - begun - NOTICE, max(times) - begun - NOTICE
    assert first > -0.2, "none ends before the notice is over"
    return (last - first) / SECONDS


def watch(call: Callable[[], Any]) -> gevent.Greenlet[[], tuple[float, Any]]:
    """Return a greenlet that returns when `call` has ended, and with what."""

    def wait() -> tuple[float, Any]:
        found = call()
        return time.monotonic(), found

    return gevent.spawn(wait)


def is_refused(url: str) -> bool:
    try:
        requests.get(url, timeout=30)
    except requests.ConnectionError:
        return True
    return False


def is_ended(screen: Socket) -> bool:
    return not screen.client.connected


def last_lines(person: Person) -> Callable[[], list[str]]:
    """Return a function that reads a stream to its end, and returns its lines."""
    headers = {"Authorization": f"Bearer {person.token}"}
    url = f"{person.world.url}/api/events"
    answer = requests.get(url, headers=headers, stream=True, timeout=WAIT)
    return lambda: list(answer.iter_lines(decode_unicode=True))


def test_all_kinds_of_clients_end_in_slices_with_a_close_frame(own: Stack) -> None:
    process = draining(own)
    with World(own.url) as world:
        people = [world.person() for _ in range(CLIENTS // 3)]
        screens = [person.socket() for person in people]
        plain = [Plain(world, f"/ws?ticket={ticket(person)}") for person in people]
        for one in plain:
            one.next()
            one.socket.settimeout(WAIT)
        ends = [watch(one.close_code) for one in plain]
        ends += [watch(last_lines(person)) for person in people]
        ends += [watch(partial(until, partial(is_ended, screen))) for screen in screens]
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        gevent.joinall(ends, timeout=WAIT)
        assert [number for number, end in enumerate(ends) if not end.ready()] == []
        found = [end.get() for end in ends]
        for one in plain:
            one.socket.shutdown()
    assert spread([at for at, _ in found], begun) >= 0.8
    assert [code for _, code in found[: len(people)]] == [(1012, "restarting")] * len(people)
    for _, lines in found[len(people) : 2 * len(people)]:
        assert ": restarting" in lines
        (delay,) = [int(line.removeprefix("retry: ")) for line in lines[1:] if line.startswith("retry: ")]
        assert 1_000 <= delay <= 5_000
    assert ended(process) == 0


def test_requests_are_answered_until_the_end_and_balancers_look_away(own: Stack) -> None:
    process = draining(own)
    with World(own.url) as world:
        person, kept = world.person(), requests.Session()
        me, headers = f"{own.url}/api/auth/me", {"Authorization": f"Bearer {person.token}"}
        assert "Connection" not in kept.get(me, headers=headers).headers
        cursor = person.get("/api/sync").json()["data"]["cursor"]
        poll = gevent.spawn(person.get, "/api/sync", params={"cursor": cursor, "wait": 25})
        screen = person.socket()
        gevent.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        until(lambda: not own.ready(), "it is not ready")
        answer = requests.get(f"{own.url}/api/system/health/ready", timeout=30)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "draining")
        assert requests.get(f"{own.url}/api/system/health/live", timeout=30).ok
        late = person.socket()
        answer = kept.get(me, headers=headers)
        assert (answer.status_code, answer.headers["Connection"]) == (200, "close")
        until(partial(is_refused, f"{own.url}/api/system/health/live"), "it takes no connection any more")
        kept.close()
        assert poll.get().json()["data"]["events"] == []
        until(lambda: not (screen.client.connected or late.client.connected), "both are ended")
    assert ended(process) == 0


def test_a_kept_connection_serves_a_last_request_and_opens_no_socket(own: Stack) -> None:
    process = draining(own)
    with World(own.url) as world:
        person = world.person()
        sessions = [requests.Session() for _ in range(2)]
        for session in sessions:
            session.get(f"{own.url}/api/system/health/live", timeout=30)
        screens = [person.socket() for _ in range(4)]
        process.send_signal(signal.SIGTERM)
        until(
            lambda: not all(screen.client.connected for screen in screens), "it takes no connection any more"
        )
        headers = {"Authorization": f"Bearer {person.token}"}
        body = {"items": [{"name": "Suit", "quantity": 1, "price": 12.5}]}
        answer = sessions[0].post(f"{own.url}/api/orders", json=body, headers=headers, timeout=30)
        assert answer.status_code == 201, answer.text
        answer = sessions[1].get(f"{own.url}/api/events", headers=headers, timeout=30)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "draining")
        assert answer.headers["Retry-After"] == "1"
        for session in sessions:
            session.close()
    assert ended(process) == 0


def test_a_draining_leader_hands_over_before_its_clients_end(own: Stack) -> None:
    leader = draining(own)
    with World(own.url) as world:
        customer, tailor = world.person(), world.person("tailor")
        admin = promote(own, world)
        until(lambda: any(numbers["leading"] for numbers in statistics(admin).values()), "it leads")
        screen, order = customer.socket(), customer.order(partnerId=tailor.id)
        second = Stack(own.settings, own.folder)
        second.web()
        try:
            leader.send_signal(signal.SIGTERM)
            until(lambda: own.log("web").count("leads the relay") == 2, "the other one leads")
            assert leader.poll() is None
            assert screen.client.connected
            tailor.world = World(second.url)
            tailor.act(order, "accept")
            screen.wait("order_update", 2)
            assert ended(leader) == 0
        finally:
            tailor.world.http.close()
            second.close()


def test_a_draining_leader_leads_on_if_no_other_process_does(own: Stack) -> None:
    process = own.web(DRAIN_NOTICE="5", DRAIN_SECONDS="0")
    with World(own.url) as world:
        customer = world.person()
        screen = customer.socket()
        process.send_signal(signal.SIGTERM)
        until(lambda: '"event":"draining"' in own.log("web"), "it drains")
        customer.order()
        screen.wait("order_update")
    assert ended(process) == 0


def test_without_draining_time_clients_still_get_a_close_frame(own: Stack) -> None:
    process = own.web()
    with World(own.url) as world:
        plain = Plain(world, f"/ws?ticket={ticket(world.person())}")
        plain.next()
        process.send_signal(signal.SIGTERM)
        assert plain.close_code() == (1012, "restarting")
        plain.socket.shutdown()
        assert ended(process) == 0
    assert '"seconds":0.0,"event":"draining"' in own.log("web")
