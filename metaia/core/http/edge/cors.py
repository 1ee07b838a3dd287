"""CORS: pages of which origins may read answers and open connections. Without credentials: the API uses no cookies."""

from __future__ import annotations

from typing import Any

import structlog

from metaia.core.http.edge.security_headers import Headers
from metaia.network import origins
from metaia.network.origins import AllowedOrigins

Environ = dict[str, Any]
# Headers that the API reads; a test compares them with the OpenAPI document and with the code.
READ_HEADERS = (
    "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "X-Request-ID",
)  # fmt: skip
# Headers that libraries add by themselves: for event streams (eventsource, react-native-sse), parts of files (players),
# and tracers (W3C).
LIBRARY_HEADERS = ("Cache-Control", "Pragma", "Range", "X-Requested-With", "traceparent", "tracestate")
PREFLIGHT = [
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"),
    ("Access-Control-Allow-Headers", ", ".join(READ_HEADERS + LIBRARY_HEADERS)),
    ("Access-Control-Max-Age", "7200"),
]
EXPOSED_HEADERS = (
    "ETag, X-Request-ID, Retry-After, Idempotency-Replayed, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    "RateLimit-Policy, Content-Disposition, Content-Range"
)
MOST_NOTED = 100
logger = structlog.get_logger(__name__)


class Cors:
    """Decides about origins by CORS_ORIGINS and our own addresses."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._listed = AllowedOrigins(
            config["CORS_ORIGINS"],
            local=config["CORS_NULL_ORIGIN"],
            private=config["TRUST_PRIVATE_ADDRESSES"],
        )
        self._noted: set[str] = set()
        self._own: str = config["PUBLIC_BASE_URL"]

    def headers(self, environ: Environ) -> Headers:
        """Return the CORS headers of an answer."""
        cors = [("Vary", "Origin")] if self._listed else []
        origin = environ.get("HTTP_ORIGIN")
        if not origin:
            return cors
        if origin in self._listed:
            cors += [
                ("Access-Control-Allow-Origin", origin),  # browsers compare it with theirs byte by byte
                ("Access-Control-Expose-Headers", EXPOSED_HEADERS),
            ]
        elif not self.may_connect(origin, environ):
            self._note(origin)
        return cors

    def may_connect(self, origin: str, environ: Environ) -> bool:
        """Return whether a page of `origin` may open a connection: a listed one, or one of this service itself.

        React Native sends the origin of the address that it connects to. Its scheme may be https where this process
        sees http, behind a proxy that ends TLS.
        """
        host = environ.get("HTTP_HOST", "")
        same = (f"{environ['wsgi.url_scheme']}://{host}", f"https://{host}")
        return origin in self._listed or origins.is_one_of(origin, self._own, *same)

    def _note(self, origin: str) -> None:
        """Log an origin once, and only so many: clients choose them."""
        if origin not in self._noted and len(self._noted) < MOST_NOTED:
            self._noted.add(origin)
            logger.info(
                "browsers keep answers from pages of an origin", origin=origin[:200], setting="CORS_ORIGINS"
            )


def drop_cookies(environ: Environ) -> None:
    """Remove the cookies of a request from a page without an origin: any site can make one, in a sandboxed frame."""
    if origins.is_local(environ.get("HTTP_ORIGIN", "")):
        environ.pop("HTTP_COOKIE", None)


def setting(origin: str) -> str:
    """Return the name of the setting that decides about an origin."""
    return "CORS_NULL_ORIGIN" if origins.is_local(origin) else "CORS_ORIGINS"


def is_preflight(environ: Environ) -> bool:
    """Return whether a browser asks for permission before it sends a request."""
    return environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
