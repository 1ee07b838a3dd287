"""What the rest of the real-time path needs of the transport: to put it in place, and to reach many clients at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import engineio
from engineio.packet import MESSAGE, Packet

from metaia.core import library_guards
from metaia.realtime.transport.engineio_output import Outgoing, framed
from metaia.realtime.transport.engineio_socket import FastSocket

PACKAGES = ("python-engineio", "python-socketio", "gevent-websocket")
_stock = Outgoing.__base__
_NOTHING: Mapping[str, str] = {}


def install() -> None:
    """Make engineio use FastSocket. Raises RuntimeError when its internals are not those this was tested with."""
    library_guards.check(*PACKAGES)
    if engineio.server.socket.Socket not in (_stock, FastSocket):
        raise RuntimeError("engineio's Socket has been replaced by something else already")
    engineio.server.socket.Socket = FastSocket


def broadcast(server: Any, eio_sids: Iterable[str], text: str, own: Mapping[str, str] = _NOTHING) -> None:
    """Send one message to many clients of an engineio `server`, but its `own` to whoever has one.

    Does not switch greenlets. Does what `server.send` does for each, without the four calls on the way.
    """
    packet = Packet(MESSAGE, text)
    frame = framed(packet)
    sockets = server.sockets
    for eio_sid in eio_sids:
        client = sockets.get(eio_sid)
        if client is None:
            continue
        if eio_sid in own:
            client.send(Packet(MESSAGE, own[eio_sid]))
        elif client.sink is not None:
            client.sink.write(frame)
        else:
            client.send(packet)


def waiting(server: Any, eio_sid: str) -> int:
    """Return how many bytes wait for a client: who sends it much in a row pauses when they are many."""
    client = server.sockets.get(eio_sid)
    if client is None:
        return 0
    size: int = client.queued if client.sink is None else client.sink.size
    return size
