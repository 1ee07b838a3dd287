"""Where a new connection begins: now, at the cursor that it sends, or where its former connection was lost."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from metaia.core.access.actor import Actor
from metaia.realtime import runtime
from metaia.realtime.clients import recovery
from metaia.realtime.clients.connections import Connection
from metaia.realtime.clients.recovery import Record

MAX_PID = 64  # characters
ONLY = ""  # the name of the one record of a Socket.IO client


@dataclass(frozen=True, slots=True)
class Start:
    """Where a connection begins. Without a `cursor` it begins now; if it is `lost` too, it must fetch its state.

    `answer` is what its handshake is answered with. `key` is that of its records for the next time; without one, none
    is kept.
    """

    cursor: str | None = None
    lost: bool = False
    key: str | None = None
    answer: dict[str, str] = field(default_factory=dict)


def at(cursor: str | None) -> Start:
    """Return the start of a client that sends a cursor, or none."""
    return Start(cursor=cursor or None)


def socketio_start(actor: Actor, given: dict[str, Any]) -> Start:
    """Return the start of a Socket.IO client that has sent `given` in its CONNECT packet.

    Clients since 4.6 send the `pid` of their former connection. If that is known, the answer has the same one, and
    `socket.recovered` is true for them; else they get another one. The client's own `cursor` goes first, then the
    `offset` that its library has taken from the last event, then the position up to which the receipt was proven.
    """
    store = runtime.current().recovery
    pid, cursor, offset = given.get("pid"), given.get("cursor"), given.get("offset")
    record = _record(actor, pid)
    known = [text for text in (cursor, offset if pid else None) if isinstance(text, str) and text]
    if record is not None:
        known.append(record.cursor)
    lost = not known and (pid is not None or cursor not in (None, ""))
    if not store.seconds:
        return Start(known[0] if known else None, lost)
    if record is None:
        pid = secrets.token_urlsafe(15)
    return Start(known[0] if known else None, lost, _key(actor, str(pid)), {"pid": str(pid)})


def session_start(actor: Actor, channel: str, cursor: str | None) -> Start:
    """Return the start of a plain WebSocket that may send no cursor: where its session left off on this `channel`.

    The session may have lost several connections, and a client that is back does not state which. So each begins at the
    oldest position, and the newest of the records counts as used: none of them misses an event.
    """
    real_time = runtime.current()
    key = recovery.key_of("session", actor.session_id, channel) if real_time.recovery.seconds else None
    if cursor or key is None:
        return Start(cursor or None, key=key)
    epoch = f"{real_time.feed.head.epoch}."
    positions = {
        name: int(record.cursor.removeprefix(epoch))
        for name, record in real_time.recovery.find(key).items()
        if record.cursor.startswith(epoch)
    }
    if not positions:
        return Start(key=key)
    real_time.recovery.forget(key, max(positions, key=positions.__getitem__))
    return Start(f"{epoch}{min(positions.values())}", key=key)


def remember(connection: Connection, start: Start, name: str = ONLY) -> None:
    """Keep a record of the connection from now on, whenever the receipt of more events is proven.

    It is deleted when the client closes the connection by itself: then it has lost nothing.
    """
    store, key = runtime.current().recovery, start.key
    if key is not None:
        connection.progress.on_proof = lambda at: store.keep(key, name, Record(at.cursor()))
        connection.on_goodbye = lambda: store.forget(key, name)


def _key(actor: Actor, pid: str) -> str:
    """Return the key of a client's record: only the same user can refer to it, and not staff that impersonates it."""
    return recovery.key_of("socketio", actor.id, actor.impersonator or "", pid)


def _record(actor: Actor, pid: Any) -> Record | None:
    """Return what is known of the connection that had a `pid`, unless the log has been restored since."""
    if not isinstance(pid, str) or not 0 < len(pid) <= MAX_PID:
        return None
    real_time = runtime.current()
    record = real_time.recovery.find(_key(actor, pid)).get(ONLY)
    if record is None or not record.cursor.startswith(f"{real_time.feed.head.epoch}."):
        return None
    return record
