"""What happens around every request: its id, its log line, its actor, its limits."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from flask import Flask, Request, Response, current_app, g, request
from flask.sessions import SessionInterface, SessionMixin
from structlog.contextvars import bind_contextvars, clear_contextvars

from metaia.core.access import actor
from metaia.core.errors import Forbidden, Unauthenticated
from metaia.core.http import bodies, endpoint, error_handlers, rate_limits
from metaia.core.http.middleware import REFUSED
from metaia.core.registry import Registry

LIBRARY_BLUEPRINTS = frozenset({"swagger_ui", "api-docs"})  # the documentation: static files, open to all
# Blueprint name → how its routes find their actor; all others read the access token in the header.
AUTHENTICATORS = Registry[str, Callable[[], None]]("authenticators")
log = structlog.get_logger("metaia.request")


class NoSessions(SessionInterface):
    """None of Flask's: callers of the API have a token, and staff's pages a cookie of their own (metaia/console)."""

    def open_session(self, app: Flask, request: Request) -> None:
        """Return no session."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save nothing."""


def init_app(app: Flask) -> None:
    """Register what comes before the limits. Order matters: a refused request must have an id and a log line too."""
    app.before_request(_begin)
    app.before_request(bodies.check_length)
    app.before_request(_authenticate)
    app.after_request(_finish)


def init_admission(app: Flask) -> None:
    """Register what comes after the limits: who is refused there has been counted."""
    app.before_request(_admit)


def _begin() -> None:
    g.started = time.perf_counter()
    clear_contextvars()
    bind_contextvars(request_id=error_handlers.request_id())
    if (refused := request.environ.get(REFUSED)) is not None:
        raise refused


def _authenticate() -> None:
    """Find the request's actor; public routes and unknown addresses (404) have none.

    The token in the header names the actor, unless the route's blueprint has an authenticator of its own.
    """
    if request.endpoint is None or request.method == "OPTIONS" or is_public(current_app, request.endpoint):
        return
    find = AUTHENTICATORS.current().get(request.blueprint or "", actor.resolve_request)
    try:
        find()
    except Unauthenticated as problem:
        g.refused = problem


def _admit() -> None:
    if "refused" in g:
        raise g.refused
    if "actor" in g:
        _require_access(actor.current(), endpoint.of(current_app.view_functions[str(request.endpoint)]))


def _require_access(caller: actor.Actor, declared: endpoint.Endpoint) -> None:
    """Raise Forbidden if the caller's session may only read, lacks its second factor, or lacks the permission."""
    if request.method not in {"GET", "HEAD"} and "read_only" not in declared.allowed_for:
        actor.forbid_impersonation(caller)
    if "mfa_pending" not in declared.allowed_for:
        actor.require_mfa(caller)
    permission = declared.access.permission
    if permission is not None and not caller.may(permission):
        raise Forbidden


def is_public(app: Flask, name: str) -> bool:
    """Return whether a route is open to callers without a token."""
    return endpoint.of(app.view_functions[name]).access.public or name.partition(".")[0] in LIBRARY_BLUEPRINTS


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = error_handlers.request_id()
    rate_limits.add_headers(response)
    if "retry_after" in g:
        response.headers["Retry-After"] = str(g.retry_after)
    who = g.get("actor")
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        user=who.id if who else None,
    )
    return response
