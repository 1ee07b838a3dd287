"""Where a new connection begins: now, at the cursor that it sends, or where its former connection was lost."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import request

from metaia.core.access import actor as actors
from metaia.core.access.actor import Actor
from metaia.core.errors import Unauthenticated
from metaia.network import addresses
from metaia.realtime import runtime
from metaia.realtime.clients import connections, recovery, token_ends
from metaia.realtime.clients.connections import Connection, Message
from metaia.realtime.clients.recovery import Record

MAX_PID = 64  # characters
ONLY = ""  # the name of the one record of a Socket.IO client


@dataclass(frozen=True, slots=True)
class Start:
    """Where a connection begins. Without a `cursor` it begins now; if it is `lost` too, it must fetch its state.

    `answer` is what its handshake is answered with. `key` is that of its records for the next time; without one, none
    is kept. `requests` are the messages by which the former connection joined rooms.
    """

    cursor: str | None = None
    lost: bool = False
    key: str | None = None
    answer: dict[str, str] = field(default_factory=dict)
    requests: tuple[Message, ...] = ()


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
    requests = None if record is None else record.requests
    if requests is None:
        pid = secrets.token_urlsafe(15)
    key, answer = _key(actor, str(pid)), {"pid": str(pid)}
    return Start(known[0] if known else None, lost, key, answer, tuple(requests or ()))


def session_start(actor: Actor, channel: str, cursor: str | None) -> Start:
    """Return the start of a plain WebSocket that may send no cursor: where its session left off on this `channel`.

    The session may have lost several connections, and a client that is back does not state which. So each begins at the
    oldest position, and the newest of the records counts as used: none of them misses an event. The records of
    connections that are open in this process stay: these are not lost.
    """
    real_time = runtime.current()
    key = recovery.key_of("session", actor.session_id, channel) if real_time.recovery.seconds else None
    if key is None:
        return Start(cursor or None)
    if cursor:
        real_time.spawn(real_time.recovery.find, key)  # forgets records that are too old
        return Start(cursor, key=key)
    lost = {name: at for name, at in _of_this_log(key).items() if name not in connections.open_connections}
    positions = {name: int(record.cursor.rpartition(".")[2]) for name, record in lost.items()}
    if not positions:
        return Start(key=key)
    real_time.recovery.forget(key, max(positions, key=positions.__getitem__))
    return Start(real_time.feed.head.cursor(min(positions.values())), key=key)


def actor_of(token: str, returning: Callable[[Actor], Actor | None]) -> Actor:
    """Return the actor of a token. If it has expired, return what `returning` makes of its actor, unless that is None.

    Raises Unauthenticated and Forbidden as `actors.from_token` does.
    """
    try:
        return actors.from_token(token)
    except Unauthenticated as error:
        actor = returning(actors.from_expired_token(token)) if error.code == "token_expired" else None
        if actor is None:
            raise
        return actor


def socketio_return(pid: Any, actor: Actor) -> Actor | None:
    """Return the actor of an expired token that comes back within the recovery's time, or None if it may not.

    The connection would still be open if the network or this service had not failed (`token_ends`), so it may go on.
    The `pid` proves that it is the same client.
    """
    record = _record(actor, pid)
    returns = record is not None and record.session == actor.session_id
    return token_ends.prolonged(actor) if returns else None


def session_return(channel: str, actor: Actor) -> Actor | None:
    """Return the actor of an expired token likewise, for a plain WebSocket: it must come from the same network."""
    if not runtime.current().recovery.seconds:
        return None
    records = _of_this_log(recovery.key_of("session", actor.session_id, channel)).values()
    returns = any(record.network == _network() for record in records)
    return token_ends.prolonged(actor) if returns else None


def remember(connection: Connection, start: Start, name: str = ONLY) -> None:
    """Keep a record of the connection from now on, whenever the receipt of more events is proven.

    It is deleted when the client closes the connection by itself: then it has lost nothing.
    """
    store, key, session, network = (
        runtime.current().recovery,
        start.key,
        connection.actor.session_id,
        _network(),
    )
    if key is not None:
        connection.progress.on_proof = lambda at: store.keep(
            key, name, Record(at.cursor(), session, network, connection.requests())
        )
        connection.on_goodbye = lambda: store.forget(key, name)


def _key(actor: Actor, pid: str) -> str:
    """Return the key of a client's record: only the same user can refer to it, and not staff that impersonates it."""
    return recovery.key_of("socketio", actor.id, actor.impersonator or "", pid)


def _record(actor: Actor, pid: Any) -> Record | None:
    """Return what is known of the connection that had a `pid`, unless the log has been restored since."""
    if not isinstance(pid, str) or not 0 < len(pid) <= MAX_PID:
        return None
    return _of_this_log(_key(actor, pid)).get(ONLY)


def _of_this_log(key: str) -> dict[str, Record]:
    """Return the records under a key, without those from before the log was restored."""
    real_time = runtime.current()
    epoch = f"{real_time.feed.head.epoch}."
    found = real_time.recovery.find(key).items()
    return {name: record for name, record in found if record.cursor.startswith(epoch)}


def _network() -> str:
    return addresses.network(request.remote_addr)
