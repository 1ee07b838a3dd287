"""How services publish events: durable ones with a commit, ephemeral ones at once."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.core import outbox
from metaia.extensions import socketio
from metaia.realtime.catalogue import EPHEMERAL, EVENTS, Payload
from metaia.realtime.clients import fanout


def record(
    name: str,
    payload: Payload,
    *,
    audience: Iterable[str],
    subject: str | None = None,
    thread: str | None = None,
    ref: str | None = None,
) -> None:
    """Record the event `name` in the running transaction. The rooms of `audience` receive it if that commits.

    `payload` is JSON as clients see it (camelCase); `subject` is the thing it is about, e.g. `order-{id}`. `thread` is
    the id of a deal: in its timeline, the event is the entry `ref`, such as `order:{id}:{version}`.
    Raises LookupError for an event that the catalogue does not have, and ValueError for a thread without a ref.
    """
    if name not in EVENTS.current():
        raise LookupError(f"no event is called {name}")
    if (thread is None) != (ref is None):
        raise ValueError(f"the event {name} needs a thread and a ref, or neither")
    outbox.add("event", name, payload, audience=audience, subject=subject, thread=thread, ref=ref)


def emit_ephemeral(
    name: str, payload: Payload, *, audience: Iterable[str], without: str | None = None
) -> None:
    """Send an event that is not logged to the Socket.IO clients in `audience`, in all processes, through Redis.

    The client with the key `without`, which has caused it, does not get it. Clients that are not connected never get
    it. Raises LookupError for an event that the catalogue does not have.
    """
    if name not in EPHEMERAL.current():
        raise LookupError(f"no ephemeral event is called {name}")
    socketio.emit(name, payload, to=list(audience), skip_sid=without)


def emit_to_local_clients(name: str, payload: Payload, *, audience: Iterable[str]) -> None:
    """Send an event that is not logged to those Socket.IO clients in `audience` that this process serves.

    For handlers of the feed, which run in each process. Raises LookupError for a name that the catalogue does not
    have.
    """
    if name not in EPHEMERAL.current():
        raise LookupError(f"no ephemeral event is called {name}")
    if socketio.server is not None:
        fanout.to_rooms(name, payload, list(audience))
