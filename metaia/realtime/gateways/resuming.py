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

    `answer` is what its handshake is answered with. `key` is that of its record for the next time.
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


def remember(connection: Connection, start: Start) -> None:
    """Keep a record of the connection from now on, whenever the receipt of more events is proven."""
    store, key = runtime.current().recovery, start.key
    if key is not None:
        connection.progress.on_proof = lambda at: store.keep(key, ONLY, Record(at.cursor()))


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
