"""Connections that do not say who they are: not for long, and not too many at once."""

from __future__ import annotations

import json

import pytest
import requests

from metaia.core import metrics
from metaia.extensions import socketio
from metaia.realtime.transport import unauthenticated
from tests.support.people import WAIT, World
from tests.support.raw_socket import CLOSE, Raw, frame, sids_of
from tests.support.waiting import tell, until

POLLING = "/socket.io/?EIO=4&transport=polling"


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unauthenticated, "SECONDS", 1.5)


def opened(client: Raw) -> str:
    """Return the Engine.IO sid of a client that has only connected."""
    sid: str = json.loads(client.until("0{")[1:])["sid"]
    return sid


def gone(sid: str) -> bool:
    return sid not in socketio.server.eio.sockets


@pytest.mark.usefixtures("soon")
def test_who_says_nothing_is_put_out_and_who_has_said_it_stays(world: World) -> None:
    person = world.person()
    screen = person.socket()
    before = metrics.ended[unauthenticated.REASON]
    with Raw(world.url) as silent, Raw(world.url) as late:
        silent_sid = opened(silent)
        late.login(person)
        assert silent.until("1") == "1"  # Engine.IO's goodbye
        assert silent.next()[0] == CLOSE
        until(lambda: gone(silent_sid))
        assert metrics.ended[unauthenticated.REASON] == before + 1
        assert len(sids_of(person)) == 2
        tell(person, 1)
        screen.wait("new_notification")
        late.until('42["new_notification"')


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("said", ['40{"token":"forged"}', "40", '40{"token":1}'])
def test_who_says_it_wrongly_is_put_out(world: World, said: str) -> None:
    with Raw(world.url) as client:
        sid = opened(client)
        client.say(said)
        client.until("44")
        until(lambda: gone(sid))
        assert client.gone()


def test_who_tries_without_end_is_put_out(world: World) -> None:
    """Looking at a token costs something: one connection could keep a process busy."""
    before = metrics.ended[unauthenticated.REFUSED]
    with Raw(world.url) as client:
        sid = opened(client)
        client.send(*[frame('40{"token":"forged"}')] * 500)
        refused = 0
        while (got := client.next())[0] != CLOSE:
            refused += got[1].startswith(b"44")
        assert unauthenticated.TRIES <= refused < 2 * unauthenticated.TRIES
        until(lambda: gone(sid))
    assert metrics.ended[unauthenticated.REFUSED] == before + 1


def test_who_is_refused_may_try_again(world: World) -> None:
    with Raw(world.url) as client:
        opened(client)
        for _ in range(unauthenticated.TRIES - 1):
            client.say("40")
            client.until("44")
        client.say("40" + json.dumps({"token": world.person().token}))
        client.until('42["sync"')


@pytest.mark.usefixtures("soon")
def test_who_polls_and_says_nothing_is_put_out(world: World) -> None:
    answer = requests.get(world.url + POLLING, timeout=WAIT)
    sid = json.loads(answer.text[1:])["sid"]
    assert not gone(sid)
    until(lambda: gone(sid))
    assert requests.get(f"{world.url}{POLLING}&sid={sid}", timeout=WAIT).status_code == 400


@pytest.mark.usefixtures("soon")
def test_who_leaves_socket_io_and_keeps_the_connection_is_put_out(world: World) -> None:
    person = world.person()
    with Raw(world.url) as client:
        sid = opened(client)
        client.say("40" + json.dumps({"token": person.token}))
        client.until('42["sync"')
        client.say("41")
        until(lambda: not sids_of(person))
        until(lambda: gone(sid))


def test_when_there_are_too_many_the_oldest_goes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who says who they are is kept out by those who do not."""
    monkeypatch.setattr(unauthenticated, "_waiting", {})  # those of other tests do not count
    monkeypatch.setattr(unauthenticated, "MOST", 3)
    person = world.person()
    with Raw(world.url) as first, Raw(world.url) as known:
        first_sid = opened(first)
        known.login(person)
        others = [Raw(world.url) for _ in range(5)]
        sids = [opened(other) for other in others]
        until(lambda: gone(first_sid) and gone(sids[0]) and gone(sids[1]))
        assert [gone(sid) for sid in sids[2:]] == [False] * 3
        assert len(unauthenticated._waiting) == 3
        assert len(sids_of(person)) == 1
        with Raw(world.url) as late:
            late.login(person)
            assert len(sids_of(person)) == 2
        for other in others:
            other.wire.close()
    until(lambda: not unauthenticated._waiting, "nobody is waited for who has gone")
