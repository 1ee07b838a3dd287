"""The transport's interface for the rest of realtime: install it in engineio, and send to many clients at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import engineio
from engineio.packet import MESSAGE, Packet

from metaia.core.libraries import guards as library_guards
from metaia.realtime.transport.engineio_output import OutgoingSocket, framed
from metaia.realtime.transport.engineio_socket import FastSocket

PACKAGES = ("python-engineio", "python-socketio", "gevent-websocket")
_stock = OutgoingSocket.__base__
_NONE: Mapping[str, str] = {}


def install() -> None:
    """Make engineio use FastSocket. Raises RuntimeError when engineio's internals are not the tested ones."""
    library_guards.check(*PACKAGES)
    if engineio.server.socket.Socket not in (_stock, FastSocket):
        raise RuntimeError("engineio's Socket has been replaced by something else already")
    engineio.server.socket.Socket = FastSocket


def broadcast(server: Any, eio_sids: Iterable[str], text: str, own: Mapping[str, str] = _NONE) -> None:
    """Send one message to many clients of an engineio `server`. A client listed in `own` gets that text instead.

    Does not switch greenlets. It has the effect of `server.send` for each client, with four calls fewer per client.
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
        elif client.buffer is not None:
            client.buffer.write(frame)
        else:
            client.send(packet)


def buffered(server: Any, eio_sid: str) -> int:
    """Return the number of bytes that are not yet sent to a client. Replays pause while it is large."""
    client = server.sockets.get(eio_sid)
    if client is None:
        return 0
    size: int = client.queued if client.buffer is None else client.buffer.size
    return size
