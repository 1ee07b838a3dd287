"""Positions: couriers send them over their sockets, and the parties of their orders receive some of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from time import monotonic

from benchmarks.load.clients import SocketClient
from benchmarks.load.hub import Hub, ignore
from benchmarks.load.seen import Clock, Seen

LOCATION, STEP = b'42["courier:location"', 1e-4  # degrees of latitude


def positions(hub: Hub, couriers: int, rate: float, seconds: float) -> Seen:
    """Let the first `couriers` clients send `rate` positions a second in turn; with 0, only wait.

    Returns how many were sent and received.
    """
    sent = received = 0
    senders, clock, begun = hub.clients[:couriers], Clock(), monotonic()

    def event(_: SocketClient, data: bytes, start: int, end: int) -> None:
        nonlocal received
        received += data.startswith(LOCATION, start) and end > start

    def due() -> float:
        nonlocal sent
        while sent < rate * seconds and begun + sent / rate <= monotonic():
            place = {"lat": 18.5 + sent // couriers * STEP, "lng": 73.8, "at": datetime.now(UTC).isoformat()}
            senders[sent % couriers].say(f"42{json.dumps(['courier:location', place])}")
            sent += 1
        return max(0.0, begun + sent / rate - monotonic()) if rate else 1.0

    hub.event = event
    try:
        hub.run(lambda: monotonic() - begun >= seconds, seconds + 60, due)
    finally:
        hub.event = ignore
    return clock.seen() | {"sent": sent, "received": received}
