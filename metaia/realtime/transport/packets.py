"""What Socket.IO clients may say: packets of text. Whoever says something else is thrown out.

python-socketio keeps whatever follows a packet that announces attachments until all of them are there, ten thousand
million if the client says so; and it logs a stack for each packet that it cannot read.
"""

from __future__ import annotations

from typing import Any

import structlog
from engineio.exceptions import EngineIOError
from socketio.packet import BINARY_ACK, BINARY_EVENT

_WITH_ATTACHMENTS = (str(BINARY_EVENT), str(BINARY_ACK))
logger = structlog.get_logger(__name__)


class NotOurs(EngineIOError):  # type: ignore[misc]
    """A client has said what none of ours says; `code` is the WebSocket's close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def hand_over(server: Any, sid: str, data: Any) -> None:
    """Give a message of the engineio client `sid` to Socket.IO. Raises NotOurs.

    What our handlers raise, they answer themselves (`gateway`): what comes out here is about the packet.
    """
    if isinstance(data, bytes) or (isinstance(data, str) and data.startswith(_WITH_ATTACHMENTS)):
        raise NotOurs(1003, "text only")
    try:
        server.handlers["message"](sid, data)
    except Exception as error:
        logger.info("packet not handled", sid=sid, error=repr(error)[:200])
        raise NotOurs(1002, "not a Socket.IO packet") from error
