"""Requests that Engine.IO cannot serve are refused with an error, before a WebSocket is opened for them.

engineio itself would answer with a text, and a WebSocket would have been opened already: its client would wait on it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from metaia.core.errors import Problem, Unreadable, UpgradeRequired, declare
from metaia.core.http.edge.connect_limit import ENGINE_IO
from metaia.extensions import socketio

PROTOCOL, TRANSPORTS = "4", ("polling", "websocket")
declare(
    {
        "unsupported_protocol": "The client speaks an old protocol: use a client of Socket.IO 3 or later.",
        "unknown_transport": "The transport must be polling or websocket, as the request is.",
        "unknown_sid": "This process has no such connection: connect again.",
    }
)


def fault(environ: dict[str, Any]) -> Problem | None:
    """Return why Engine.IO cannot serve a request, or None if it can or the request is for others."""
    if not environ.get("PATH_INFO", "").startswith(f"{ENGINE_IO}/"):
        return None
    query = parse_qs(environ.get("QUERY_STRING", ""))
    transport = query.get("transport", TRANSPORTS[:1])[0]
    upgrades = environ.get("HTTP_UPGRADE", "").lower() == "websocket"
    if transport not in TRANSPORTS or (upgrades and transport != "websocket"):
        return Unreadable("Use the transport polling or websocket.", code="unknown_transport")
    if "sid" not in query and query.get("EIO") != [PROTOCOL]:
        return Unreadable("Use a client of Socket.IO 3 or later.", code="unsupported_protocol")
    if "sid" in query and query["sid"][0] not in socketio.server.eio.sockets:
        return Unreadable("Connect again.", code="unknown_sid")
    return UpgradeRequired() if transport == "websocket" and not upgrades else None
