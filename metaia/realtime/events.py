"""How services publish events: durable ones with a commit, ephemeral ones at once."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.core import outbox
from metaia.extensions import socketio
from metaia.realtime.catalogue import EPHEMERAL, EVENTS, Payload


def record(name: str, payload: Payload, *, audience: Iterable[str], subject: str | None = None) -> None:
    """Record the event `name` in the running transaction. The rooms of `audience` receive it if that commits.

    `payload` is JSON as clients see it (camelCase); `subject` is the thing it is about, e.g. `order-{id}`.
    Raises LookupError for an event that the catalogue does not have.
    """
    if name not in EVENTS.current():
        raise LookupError(f"no event is called {name}")
    outbox.add("event", name, payload, audience=audience, subject=subject)


def emit_ephemeral(name: str, payload: Payload, *, audience: Iterable[str]) -> None:
    """Send an event that is not logged to the Socket.IO clients in `audience`, in all processes, through Redis.

    Clients that are not connected never get it. Raises LookupError for an event that the catalogue does not have.
    """
    if name not in EPHEMERAL.current():
        raise LookupError(f"no ephemeral event is called {name}")
    socketio.emit(name, payload, to=list(audience))
