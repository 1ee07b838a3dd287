"""Sessions of the console: one per slot, so that several people can be logged in side by side in one browser.

A slot's cookie continues its session; scripts get access tokens only, which they keep in memory. No script can reach a
token that outlives the page.
"""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request
from marshmallow import fields

from metaia.auth.login.schemas import Login
from metaia.auth.sessions import service as session_service
from metaia.auth.sessions.device import of_request
from metaia.console import cookie, service, session_auth
from metaia.console.live import service as live_service
from metaia.core.errors import Forbidden, NotFound, Unauthenticated
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import LOGIN, PUBLIC, READ, TEXT, WRITE
from metaia.core.http.views import answer, envelope
from metaia.notifications.content import preview
from metaia.notifications.support.policy import NOTIFICATIONS_TRACE
from metaia.users import presenters as user_presenters
from metaia.users.schemas import UserOut

# A mail contains its own styles. Its preview may load nothing else, runs no script, and is framed by the console only.
MAIL_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
Entered = envelope("ConsoleEntered")
Left = envelope("ConsoleLeft")
Dashboard = envelope("ConsoleDashboard", address=fields.String(required=True))
Session = envelope("ConsoleSession", user=fields.Nested(UserOut, required=True, allow_none=True))
Token = envelope(
    "ConsoleToken",
    access_token=fields.String(required=True),
    expires_in=fields.Integer(required=True),
    user=fields.Nested(UserOut, required=True),
)
blp = Blueprint("console_sessions", __name__, url_prefix="/console/sessions", description="Console")


@blp.before_request
def _only_from_our_pages() -> None:
    live_service.require_console()
    if request.method not in session_auth.SAFE_METHODS:
        session_auth.refuse_other_origins()


@blp.endpoint(
    "POST", "/<int:slot>", body=Login, returns=Entered, limit=LOGIN, access=PUBLIC, fails=(Forbidden,)
)
def log_in(body: dict[str, Any], slot: int) -> Response:
    """Log in: the slot gets a cookie for a new session, which replaces any earlier one."""
    _require_slot(slot)
    response = answer()
    staff_only = current_app.config["CONSOLE"] == live_service.STAFF
    session_id = service.log_in(**body, device=of_request(), staff_only=staff_only)
    _end(slot)
    cookie.set_session(response, session_id, slot=slot)
    return response


@blp.endpoint("GET", "/<int:slot>", returns=Session, limit=READ, access=PUBLIC)
def get_session(slot: int) -> Response:
    """The user of the slot's session, or null."""
    _require_slot(slot)
    session_id = cookie.session_id(slot)
    person = service.user_of(session_id) if session_id else None
    return answer(user=None if person is None else user_presenters.user(person))


@blp.endpoint(
    "POST",
    "/<int:slot>/token",
    returns=Token,
    secret=True,
    limit=WRITE,
    access=PUBLIC,
    fails=(Unauthenticated,),
)
def issue_token(slot: int) -> Response:
    """An access token for the slot's session."""
    _require_slot(slot)
    session_id = cookie.session_id(slot)
    if session_id is None:
        raise Unauthenticated("Log in first.")
    person, token = service.issue_access_token(session_id)
    minutes = current_app.config["ACCESS_TOKEN_MINUTES"]
    return answer(access_token=token, expires_in=60 * minutes, user=user_presenters.user(person))


@blp.endpoint("DELETE", "/<int:slot>", returns=Left, limit=WRITE, access=PUBLIC)
def log_out(slot: int) -> Response:
    """End the slot's session; also if there is none."""
    _require_slot(slot)
    _end(slot)
    response = answer()
    cookie.delete_session(response, slot=slot)
    return response


@blp.endpoint(
    "POST",
    "/<int:slot>/dashboard",
    returns=Dashboard,
    limit=WRITE,
    access=PUBLIC,
    fails=(Unauthenticated, Forbidden),
)
def open_dashboard(slot: int) -> Response:
    """Open rq-dashboard without a second login: the browser gets a cookie that continues the slot's session there."""
    _require_slot(slot)
    session_id = service.require(cookie.session_id(slot), service.ENTRY_PERMISSION)
    response = answer(address=f"{cookie.PATH}/rq/")
    cookie.set_staff(response, cookie.StaffSession(session_id, slot))
    return response


@blp.endpoint(
    "GET",
    "/<int:slot>/mails/<word:name>/<word:locale>",
    returns=TEXT,
    content_type="text/html",
    limit=READ,
    access=PUBLIC,
    fails=(Unauthenticated, Forbidden, NotFound),
)
def get_mail(slot: int, name: str, locale: str) -> Response:
    """The sample mail of a notification type, for a frame in the console."""
    _require_slot(slot)
    service.require(cookie.session_id(slot), NOTIFICATIONS_TRACE)
    html = preview.mail(name, locale)
    if html is None:
        raise NotFound("There is no such mail.")
    return Response(html, mimetype="text/html", headers=MAIL_HEADERS)


def _require_slot(slot: int) -> None:
    if not 1 <= slot <= live_service.SLOTS:
        raise NotFound(f"The slots are 1 to {live_service.SLOTS}.")


def _end(slot: int) -> None:
    """End the session in the slot's cookie, if there is one."""
    session_id = cookie.session_id(slot)
    try:
        actor = service.actor_of(session_id, used=False) if session_id else None
    except Unauthenticated:
        return
    if actor is not None:
        session_service.logout(actor)
