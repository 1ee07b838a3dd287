"""Who may see staff's pages, and from where they may change something."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

import flask
from flask import Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from metaia.console import cookie, service
from metaia.core.access import actor as actors
from metaia.core.errors import Forbidden, Unauthenticated, declare
from metaia.core.http.error_handlers import respond
from metaia.core.http.middleware import origin_of
from metaia.core.http.request_hooks import AUTHENTICATORS
from metaia.core.http.security_headers import as_page

READING = frozenset({"GET", "HEAD", "OPTIONS"})
POLLED = ".json"  # how addresses end that pages ask by themselves: a page left open is no sign of anybody
declare({"csrf_invalid": "The page's token is missing or another session's: load the page again."})


def protect(blueprint: flask.Blueprint) -> None:
    """Let a blueprint's routes be entered by the cookie alone, and changed from pages of ours alone."""
    blueprint.record_once(
        lambda state: AUTHENTICATORS.register(cast("Flask", state.app), blueprint.name, _find_actor)
    )
    blueprint.before_request(_refuse_forged)
    blueprint.register_error_handler(Unauthenticated, _to_login)
    blueprint.after_request(_as_page)


def _find_actor() -> None:
    session_id = cookie.session_id()
    if session_id is None:
        raise Unauthenticated("Log in first.")
    used = request.method not in READING or not request.path.endswith(POLLED)
    actors.set_current(service.who(session_id, used=used))


def _refuse_forged() -> None:
    """Raise Forbidden for a change that does not come from a page of ours, or not from this session's."""
    if request.method in READING:
        return
    ours = {origin_of(request.host_url), origin_of(current_app.config["PUBLIC_BASE_URL"])}
    if request.headers.get("Origin", "") not in ours:
        raise Forbidden("Only pages from here may do this.", code="origin_not_allowed")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Forbidden("Only pages from here may do this.", code="origin_not_allowed")
    if "actor" in g and not cookie.has_csrf_token(actors.current().session_id):
        raise Forbidden("Load the page again.", code="csrf_invalid")


def _to_login(problem: Unauthenticated) -> AnyResponse:
    """Answer a page with the way to the login, and a script with the problem."""
    if request.method not in READING or urlsplit(request.path).path.endswith(POLLED):
        return respond(problem)
    return redirect(url_for("staff.get_login"), 303)


def _as_page(response: Response) -> Response:
    """Let HTML be a page, unless its view knows better."""
    return response if "Content-Security-Policy" in response.headers else as_page(response)
