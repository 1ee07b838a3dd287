"""Routes by which users list and end their own sessions."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.auth.sessions import presenters, queries, schemas, service
from metaia.core.access.actor import current
from metaia.core.http.views import READ, WRITE, Blueprint, answer, even_when, rated

blp = Blueprint("sessions", __name__, url_prefix="/api/auth", description="One's own sessions")


@blp.route("/sessions")
@blp.response(200, schemas.Sessions)
@rated(READ)
@even_when("limited")
def get_many() -> Response:
    """List the open sessions in your account, impersonations by staff too."""
    actor = current()
    sessions = queries.open_sessions(actor.id)
    return answer(sessions=[presenters.session(row, actor.session_id) for row in sessions])


@blp.route("/sessions/<id:session_id>", methods=["DELETE"])
@blp.response(200, schemas.LoggedOut)
@rated(WRITE)
@even_when("limited")
def end_one(session_id: str) -> Response:
    """End one of your sessions immediately."""
    service.end_own(current(), session_id)
    return answer()


@blp.route("/logout", methods=["POST"])
@blp.response(200, schemas.LoggedOut)
@rated(WRITE)
@even_when("limited", "read_only")
def logout() -> Response:
    """End this session."""
    service.logout(current())
    return answer()


@blp.route("/logout-all", methods=["POST"])
@blp.arguments(schemas.LogoutAll)
@blp.response(200, schemas.Ended)
@rated(WRITE)
@even_when("limited")
def logout_all(body: dict[str, Any]) -> Response:
    """End all your sessions, or all except this one."""
    return answer(ended=service.logout_all(current(), others=body["others"]))
