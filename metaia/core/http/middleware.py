"""The door: what holds for every request before anybody looks at it, for Flask's addresses and Engine.IO's alike.

The Host must be one of ours, a browser's page must be allowed to be here (CORS), no address may begin connections
without end, and every answer gets its headers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from metaia.core.errors import Forbidden, NotFound, Problem, Unreadable, declare
from metaia.core.http.connect_limit import HandshakeLimiter
from metaia.core.http.security_headers import Headers, SecurityHeaders

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
REFUSED = "metaia.refused"  # in the environ: the Problem with which Flask is to answer
EXTENSION = "metaia.edge"
# A platform asks these by an address of its own, and they do not say anything that depends on it.
ANY_HOST_PATHS = ("/api/system/health/", "/metrics")
# Where a connection begins: browsers let any page open one, and leave it to us to look where the page comes from.
CONNECTION_PATHS = ("/socket.io/", "/ws", "/admin", "/api/events")
PREFLIGHT = [
    ("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, If-Match, X-Request-ID"),
    ("Access-Control-Max-Age", "7200"),
]
EXPOSED_HEADERS = (
    "ETag, X-Request-ID, Retry-After, Idempotency-Replayed, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    "RateLimit-Policy"
)
declare(
    {
        "host_unknown": "This service is not called by that name: see PUBLIC_BASE_URL and TRUSTED_HOSTS.",
        "origin_not_allowed": "Pages from there may not connect: see CORS_ORIGINS.",
    }
)


class EdgeMiddleware:
    """A WSGI application around all others."""

    def __init__(self, serve: Application, refuse: Application, config: dict[str, Any]) -> None:
        self._serve, self._refuse = serve, refuse
        self._headers = SecurityHeaders(only_https=config["ONLY_HTTPS"])
        hosts: list[str] = config["HOSTS"]
        # The same few ask again and again.
        self._is_trusted_host = lru_cache(1_000)(lambda host: host_is_trusted(host, hosts))
        self._origins = frozenset(config["CORS_ORIGINS"])
        self._own_origin = origin_of(config["PUBLIC_BASE_URL"])
        self._handshakes = HandshakeLimiter(config)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        cors = self._cors(environ)

        def start(status: str, headers: Headers, *exc_info: Any) -> Any:
            return start_response(status, self._headers.add_to(headers) + cors, *exc_info)

        if len(cors) > 1 and _is_preflight(environ):
            start("204 No Content", list(PREFLIGHT))
            return []
        return (self._serve if self.refusal(environ) is None else self._refuse)(environ, start)

    def refusal(self, environ: Environ) -> Problem | None:
        """Return why a request is refused, if it is. Who asks first makes it count, and it counts once."""
        if REFUSED not in environ:
            environ[REFUSED] = self._handshakes.refusal(environ) or self._check(
                environ, environ.get("PATH_INFO", "")
            )
        found: Problem | None = environ[REFUSED]
        return found

    def _cors(self, environ: Environ) -> Headers:
        """Return what lets the page that asks read the answer; no credentials: the API knows no cookies."""
        if not self._origins:
            return []
        cors = [("Vary", "Origin")]
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and self._is_listed(origin):
            cors += [
                ("Access-Control-Allow-Origin", origin),
                ("Access-Control-Expose-Headers", EXPOSED_HEADERS),
            ]
        return cors

    def _check(self, environ: Environ, path: str) -> Problem | None:
        if path.startswith("//"):  # to Flask the same as with one: but not to what looks at addresses here
            return NotFound()
        host = environ.get("HTTP_HOST", "").lower()
        if not path.startswith(ANY_HOST_PATHS) and not self._is_trusted_host(host):
            return Unreadable("This service has another name.", code="host_unknown")
        origin = environ.get("HTTP_ORIGIN")
        if origin and path.startswith(CONNECTION_PATHS) and not self._is_ours(origin, environ, host):
            return Forbidden("Pages from there may not connect.", code="origin_not_allowed")
        return None

    def _is_ours(self, origin: str, environ: Environ, host: str) -> bool:
        same = f"{environ['wsgi.url_scheme']}://{host}"
        return origin in (self._own_origin, same) or self._is_listed(origin)

    def _is_listed(self, origin: str) -> bool:
        return origin in self._origins or "*" in self._origins


def _is_preflight(environ: Environ) -> bool:
    return environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ


def origin_of(url: str) -> str:
    """Return the origin of an address, as browsers say it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def init_app(app: Flask) -> None:
    """Put the door around `app`; comes after the extensions. Flask alone answers who is refused."""
    edge = EdgeMiddleware(app.wsgi_app, Flask.wsgi_app.__get__(app), app.config)
    serve: Any = edge
    check: Any = lambda environ, _: edge.refusal(environ)  # noqa: E731
    if proxies := app.config["TRUSTED_PROXIES"]:
        # Not X-Forwarded-Host: a proxy that does not set it passes on what the client made up.
        through = partial(ProxyFix, x_for=proxies, x_proto=proxies)
        serve, check = through(serve), through(check)
    app.wsgi_app = serve  # type: ignore[method-assign]
    app.extensions[EXTENSION] = check


def refusal(app: Flask, environ: Environ) -> Problem | None:
    """Return why `app` would refuse a request, before it is asked to serve it."""
    found: Problem | None = app.extensions[EXTENSION](environ, None)
    return found
