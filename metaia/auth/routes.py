"""Routes of accounts and sessions."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response

import metaia.auth.jobs  # noqa: F401 - registers itself
from metaia.auth import events, schemas
from metaia.auth.account import pages
from metaia.auth.account import routes as account_routes
from metaia.auth.login import service
from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.notifications import NOTIFICATION_TYPES
from metaia.auth.second_factor import routes as second_factor_routes
from metaia.auth.sessions import revoked
from metaia.auth.sessions import routes as session_routes
from metaia.auth.sessions import service as session_service
from metaia.core.access import actor as actors
from metaia.core.errors import Conflict, Forbidden, Unauthenticated
from metaia.core.http.views import LOGIN, READ, Blueprint, answer, even_when, public, rated
from metaia.core.openapi.error_responses import refuses
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.realtime import catalogue, runtime
from metaia.realtime.clients import connections
from metaia.users import presenters as user_presenters

blp = Blueprint("auth", __name__, url_prefix="/api/auth", description="Accounts and sessions")


@blp.route("/register", methods=["POST"])
@blp.arguments(schemas.Register)
@blp.response(201, schemas.LoggedIn)
@rated(LOGIN)
@refuses(Conflict)
@public
def register_user(body: dict[str, Any]) -> Response:
    """Make an account and log in."""
    return _logged_in(service.register(**body, device=session_service.asking()), 201)


@blp.route("/login", methods=["POST"])
@blp.arguments(schemas.Login)
@blp.response(200, schemas.LoggedIn)
@rated(LOGIN)
@refuses(Unauthenticated)
@public
def login(body: dict[str, Any]) -> Response:
    """Begin a session."""
    return _logged_in(service.login(**body, device=session_service.asking()), 200)


@blp.route("/refresh", methods=["POST"])
@blp.arguments(schemas.Refresh)
@blp.response(200, schemas.LoggedIn)
@rated(LOGIN)
@refuses(Unauthenticated, Forbidden)
@public
def refresh(body: dict[str, Any]) -> Response:
    """Exchange a refresh token for a new pair."""
    return _logged_in(service.refresh(body["refresh_token"], session_service.asking()), 200)


@blp.route("/me")
@blp.response(200, schemas.Me)
@rated(READ)
@even_when("limited")
def me() -> Response:
    """Who I am."""
    return account_routes.one(service.me(actors.current()))


def _logged_in(login: session_service.Login, status: int) -> Response:
    pair = login.tokens
    return answer(
        status=status,
        user=user_presenters.user(login.person),
        access_token=pair.access,
        refresh_token=pair.refresh,
        second_factor_needed=login.limited,
    )


def _session_ended(payload: dict[str, Any]) -> None:
    revoked.add(payload["sessionId"])
    ended = payload["sessionId"]
    connections.end_where(lambda actor: actor.session_id == ended, "session_ended")


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    catalogue.declare(*events.EVENTS)
    runtime.of(app).feed.listen("session.ended", _session_ended)
    runtime.of(app).at_start(session_service.remember_ended)
    actors.sessions_end_by(revoked.has)
    notification_registry.register(app, *NOTIFICATION_TYPES)
    templates.register(app, Path(__file__).parent / "templates")
    for purpose in email_tokens.MINUTES:
        notification_registry.LINK_BUILDERS.register(app, purpose, partial(mailed_links.address, purpose))
    for blueprint in (blp, session_routes.blp, second_factor_routes.blp, account_routes.blp, pages.blp):
        api.register_blueprint(blueprint)
