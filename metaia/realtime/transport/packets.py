"""Which Socket.IO packets clients may send: text ones. A client that sends anything else is disconnected.

python-socketio keeps the parts of a packet with attachments until all have arrived, and the client chooses their
number (up to ten thousand million). It also logs a stack for each packet that it cannot parse.
"""

from __future__ import annotations

from typing import Any

import structlog
from engineio.exceptions import EngineIOError
from socketio.packet import BINARY_ACK, BINARY_EVENT

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
