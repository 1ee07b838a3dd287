"""Which packets clients may send: Socket.IO packets of text. A client that sends anything else is disconnected.

python-socketio keeps the parts of a packet with attachments until all have arrived, and the client chooses their
number (up to ten thousand million). It also logs a stack for each packet that it cannot parse. engineio answers a
polling POST with 200 although it has handled none of its packets: if there are more than 16, or if the body is chunked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
import structlog
from engineio.exceptions import EngineIOError
from engineio.packet import Packet
from socketio.packet import BINARY_ACK, BINARY_EVENT

MAX_PACKETS = 1_000  # in one polling POST
SEPARATOR = "\x1e"  # between the packets of a POST (Engine.IO 4)
_WITH_ATTACHMENTS = (str(BINARY_EVENT), str(BINARY_ACK))
logger = structlog.get_logger(__name__)


class UnsupportedPacket(EngineIOError):  # type: ignore[misc]
    """A client sent a packet that METAIA does not accept; `code` is the WebSocket's close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def dispatch(server: Any, sid: str, data: Any) -> None:
    """Give a message of the engineio client `sid` to Socket.IO. Raises UnsupportedPacket.

    The gateway turns exceptions of our handlers into acknowledgements, so an exception here comes from parsing.
    """
    if isinstance(data, bytes) or (isinstance(data, str) and data.startswith(_WITH_ATTACHMENTS)):
        raise UnsupportedPacket(1003, "text only")
    try:
        server.handlers["message"](sid, data)
    except Exception as error:
        logger.info("packet not handled", sid=sid, error=repr(error)[:200])
        raise UnsupportedPacket(1002, "not a Socket.IO packet") from error


def receive_post(environ: dict[str, Any], limit: int, receive: Callable[[Packet], None]) -> None:
    """Call `receive` with each packet of a polling POST; its body may have `limit` bytes.

    Whatever goes wrong is an EngineIOError: Engine.IO then answers 400 and ends the connection, because the packets
    that follow are not handled. The client's library reports that, and connects again.
    """
    try:
        parts = _body(environ, limit).split(SEPARATOR)
        if len(parts) > MAX_PACKETS:
            raise ValueError("too many packets")
        for part in parts:
            receive(Packet(encoded_packet=part))
            gevent.sleep(0)  # as between two messages of a WebSocket
    except EngineIOError:
        raise
    except Exception as error:
        logger.info("packets not handled", error=repr(error)[:200])
        raise UnsupportedPacket(1002, "not packets of Engine.IO") from error


def _body(environ: dict[str, Any], limit: int) -> str:
    """Return a body as text, whether its length is declared or it is chunked. Raises ValueError."""
    body: bytes = environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise ValueError("too large")
    return body.decode()
