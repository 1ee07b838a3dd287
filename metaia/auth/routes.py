"""Routes of accounts and sessions."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response

from metaia.auth import events, jobs, schemas
from metaia.auth.account import pages
from metaia.auth.account import routes as account_routes
from metaia.auth.login import service
from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.auth.notifications import NOTICES
from metaia.auth.second_factor import routes as second_factor_routes
from metaia.auth.sessions import revoked
from metaia.auth.sessions import routes as session_routes
from metaia.auth.sessions import service as session_service
from metaia.core.access import actor as actors
from metaia.core.errors import Conflict, Forbidden, Unauthenticated
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import LOGIN, PUBLIC, READ
from metaia.core.http.views import answer
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.realtime import catalogue, runtime
from metaia.realtime.clients import connections
from metaia.users.schemas import present

blp = Blueprint("auth", __name__, url_prefix="/api/auth", description="Accounts and sessions")


@blp.endpoint(
    "POST",
    "/register",
    body=schemas.Register,
    returns=schemas.LoggedIn,
    status=201,
    limit=LOGIN,
    access=PUBLIC,
    fails=(Conflict,),
)
def register_user(body: dict[str, Any]) -> Response:
    """Make an account and log in."""
    return _logged_in(service.register(**body, device=session_service.asking()), 201)


@blp.endpoint(
    "POST",
    "/login",
    body=schemas.Login,
    returns=schemas.LoggedIn,
    limit=LOGIN,
    access=PUBLIC,
    fails=(Unauthenticated,),
)
def login(body: dict[str, Any]) -> Response:
    """Begin a session."""
    return _logged_in(service.login(**body, device=session_service.asking()), 200)


@blp.endpoint(
    "POST",
    "/refresh",
    body=schemas.Refresh,
    returns=schemas.LoggedIn,
    limit=LOGIN,
    access=PUBLIC,
    fails=(
        Unauthenticated,
        Forbidden,
    ),
)
def refresh(body: dict[str, Any]) -> Response:
    """Exchange a refresh token for a new pair."""
    return _logged_in(service.refresh(body["refresh_token"], session_service.asking()), 200)


@blp.endpoint("GET", "/me", returns=schemas.Me, limit=READ, allowed_for=("mfa_pending",))
def me() -> Response:
    """Who I am."""
    return account_routes.one(service.me(actors.current()))


def _logged_in(login: session_service.Login, status: int) -> Response:
    pair = login.tokens
    return answer(
        status=status,
        user=present(login.person),
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
    catalogue.register(app, *events.EVENTS)
    job_registry.register(app, jobs)
    runtime.of(app).feed.subscribe("session.ended", _session_ended)
    runtime.of(app).at_start(session_service.remember_ended)
    actors.session_checks.register(app, "auth", revoked.has)
    notification_registry.declare(*NOTICES)
    templates.add(Path(__file__).parent / "templates")
    for purpose in email_tokens.MINUTES:
        notification_registry.links_by(purpose, partial(mailed_links.address, purpose))
    for blueprint in (blp, session_routes.blp, second_factor_routes.blp, account_routes.blp, pages.blp):
        api.register_blueprint(blueprint)
