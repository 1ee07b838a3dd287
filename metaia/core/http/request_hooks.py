"""Hooks around every request: request id, size limit, authentication, rate limit headers, log line."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask, Request, Response, current_app, g, request
from flask.sessions import SessionInterface, SessionMixin
from structlog.contextvars import bind_contextvars, clear_contextvars

from metaia.core import logs
from metaia.core.access import actor
from metaia.core.errors import Forbidden, Unauthenticated
from metaia.core.http import bodies, endpoint, error_handlers, metrics, rate_limits
from metaia.core.http.edge.middleware import REFUSED
from metaia.core.registry import Registry

LIBRARY_BLUEPRINTS = frozenset({"swagger_ui", "api-docs"})  # the API documentation: public static files
# Blueprint name → function that sets the actor of its requests. All other blueprints use the access token.
AUTHENTICATORS = Registry[str, Callable[[], None]]("authenticators")


class NoSessions(SessionInterface):
    """Disables Flask's sessions: API clients have a token, and the console has its own cookie (console/cookie.py)."""

    def open_session(self, app: Flask, request: Request) -> None:
        """Return no session."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save nothing."""


def init_app(app: Flask) -> None:
    """Register the hooks before the rate limits. The order matters: refused requests need an id and a log line too."""
    app.before_request(_begin)
    app.before_request(bodies.check_length)
    app.before_request(_authenticate)
    app.after_request(_finish)


def init_admission(app: Flask) -> None:
    """Register the hook after the rate limits, so that unauthorized requests are counted."""
    app.before_request(_admit)


def _begin() -> None:
    g.started = time.perf_counter()
    clear_contextvars()
    bind_contextvars(request_id=error_handlers.request_id())
    if (refused := request.environ.get(REFUSED)) is not None:
        raise refused


def _authenticate() -> None:
    """Set the actor of the request; public routes and unknown paths (404) have none.

    The access token in the header identifies the actor, unless the blueprint has registered an authenticator.
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
    """Raise Forbidden if the session is read-only, its second factor is pending, or the permission is missing."""
    if request.method not in {"GET", "HEAD"} and "read_only" not in declared.allowed_for:
        actor.forbid_impersonation(caller)
    if "mfa_pending" not in declared.allowed_for:
        actor.require_mfa(caller)
    permission = declared.permission
    if permission is not None and not caller.may(permission):
        raise Forbidden


def is_public(app: Flask, name: str) -> bool:
    """Return whether a route admits callers without a token."""
    return endpoint.of(app.view_functions[name]).public or name.partition(".")[0] in LIBRARY_BLUEPRINTS


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = error_handlers.request_id()
    rate_limits.add_headers(response)
    if "retry_after" in g:
        response.headers["Retry-After"] = str(g.retry_after)
    caller = g.get("actor")
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    rule = request.url_rule.rule if request.url_rule else None
    metrics.observe(request.method, rule, response.status_code, seconds)
    logs.request_log().info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        user=caller.id if caller else None,
    )
    return response
