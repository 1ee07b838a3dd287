"""Routes by which users list and end their own sessions."""

from __future__ import annotations

from typing import Any

from flask import Response

from metaia.auth.sessions import presenters, queries, schemas, service
from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer

blp = Blueprint("sessions", __name__, url_prefix="/api/auth", description="One's own sessions")


@blp.endpoint("GET", "/sessions", returns=schemas.Sessions, limit=READ, allowed_for=("mfa_pending",))
def get_many() -> Response:
    """List the open sessions in your account, impersonations by staff too."""
    actor = current()
    sessions = queries.open_sessions(actor.id)
    return answer(sessions=[presenters.session(row, actor.session_id) for row in sessions])


@blp.endpoint(
    "DELETE",
    "/sessions/<id:session_id>",
    returns=schemas.LoggedOut,
    limit=WRITE,
    allowed_for=("mfa_pending",),
)
def end_one(session_id: str) -> Response:
    """End one of your sessions immediately."""
    service.end_own(current(), session_id)
    return answer()


@blp.endpoint(
    "POST",
    "/logout",
    returns=schemas.LoggedOut,
    limit=WRITE,
    allowed_for=(
        "mfa_pending",
        "read_only",
    ),
)
def logout() -> Response:
    """End this session."""
    service.logout(current())
    return answer()


@blp.endpoint(
    "POST",
    "/logout-all",
    body=schemas.LogoutAll,
    returns=schemas.Ended,
    limit=WRITE,
    allowed_for=("mfa_pending",),
)
def logout_all(body: dict[str, Any]) -> Response:
    """End all your sessions, or all except this one."""
    return answer(ended=service.logout_all(current(), others=body["others"]))
