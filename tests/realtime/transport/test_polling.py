"""Polling: what a client posts is handled, or answered with an error; nothing is lost in silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from metaia.extensions import socketio
from metaia.realtime.clients import connections
from metaia.realtime.clients.limits import BURST
from metaia.realtime.transport.packets import MAX_PACKETS
from tests.support.people import World
from tests.support.polling_client import Polling
from tests.support.raw_socket import Raw, sids_of
from tests.support.waiting import refused, until

ASKED = '["are_you_there",1]'
BROKEN = {
    "nothing": b"",
    "no packet": b"x",
    "an empty packet among others": f"421{ASKED}\x1e\x1e422{ASKED}".encode(),
    "a packet of no type": b"9",
    "a type of no ASCII": "²".encode(),
    "half a letter": b"4\xff",
    "JSONP": b"d=",
    "attachments without end": b"b!",
    "too many packets": "\x1e".join(["6"] * (MAX_PACKETS + 1)).encode(),
    "more than the limit": b"4" + b"x" * 64 * 1024,
}


def answers(polling: Polling, count: int) -> dict[int, str]:
    """Poll until `count` acknowledgements have arrived; return their error codes by number."""
    while True:
        found = [text[2:].partition("[") for text in polling.heard if text.startswith("43")]
        if len(found) >= count:
            return {int(number): json.loads("[" + data)[0]["error"]["code"] for number, _, data in found}
        assert polling.poll() == 200


@pytest.mark.parametrize("count", [16, 17, int(BURST)])
def test_a_burst_of_events_in_one_post_is_acknowledged(world: World, count: int) -> None:
    polling = Polling(world)
    polling.login(world.person())
    assert polling.post(*(f"42{number}{ASKED}" for number in range(count))) == 200
    assert answers(polling, count) == dict.fromkeys(range(count), "unknown_event")


def test_events_above_the_burst_are_refused_one_by_one(world: World) -> None:
    polling = Polling(world)
    polling.login(world.person())
    count = int(BURST) * 3
    assert polling.post(*(f"42{number}{ASKED}" for number in range(count))) == 200
    codes = answers(polling, count)
    assert sorted(codes) == list(range(count))
    assert set(codes.values()) == {"unknown_event", "rate_limited"}


def test_a_chunked_post_is_handled(world: World) -> None:
    polling = Polling(world)
    polling.login(world.person())

    def chunks() -> Iterator[bytes]:
        yield b'427["are_you'
        yield b'_there",1]'

    assert polling.post_body(chunks()) == 200
    assert answers(polling, 1) == {7: "unknown_event"}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_post_is_refused_and_ends_the_connection(
    world: World, body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    person = world.person()
    polling = Polling(world)
    polling.login(person)
    assert polling.post_body(body) == 400
    until(lambda: not sids_of(person), "it is disconnected")
    assert polling.post(f"421{ASKED}") == 400
    assert "Traceback" not in "".join(capfd.readouterr())


def test_a_too_long_chunked_post_is_refused(world: World) -> None:
    person = world.person()
    polling = Polling(world)
    polling.login(person)
    assert polling.post_body(iter([b"4", b"x" * 64 * 1024])) == 400
    until(lambda: not sids_of(person), "it is disconnected")


def test_packets_after_the_end_of_a_connection_are_not_handled(world: World) -> None:
    person = world.person()
    polling = Polling(world)
    polling.login(person)
    assert polling.post("1", f"421{ASKED}", "40" + json.dumps({"token": person.token})) == 200
    assert sids_of(person) == []


def test_an_unexpected_error_refuses_the_connection_and_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("a bug")

    person = world.person()
    before = len(socketio.server.manager.rooms.get("/", {}))
    monkeypatch.setattr(connections, "add", fail)
    assert refused(world.url, auth={"token": person.token})["code"] == "internal_error"
    until(lambda: len(socketio.server.manager.rooms.get("/", {})) == before, "its rooms are gone")
    assert socketio.server.manager.pending_connect == {}


@pytest.mark.parametrize("frame", ["4" + "[" * 60_000, "4" + '{"a":' * 10_000])
def test_deep_nesting_is_refused_without_a_traceback(
    world: World, frame: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with Raw(world.url) as client:
        client.login(world.person())
        client.send_text(frame)
        assert client.close_code() == 1002
    assert "Traceback" not in "".join(capfd.readouterr())
