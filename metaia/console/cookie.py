"""The one cookie there is: it names the session of somebody on staff's pages, and gets nobody into the API.

It is signed with SECRET_KEY, and so is the CSRF token, which belongs to one session.
"""

from __future__ import annotations

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer

from metaia.core.access import secret_keys

PATH = "/admin"
CSRF_HEADER = "X-CSRF-Token"


def give(response: Response, session_id: str) -> None:
    """Let the browser come with this session from now on; the session's row says for how long."""
    secure = _only_https()
    value = _signed("session").dumps(session_id)
    response.set_cookie(_name(), value, path=PATH, secure=secure, httponly=True, samesite="Strict")


def take_back(response: Response) -> None:
    """Let the browser forget the cookie."""
    response.delete_cookie(_name(), path=PATH, secure=_only_https(), httponly=True, samesite="Strict")


def session_id() -> str | None:
    """Return the id of the session with which this request comes, if it has a cookie of ours."""
    return _read("session", request.cookies.get(_name(), ""))


def csrf_token(session_id: str) -> str:
    """Return what every change by this session must say in CSRF_HEADER."""
    return str(_signed("csrf").dumps(session_id))


def has_csrf_token(session_id: str) -> bool:
    """Return whether this request says the token of this session."""
    return _read("csrf", request.headers.get(CSRF_HEADER, "")) == session_id


def _only_https() -> bool:
    return str(current_app.config["PUBLIC_BASE_URL"]).startswith("https://")


def _name() -> str:
    # With this prefix a browser takes the cookie over https only. `__Host-` would be stricter, but needs the path `/`.
    return "__Secure-metaia-staff" if _only_https() else "metaia-staff"


def _read(purpose: str, value: str) -> str | None:
    try:
        found: str = _signed(purpose).loads(value)
    except BadData:
        return None
    return found


def _signed(purpose: str) -> URLSafeSerializer:
    return secret_keys.signer(f"metaia staff {purpose}")
