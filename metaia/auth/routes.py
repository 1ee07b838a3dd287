"""Routes of accounts and sessions."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request

from metaia.auth import events, revoked, schemas, service, sessions
from metaia.core import actor as actors
from metaia.core.http import LOGIN, READ, WRITE, Blueprint, answer, public, rated
from metaia.realtime import catalogue, connections, runtime
from metaia.users.schemas import present

blp = Blueprint("auth", __name__, url_prefix="/api/auth", description="Accounts and sessions")


@blp.route("/register", methods=["POST"])
@blp.arguments(schemas.Register)
@blp.response(201, schemas.LoggedIn)
@rated(LOGIN)
@public
def register_user(body: dict[str, Any]) -> Response:
    """Make an account and log in."""
    return _logged_in(service.register(**body, device=_device()), 201)


@blp.route("/login", methods=["POST"])
@blp.arguments(schemas.Login)
@blp.response(200, schemas.LoggedIn)
@rated(LOGIN)
@public
def login(body: dict[str, Any]) -> Response:
    """Begin a session."""
    return _logged_in(service.login(**body, device=_device()), 200)


@blp.route("/refresh", methods=["POST"])
@blp.arguments(schemas.Refresh)
@blp.response(200, schemas.LoggedIn)
@rated(LOGIN)
@public
def refresh(body: dict[str, Any]) -> Response:
    """Exchange a refresh token for a new pair."""
    return _logged_in(service.refresh(body["refresh_token"]), 200)


@blp.route("/logout", methods=["POST"])
@blp.response(200, schemas.LoggedOut)
@rated(WRITE)
def logout() -> Response:
    """End this session."""
    service.logout(actors.current())
    return answer()


@blp.route("/me")
@blp.response(200, schemas.Me)
@rated(READ)
def me() -> Response:
    """Who I am."""
    return answer(user=present(service.me(actors.current())))


def _logged_in(login: sessions.Login, status: int) -> Response:
    pair = login.tokens
    return answer(
        status=status, user=present(login.person), access_token=pair.access, refresh_token=pair.refresh
    )


def _device() -> sessions.Device:
    name = "".join(filter(str.isprintable, request.headers.get("User-Agent", "")))
    return sessions.Device(name[:200] or None, request.remote_addr)


def _session_ended(payload: dict[str, Any]) -> None:
    revoked.add(payload["sessionId"])
    ended = payload["sessionId"]
    connections.end_where(lambda actor: actor.session_id == ended, "session_ended")


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    catalogue.declare(*events.EVENTS)
    runtime.of(app).feed.listen("session.ended", _session_ended)
    runtime.of(app).at_start(sessions.remember_ended)
    actors.sessions_end_by(revoked.has)
    api.register_blueprint(blp)
