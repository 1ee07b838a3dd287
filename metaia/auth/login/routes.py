"""Routes of registration, login and refresh."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.auth.account.routes import user_answer
from metaia.auth.login import schemas, service
from metaia.auth.sessions.device import of_request
from metaia.auth.sessions.service import Login
from metaia.core.access import actor as actors
from metaia.core.errors import Conflict, Forbidden, Unauthenticated
from metaia.core.http.views import LOGIN, READ, Blueprint, answer, even_when, public, rated
from metaia.core.openapi.error_responses import refuses
from metaia.users import presenters as user_presenters

blp = Blueprint("auth", __name__, url_prefix="/api/auth", description="Accounts and sessions")


@blp.route("/register", methods=["POST"])
@blp.arguments(schemas.Register)
@blp.response(201, schemas.LoggedIn)
@rated(LOGIN)
@refuses(Conflict)
@public
def register_user(body: dict[str, Any]) -> Response:
    """Create an account and begin a session."""
    return _logged_in(service.register(**body, device=of_request()), 201)


@blp.route("/login", methods=["POST"])
@blp.arguments(schemas.Login)
@blp.response(200, schemas.LoggedIn)
@rated(LOGIN)
@refuses(Unauthenticated)
@public
def login(body: dict[str, Any]) -> Response:
    """Begin a session."""
    return _logged_in(service.login(**body, device=of_request()), 200)


@blp.route("/refresh", methods=["POST"])
@blp.arguments(schemas.Refresh)
@blp.response(200, schemas.LoggedIn)
@rated(LOGIN)
@refuses(Unauthenticated, Forbidden)
@public
def refresh(body: dict[str, Any]) -> Response:
    """Exchange a refresh token for a new pair."""
    return _logged_in(service.refresh(body["refresh_token"], of_request()), 200)


@blp.route("/me")
@blp.response(200, schemas.Me)
@rated(READ)
@even_when("limited")
def me() -> Response:
    """Get your own user."""
    return user_answer(service.me(actors.current()))


def _logged_in(login: Login, status: int) -> Response:
    pair = login.tokens
    return answer(
        status=status,
        user=user_presenters.user(login.person),
        access_token=pair.access,
        refresh_token=pair.refresh,
        second_factor_needed=login.mfa_pending,
    )
