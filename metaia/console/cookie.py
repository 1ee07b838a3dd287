"""The session cookie of staff's pages, the only cookie of the service. The API does not accept it.

The cookie and the CSRF token are signed with SECRET_KEY. A CSRF token belongs to one session.
"""

from __future__ import annotations

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer

from metaia.core.access import secret_keys

PATH = "/admin"
CSRF_HEADER = "X-CSRF-Token"


def set_session(response: Response, session_id: str) -> None:
    """Set the cookie for a session. It has no expiry: the row of the session decides."""
    secure = _https_only()
    value = _signer("session").dumps(session_id)
    response.set_cookie(_name(), value, path=PATH, secure=secure, httponly=True, samesite="Strict")


def delete_session(response: Response) -> None:
    """Delete the cookie in the browser."""
    response.delete_cookie(_name(), path=PATH, secure=_https_only(), httponly=True, samesite="Strict")


def session_id() -> str | None:
    """Return the session id in the cookie of this request; None without a cookie, or with a wrong signature."""
    return _load("session", request.cookies.get(_name(), ""))


def csrf_token(session_id: str) -> str:
    """Return the token that each change by this session must send in CSRF_HEADER."""
    return str(_signer("csrf").dumps(session_id))


def has_csrf_token(session_id: str) -> bool:
    """Return whether this request has the CSRF token of this session."""
    return _load("csrf", request.headers.get(CSRF_HEADER, "")) == session_id


def _https_only() -> bool:
    return str(current_app.config["PUBLIC_BASE_URL"]).startswith("https://")


def _name() -> str:
    # Browsers accept a cookie with this prefix only over HTTPS. `__Host-` is stricter, but requires the path `/`.
    return "__Secure-metaia-staff" if _https_only() else "metaia-staff"


def _load(purpose: str, value: str) -> str | None:
    try:
        found: str = _signer(purpose).loads(value)
    except BadData:
        return None
    return found


def _signer(purpose: str) -> URLSafeSerializer:
    return secret_keys.signer(f"metaia staff {purpose}")
