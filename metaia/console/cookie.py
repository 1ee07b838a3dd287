"""The session cookies of staff's pages and of the console, the only cookies of the service. The API accepts none.

The cookies and the CSRF token are signed with SECRET_KEY. A CSRF token belongs to one session. The console has one
cookie per slot, which the browser sends only to the addresses of that slot: so several people can be in one browser.
"""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer

from metaia.core.access import secret_keys

PATH = "/admin"
CSRF_HEADER = "X-CSRF-Token"


def set_session(response: Response, session_id: str, *, slot: int | None = None) -> None:
    """Set the cookie for a session. It has no expiry: the row of the session decides."""
    value = _signer(_purpose(slot)).dumps(session_id)
    options: Any = {"path": _path(slot), "secure": _https_only(), "httponly": True, "samesite": "Strict"}
    response.set_cookie(_name(slot), value, **options)


def delete_session(response: Response, *, slot: int | None = None) -> None:
    """Delete the cookie in the browser."""
    options: Any = {"path": _path(slot), "secure": _https_only(), "httponly": True, "samesite": "Strict"}
    response.delete_cookie(_name(slot), **options)


def session_id(slot: int | None = None) -> str | None:
    """Return the session id in the cookie of this request; None without a cookie, or with a wrong signature."""
    return _load(_purpose(slot), request.cookies.get(_name(slot), ""))


def csrf_token(session_id: str) -> str:
    """Return the token that each change by this session must send in CSRF_HEADER."""
    return str(_signer("csrf").dumps(session_id))


def has_csrf_token(session_id: str) -> bool:
    """Return whether this request has the CSRF token of this session."""
    return _load("csrf", request.headers.get(CSRF_HEADER, "")) == session_id


def _https_only() -> bool:
    return str(current_app.config["PUBLIC_BASE_URL"]).startswith("https://")


def _path(slot: int | None) -> str:
    return PATH if slot is None else f"/console/sessions/{slot}"


def _purpose(slot: int | None) -> str:
    return "session" if slot is None else f"console {slot}"


def _name(slot: int | None) -> str:
    name = "metaia-staff" if slot is None else f"metaia-console-{slot}"
    # Browsers accept a cookie with this prefix only over HTTPS. `__Host-` is stricter, but requires the path `/`.
    return f"__Secure-{name}" if _https_only() else name


def _load(purpose: str, value: str) -> str | None:
    try:
        found: str = _signer(purpose).loads(value)
    except BadData:
        return None
    return found


def _signer(purpose: str) -> URLSafeSerializer:
    return secret_keys.signer(f"metaia staff {purpose}")
