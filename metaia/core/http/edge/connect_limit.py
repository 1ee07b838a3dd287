"""The rate limit of Engine.IO handshakes, which no Flask route serves; they share the counter of the class CONNECT."""

from __future__ import annotations

import math
import time
from typing import Any
from urllib.parse import parse_qs

from limits import parse

from metaia.core.errors import TooMany
from metaia.core.http.limit_classes import CONNECT
from metaia.extensions import limiter
from metaia.network.addresses import network

ENGINE_IO = "/socket.io"


class HandshakeLimiter:
    """Counts handshakes per address, as Flask-Limiter counts routes of the class CONNECT, with the same key."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._limit = parse(CONNECT.limit.format_map(config))
        prefix = config.get("RATELIMIT_KEY_PREFIX")
        self._prefix = (prefix,) if prefix else ()

    def refusal(self, environ: dict[str, Any]) -> TooMany | None:
        """Count a request if it is a handshake; return TooMany if the limit is exceeded, else None."""
        if not (limiter.enabled and is_handshake(environ)):
            return None
        key = (*self._prefix, f"address:{network(environ.get('REMOTE_ADDR'))}", CONNECT.name)
        if limiter.limiter.hit(self._limit, *key):
            return None
        ends, _ = limiter.limiter.get_window_stats(self._limit, *key)
        return TooMany(retry_after=max(1, math.ceil(ends - time.time())))


def is_handshake(environ: dict[str, Any]) -> bool:
    """Return whether a request opens an Engine.IO connection: it has no session id (`sid`)."""
    return is_engine_io(environ) and "sid" not in parse_qs(environ.get("QUERY_STRING", ""))


def is_engine_io(environ: dict[str, Any]) -> bool:
    """Return whether a request is for Engine.IO."""
    path: str = environ.get("PATH_INFO", "")
    return path.startswith(ENGINE_IO)
