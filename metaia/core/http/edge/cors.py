"""CORS: pages of which origins may read answers and open connections. Without credentials: the API uses no cookies."""

from __future__ import annotations

from typing import Any

from metaia.core.http.edge.security_headers import Headers
from metaia.network import origins
from metaia.network.origins import AllowedOrigins

Environ = dict[str, Any]
PREFLIGHT = [
    ("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"),
    (
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-ID",
    ),
    ("Access-Control-Max-Age", "7200"),
]
EXPOSED_HEADERS = (
    "ETag, X-Request-ID, Retry-After, Idempotency-Replayed, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    "RateLimit-Policy"
)


class Cors:
    """Decides about origins by CORS_ORIGINS and our own addresses."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._listed = AllowedOrigins(config["CORS_ORIGINS"])
        self._own: str = config["PUBLIC_BASE_URL"]

    def headers(self, environ: Environ) -> Headers:
        """Return the CORS headers of an answer."""
        if not self._listed:
            return []
        cors = [("Vary", "Origin")]
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and origin in self._listed:
            cors += [
                ("Access-Control-Allow-Origin", origin),  # browsers compare it with theirs byte by byte
                ("Access-Control-Expose-Headers", EXPOSED_HEADERS),
            ]
        return cors

    def may_connect(self, origin: str, environ: Environ) -> bool:
        """Return whether a page of `origin` may open a connection: a listed one, or one of this service itself.

        React Native sends the origin of the address that it connects to. Its scheme may be https where this process
        sees http, behind a proxy that ends TLS.
        """
        host = environ.get("HTTP_HOST", "")
        same = (f"{environ['wsgi.url_scheme']}://{host}", f"https://{host}")
        return origin in self._listed or origins.is_one_of(origin, self._own, *same)


def is_preflight(environ: Environ) -> bool:
    """Return whether a browser asks for permission before it sends a request."""
    return environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
