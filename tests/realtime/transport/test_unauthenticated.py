"""Unauthenticated connections: limited in time and number."""

from __future__ import annotations

import json

import pytest
import requests

from metaia.core import metrics
from metaia.extensions import socketio
from metaia.realtime.transport import unauthenticated
from tests.support.people import WAIT, World
from tests.support.raw_socket import CLOSE, Raw, frame, sids_of
from tests.support.waiting import send_numbered, until

POLLING = "/socket.io/?EIO=4&transport=polling"


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unauthenticated, "SECONDS", 1.5)


def opened(client: Raw) -> str:
    """Return the Engine.IO sid of a client that has only connected."""
    sid: str = json.loads(client.until("0{")[1:])["sid"]
    return sid


def closed(sid: str) -> bool:
    return sid not in socketio.server.eio.sockets


@pytest.mark.usefixtures("soon")
def test_a_silent_connection_is_closed_and_an_authenticated_one_stays(world: World) -> None:
    person = world.person()
    screen = person.socket()
    before = metrics.ended[unauthenticated.REASON]
    with Raw(world.url) as silent, Raw(world.url) as late:
        silent_sid = opened(silent)
        late.login(person)
        assert silent.until("1") == "1"  # Engine.IO's close packet
        assert silent.next()[0] == CLOSE
        until(lambda: closed(silent_sid))
        assert metrics.ended[unauthenticated.REASON] == before + 1
        assert len(sids_of(person)) == 2
        send_numbered(person, 1)
        screen.wait("new_notification")
        late.until('42["new_notification"')


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("packet", ['40{"token":"forged"}', "40", '40{"token":1}'])
def test_a_connection_with_an_invalid_token_is_closed(world: World, packet: str) -> None:
    with Raw(world.url) as client:
        sid = opened(client)
        client.send_text(packet)
        client.until("44")
        until(lambda: closed(sid))
        assert client.wait_closed()


def test_a_connection_with_too_many_refusals_is_closed(world: World) -> None:
    """Verifying a token costs CPU time: one connection could keep a process busy."""
    before = metrics.ended[unauthenticated.REFUSED]
    with Raw(world.url) as client:
        sid = opened(client)
        client.send(*[frame('40{"token":"forged"}')] * 500)
        refused = 0
        while (got := client.next())[0] != CLOSE:
            refused += got[1].startswith(b"44")
        assert unauthenticated.TRIES <= refused < 2 * unauthenticated.TRIES
        until(lambda: closed(sid))
    assert metrics.ended[unauthenticated.REFUSED] == before + 1


def test_a_refused_client_may_try_again(world: World) -> None:
    with Raw(world.url) as client:
        opened(client)
        for _ in range(unauthenticated.TRIES - 1):
            client.send_text("40")
            client.until("44")
        client.send_text("40" + json.dumps({"token": world.person().token}))
        client.until('42["sync"')


@pytest.mark.usefixtures("soon")
def test_a_silent_polling_connection_is_closed(world: World) -> None:
    answer = requests.get(world.url + POLLING, timeout=WAIT)
    sid = json.loads(answer.text[1:])["sid"]
    assert not closed(sid)
    until(lambda: closed(sid))
    assert requests.get(f"{world.url}{POLLING}&sid={sid}", timeout=WAIT).status_code == 400


@pytest.mark.usefixtures("soon")
def test_a_connection_that_leaves_socket_io_is_closed(world: World) -> None:
    person = world.person()
    with Raw(world.url) as client:
        sid = opened(client)
        client.send_text("40" + json.dumps({"token": person.token}))
        client.until('42["sync"')
        client.send_text("41")
        until(lambda: not sids_of(person))
        until(lambda: closed(sid))


def test_above_the_limit_the_oldest_connection_is_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clients that authenticate are not displaced by clients that do not."""
    monkeypatch.setattr(unauthenticated, "_since", {})  # connections of other tests do not count
    monkeypatch.setattr(unauthenticated, "MAX_CONNECTIONS", 3)
    person = world.person()
    with Raw(world.url) as first, Raw(world.url) as known:
        first_sid = opened(first)
        known.login(person)
        others = [Raw(world.url) for _ in range(5)]
        sids = [opened(other) for other in others]
        until(lambda: closed(first_sid) and closed(sids[0]) and closed(sids[1]))
        assert [closed(sid) for sid in sids[2:]] == [False] * 3
        assert len(unauthenticated._since) == 3
        assert len(sids_of(person)) == 1
        with Raw(world.url) as late:
            late.login(person)
            assert len(sids_of(person)) == 2
        for other in others:
            other.wire.close()
    until(lambda: not unauthenticated._since, "nobody is waited for who has closed")
