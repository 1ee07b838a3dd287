"""The gate: what a process refuses while it starts, and while it stops."""

from __future__ import annotations

from typing import Any

from flask import Flask

from metaia.core.errors import Unavailable, declare
from metaia.core.http.edge.connect_limit import is_handshake

EXTENSION = "metaia.gate"
HEALTH = "/api/system/health/"
declare({"draining": "This process is being replaced and takes no new connection; another one does."})


class Gate:
    """The state of one process. It serves unless `waiting_for` or `closed` is set."""

    def __init__(self) -> None:
        self.waiting_for: str | None = None  # at start: what is missing; only health checks are answered
        self.draining = False  # asked to stop: health checks send balancers elsewhere
        self.closed = False  # begins no new connection any more

    @property
    def problem(self) -> str | None:
        """Return why balancers must not send traffic to this process; None if they may."""
        if self.waiting_for is not None:
            return f"waiting for {self.waiting_for}"
        return "draining" if self.draining else None

    def refusal(self, environ: dict[str, Any]) -> Unavailable | None:
        """Return why a request is refused, or None."""
        if self.waiting_for is not None and not environ.get("PATH_INFO", "").startswith(HEALTH):
            return Unavailable("This process is starting.", code="not_ready", retry_after=1)
        if self.closed and _begins_connection(environ):
            return Unavailable("This process is stopping.", code="draining", retry_after=1)
        return None


def _begins_connection(environ: dict[str, Any]) -> bool:
    path = environ.get("PATH_INFO", "")
    return path == "/api/events" or "HTTP_UPGRADE" in environ or is_handshake(environ)


def of(app: Flask) -> Gate:
    """Return the gate of `app`."""
    gate: Gate = app.extensions[EXTENSION]
    return gate
