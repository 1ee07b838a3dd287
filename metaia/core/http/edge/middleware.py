"""The edge middleware: checks for every request before Flask or Engine.IO handles it.

It checks the Host, the Origin of browsers (CORS) and the rate of new connections, and adds headers to every answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import structlog
from flask import Flask
from werkzeug.sansio.utils import host_is_trusted

from metaia.core.errors import Forbidden, NotFound, Problem, Unreadable, declare
from metaia.core.http.edge import cors, engine_io, gate
from metaia.core.http.edge.connect_limit import HandshakeLimiter
from metaia.core.http.edge.gate import Gate
from metaia.core.http.edge.proxies import TrustedProxies
from metaia.core.http.edge.security_headers import Headers, SecurityHeaders
from metaia.network.addresses import is_private

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
REFUSED = "metaia.refused"  # key in the environ: the Problem that Flask must answer with
EXTENSION = "metaia.edge"
# Probes of the hosting platform use internal names; these answers do not depend on the Host.
ANY_HOST_PATHS = ("/api/system/health/", "/metrics")
# Paths that open a connection. Browsers let any page open one, so the server must check the Origin.
CONNECTION_PATHS = ("/socket.io/", "/ws", "/admin", "/api/events")
SHOWN = 200  # characters of a refused header in the log
logger = structlog.get_logger(__name__)
declare(
    {
        "host_unknown": "The Host is not a name of this service: see PUBLIC_BASE_URL and TRUSTED_HOSTS.",
        "origin_not_allowed": "Pages of this origin may not connect: see CORS_ORIGINS.",
    }
)


class EdgeMiddleware:
    """The outermost WSGI application, around Engine.IO's and Flask's.

    `serve` handles accepted requests; `refuse` (Flask alone) answers refused ones with the problem in the environ.
    """

    def __init__(
        self, serve: Application, refuse: Application, config: dict[str, Any], process: Gate
    ) -> None:
        self._serve, self._refuse, self._process = serve, refuse, process
        self.proxies = TrustedProxies(config["TRUSTED_PROXIES"])
        self._headers = SecurityHeaders(only_https=config["ONLY_HTTPS"])
        self._hosts: list[str] = config["HOSTS"]
        self._private = config["TRUST_PRIVATE_ADDRESSES"]
        self._is_trusted_host = lru_cache(1_000)(self._trusts)  # cached, as the same few hosts repeat
        self._cors = cors.Cors(config)
        self._handshakes = HandshakeLimiter(config)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        self.proxies.apply(environ)
        cors.drop_cookies(environ)
        added = self._cors.headers(environ)

        def start(status: str, headers: Headers, *exc_info: Any) -> Any:
            return start_response(status, self._headers.add_to(headers) + added, *exc_info)

        if len(added) > 1 and cors.is_preflight(environ):
            start("204 No Content", list(cors.PREFLIGHT))
            return []
        return (self._serve if self.refusal(environ) is None else self._refuse)(environ, start)

    def refusal(self, environ: Environ) -> Problem | None:
        """Return why a request is refused, or None. The first call stores the result: a request counts once."""
        if REFUSED not in environ:
            environ[REFUSED] = (
                self._process.refusal(environ)
                or self._handshakes.refusal(environ)
                or self._check(environ, environ.get("PATH_INFO", ""))
                or engine_io.fault(environ)
            )
        found: Problem | None = environ[REFUSED]
        return found

    def _check(self, environ: Environ, path: str) -> Problem | None:
        if path.startswith("//"):  # Flask would treat it as "/", but the checks of paths here would not
            return NotFound()
        host = environ.get("HTTP_HOST", "").lower()
        if not path.startswith(ANY_HOST_PATHS) and not self._is_trusted_host(host):
            logger.warning("host refused", host=host[:SHOWN], settings="PUBLIC_BASE_URL, TRUSTED_HOSTS")
            return Unreadable("The Host is not a name of this service.", code="host_unknown")
        origin = environ.get("HTTP_ORIGIN")
        if origin and path.startswith(CONNECTION_PATHS) and not self._cors.may_connect(origin, environ):
            logger.warning("origin refused", origin=origin[:SHOWN], setting=cors.setting(origin))
            return Forbidden("Pages of this origin may not connect.", code="origin_not_allowed")
        return None

    def _trusts(self, host: str) -> bool:
        """Return whether a Host is a name of this service. No DNS rebinding can make a page send an address as Host."""
        return host_is_trusted(host, self._hosts) or (
            self._private and host_is_trusted(host) and is_private(host)
        )


def init_app(app: Flask) -> None:
    """Wrap `app` in the middleware, after the extensions are bound; Flask alone answers refused requests."""
    process = app.extensions[gate.EXTENSION] = Gate()
    edge = EdgeMiddleware(app.wsgi_app, Flask.wsgi_app.__get__(app), app.config, process)
    app.wsgi_app = edge  # type: ignore[method-assign]
    app.extensions[EXTENSION] = edge


def refusal(app: Flask, environ: Environ) -> Problem | None:
    """Return why `app` would refuse a request, or None; for the HTTP server, before it upgrades a WebSocket."""
    edge: EdgeMiddleware = app.extensions[EXTENSION]
    edge.proxies.apply(environ)
    return edge.refusal(environ)
