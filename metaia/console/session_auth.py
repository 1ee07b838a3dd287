"""Authentication by the cookie of staff's pages, and protection of changes against forged requests (CSRF)."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

import flask
from flask import Flask, Response, current_app, g, request

from metaia.console import cookie, pages, service
from metaia.console.live import service as live_service
from metaia.core.access import actor as actors
from metaia.core.errors import Forbidden, Unauthenticated, declare
from metaia.core.http.edge.security_headers import as_page
from metaia.core.http.error_handlers import respond
from metaia.core.http.request_hooks import AUTHENTICATORS
from metaia.network import origins

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DASHBOARD = "/dashboard"  # the console's page that opens rq-dashboard
POLLED = ".json"  # suffix of the addresses that scripts poll; polling does not count as use of the session
declare({"csrf_invalid": "The CSRF token is missing or belongs to another session: reload the page."})


def protect(blueprint: flask.Blueprint) -> None:
    """Authenticate the routes of a blueprint by the cookie only, and permit changes from our own pages only.

    Without a session, a page leads to the console, which opens it again once a member of staff is logged in.
    """
    blueprint.record_once(
        lambda state: AUTHENTICATORS.register(cast("Flask", state.app), blueprint.name, _find_actor)
    )
    blueprint.before_request(_refuse_forged)
    blueprint.register_error_handler(Unauthenticated, _redirect_to_console)
    blueprint.after_request(_as_page)


def _find_actor() -> None:
    live_service.require_console()
    session = cookie.staff()
    if session is None:
        raise Unauthenticated("Log in first.")
    used = request.method not in SAFE_METHODS or not request.path.endswith(POLLED)
    actors.set_current(service.actor_of(session.id, used=used))


def _refuse_forged() -> None:
    """Raise Forbidden for a change from a page of another origin, or without the CSRF token of this session."""
    if request.method in SAFE_METHODS:
        return
    refuse_other_origins()
    if "actor" in g and not cookie.has_csrf_token(actors.current().session_id):
        raise Forbidden("Reload the page.", code="csrf_invalid")


def refuse_other_origins() -> None:
    """Raise Forbidden unless a page of this service sent the current request."""
    ours = (request.host_url, current_app.config["PUBLIC_BASE_URL"])
    if not origins.is_one_of(request.headers.get("Origin", ""), *ours):
        raise Forbidden("Requests from other origins are refused.", code="origin_not_allowed")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Forbidden("Requests from other origins are refused.", code="origin_not_allowed")


def _redirect_to_console(problem: Unauthenticated) -> Response:
    """Redirect a page to the console, and answer a script with the error."""
    if request.method not in SAFE_METHODS or urlsplit(request.path).path.endswith(POLLED):
        return respond(problem)
    return pages.to_console(DASHBOARD)


def _as_page(response: Response) -> Response:
    """Add the headers of a page, unless the view has set its own policy."""
    return response if "Content-Security-Policy" in response.headers else as_page(response)
