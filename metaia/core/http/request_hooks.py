"""What happens around every request: its id, its log line, its actor, its limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Request, Response, current_app, g, request
from flask.sessions import SessionInterface, SessionMixin
from structlog.contextvars import bind_contextvars, clear_contextvars

from metaia.core.access import actor
from metaia.core.errors import Unauthenticated
from metaia.core.http import bodies, error_handlers, rate_limits
from metaia.core.http.middleware import REFUSED

PUBLIC_BLUEPRINTS = frozenset({"swagger_ui", "api-docs"})  # the documentation: static files of libraries
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
    """Find out who asks; only `@public` routes, and unknown addresses (404), go without.

    By the token in the header, unless the route's blueprint has another way (`find_actor`), which is then the only one.
    """
    if request.endpoint is None or request.method == "OPTIONS" or is_public(current_app, request.endpoint):
        return
    blueprint = current_app.blueprints.get(request.blueprint or "")
    try:
        getattr(blueprint, "find_actor", actor.resolve_request)()
    except Unauthenticated as problem:
        g.refused = problem


def _admit() -> None:
    if "refused" in g:
        raise g.refused
    if "actor" in g:
        _refuse_half_a_login(actor.current(), current_app.view_functions[str(request.endpoint)])


def _refuse_half_a_login(who: actor.Actor, view: Callable[..., Any]) -> None:
    """Raise Forbidden where a session may look but not touch, or must set up its second factor first."""
    allowed = getattr(view, "even_when", ())
    if request.method not in {"GET", "HEAD"} and "read_only" not in allowed:
        actor.require_own(who)
    if "limited" not in allowed:
        actor.require_whole(who)


def is_public(app: Flask, endpoint: str) -> bool:
    """Return whether anybody may call an endpoint."""
    return (
        getattr(app.view_functions[endpoint], "public", False)
        or endpoint.split(".", maxsplit=1)[0] in PUBLIC_BLUEPRINTS
    )


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = error_handlers.request_id()
    rate_limits.say(response)
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
