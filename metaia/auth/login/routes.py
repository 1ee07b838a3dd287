"""Routes of registration, login and refresh."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.auth.login import schemas, service
from metaia.auth.sessions.device import of_request
from metaia.auth.sessions.service import Login
from metaia.core.access import actor as actors
from metaia.core.errors import Conflict, Forbidden, Unauthenticated
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.content.caching import UNCHANGED
from metaia.core.http.endpoint import LOGIN, PUBLIC, READ
from metaia.core.http.views import answer, answer_if_changed
from metaia.users import presenters as user_presenters

blp = Blueprint("auth", __name__, url_prefix="/api/auth", description="Accounts and sessions")


@blp.endpoint(
    "POST",
    "/register",
    body=schemas.Register,
    example={
        "email": "asha.rao@example.com",
        "name": "Asha Rao",
        "password": "correct horse battery staple",
        "role": "customer",
    },
    returns=schemas.LoggedIn,
    secret=True,
    status=201,
    limit=LOGIN,
    access=PUBLIC,
    fails=(Conflict,),
)
def register_user(body: dict[str, Any]) -> Response:
    """Create an account and begin a session."""
    return _logged_in(service.register(**body, device=of_request()), 201)


@blp.endpoint(
    "POST",
    "/login",
    body=schemas.Login,
    returns=schemas.LoggedIn,
    secret=True,
    limit=LOGIN,
    access=PUBLIC,
    fails=(Unauthenticated,),
)
def login(body: dict[str, Any]) -> Response:
    """Begin a session."""
    return _logged_in(service.login(**body, device=of_request()), 200)


@blp.endpoint(
    "POST",
    "/refresh",
    body=schemas.Refresh,
    returns=schemas.LoggedIn,
    secret=True,
    limit=LOGIN,
    access=PUBLIC,
    fails=(
        Unauthenticated,
        Forbidden,
    ),
)
def refresh(body: dict[str, Any]) -> Response:
    """Exchange a refresh token for a new pair; twice in a short time, it gives the same refresh token."""
    return _logged_in(service.refresh(body["refresh_token"], body["attempt_id"], of_request()), 200)


@blp.endpoint(
    "GET", "/me", returns=schemas.Me, also_returns=UNCHANGED, limit=READ, allowed_for=("mfa_pending",)
)
def me() -> Response:
    """Get your own user."""
    person = service.me(actors.current())
    return answer_if_changed(person.version, user=user_presenters.user(person))


def _logged_in(login: Login, status: int) -> Response:
    pair = login.tokens
    return answer(
        status=status,
        user=user_presenters.user(login.person),
        access_token=pair.access,
        refresh_token=pair.refresh,
        second_factor_needed=login.mfa_pending,
    )
