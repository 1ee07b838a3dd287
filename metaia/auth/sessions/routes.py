"""Routes of one's own sessions."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from metaia.auth import queries
from metaia.auth.login import service
from metaia.auth.schemas import SessionOut, present_session
from metaia.core.access.actor import current
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.fields import Schema
from metaia.core.http.views import answer, envelope

blp = Blueprint("sessions", __name__, url_prefix="/api/auth", description="One's own sessions")


class LogoutAll(Schema):
    others = fields.Boolean(load_default=False, metadata={"description": "all but this one"})


Sessions = envelope("Sessions", sessions=fields.List(fields.Nested(SessionOut), required=True))
Ended = envelope("SessionsEnded", ended=fields.Integer(required=True))
LoggedOut = envelope("LoggedOut")


@blp.endpoint("GET", "/sessions", returns=Sessions, limit=READ, allowed_for=("mfa_pending",))
def get_many() -> Response:
    """Where I am logged in, and who looks at my account."""
    actor = current()
    return answer(
        sessions=[present_session(row, actor.session_id) for row in queries.open_sessions(actor.id)]
    )


@blp.endpoint(
    "DELETE", "/sessions/<id:session_id>", returns=LoggedOut, limit=WRITE, allowed_for=("mfa_pending",)
)
def end_one(session_id: str) -> Response:
    """End one of my sessions, at once."""
    service.end_session(current(), session_id)
    return answer()


@blp.endpoint(
    "POST",
    "/logout",
    returns=LoggedOut,
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


@blp.endpoint("POST", "/logout-all", body=LogoutAll, returns=Ended, limit=WRITE, allowed_for=("mfa_pending",))
def logout_all(body: dict[str, Any]) -> Response:
    """End all my sessions, or all others."""
    return answer(ended=service.logout_all(current(), others=body["others"]))
