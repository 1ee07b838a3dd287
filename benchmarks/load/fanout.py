"""Connecting clients, and events that all of them receive."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from time import monotonic
from typing import Any

from benchmarks.load import wire
from benchmarks.load.clients import HttpClient, SocketClient
from benchmarks.load.hub import Hub, ignore
from benchmarks.load.seen import NOTICE, Clock, Seen, summary


def connect(hub: Hub, port: int, tokens: list[str], *, sync: bool, window: int = 100) -> Seen:
    """Connect one client per token, `window` of them at a time."""
    clock = Clock()
    wanted = len(hub.clients) + len(tokens)
    waiting: Iterator[str] = iter(tokens)

    def more() -> float:
        while len(hub.clients) - hub.ready < window:
            token = next(waiting, None)
            if token is None:
                break
            hub.clients.append(SocketClient(hub, port, {"token": token}, sync=sync))
        return 0.01

    hub.run(lambda: hub.ready >= wanted, 180, more, "clients do not get in")
    return clock.seen() | {"connected": hub.ready}


def fanout(hub: Hub, trigger: int, body: dict[str, Any], times: int, expect: int) -> Seen:
    """Trigger `times` emits, each after all clients have received the previous one (`expect` events in total)."""
    delays = array("d")
    note, clock, http = delays.append, Clock(), HttpClient(hub, trigger)
    request, begun, done = wire.request("POST", "/bench/emit", body), 0.0, 0
    name = NOTICE

    def event(client: SocketClient, data: bytes, start: int, _: int) -> None:
        if data.startswith(name, start):
            client.count += 1
            note(monotonic() - begun)

    def answered(_: int) -> None:
        nonlocal done
        done += 1

    for client in hub.clients:
        client.count = 0
    hub.event = event
    try:
        for turn in range(1, times + 1):
            begun = monotonic()
            http.ask(request, answered)
            hub.run(lambda: len(delays) >= turn * expect and done == turn, 60, what="events are missing")  # noqa: B023
    finally:
        hub.event = ignore
        http.close()
    each = {client.count for client in hub.clients}
    if hub.clients and each != {times * body["count"]}:
        raise RuntimeError(f"clients received {each} events, not {times * body['count']}")
    return clock.seen() | {"deliveries": len(delays), "latency": summary(delays)}
