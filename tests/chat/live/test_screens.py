"""What typing leaves behind: nothing (proof 11)."""

from __future__ import annotations

import gc
import tracemalloc
from typing import Any

import pytest
from flask import Flask

from metaia.chat.live import screens
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.realtime.clients.socketio import Client

CLIENTS, ROUNDS = 100, 100  # 10,000 starts


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the names of what is told, instead of telling it."""
    found: list[str] = []
    monkeypatch.setattr(screens, "EVERY", 0.0)
    monkeypatch.setattr(screens, "_tell", lambda name, *_: found.append(name))
    return found


def _kept(sids: set[str]) -> set[str]:
    """Return which of these clients have screens; clients of other tests may end at any time."""
    gc.collect()
    return {client.key for client in list(screens._screens)} & sids


def _type(client: Client, talks: list[str]) -> None:
    for talk in talks:
        screen = screens.known(client, talk) or screens.show(client, talk, shown=True)
        screens.start(client, talk, screen)


def test_typing_leaves_nothing_behind(app: Flask, told: list[str]) -> None:
    talks = [new_id() for _ in range(10)]
    clients = [Client(new_id(), Actor(new_id(), "customer", "s", 0.0)) for _ in range(CLIENTS)]
    sids = {client.key for client in clients}
    tracemalloc.start()
    size: list[int] = []
    for number in range(ROUNDS):
        for client in clients:
            _type(client, [talks[number % 10]])
        told.clear()
        if number in (ROUNDS // 2, ROUNDS - 1):
            gc.collect()
            size.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert size[1] - size[0] < 100 * CLIENTS, "it grows with the number of starts"
    assert _kept(sids) == sids
    for client in clients:
        assert client.at_end is not None
        client.at_end()
    assert told.count("typing:stop") == 10 * CLIENTS
    assert _kept(sids) == set()


def test_a_client_that_vanishes_without_a_word_is_forgotten(app: Flask, told: list[str]) -> None:
    sid = new_id()
    client: Any = Client(sid, Actor(new_id(), "customer", "s", 0.0))
    _type(client, [new_id()])
    assert _kept({sid}) == {sid}
    client = None
    assert _kept({sid}) == set()


def test_what_has_expired_is_not_stopped(
    app: Flask, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, talk = Client("sid", Actor(new_id(), "customer", "s", 0.0)), new_id()
    _type(client, [talk])
    monkeypatch.setattr(screens, "EXPIRES_IN", -1)
    screens.stop(client, talk)
    screens.stop(client, talk)
    assert told == ["typing:start"]
