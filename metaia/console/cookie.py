"""The cookies of the console's slots and of staff's pages, the only cookies of the service. The API accepts none.

The cookies and the CSRF token are signed with SECRET_KEY. A CSRF token belongs to one session. The console has one
cookie per slot, which the browser sends only to the addresses of that slot: so several people can be in one browser.
The cookie of staff's pages continues the session of a slot, so it ends with that session.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer

from metaia.core.access import secret_keys

PATH = "/admin"
CSRF_HEADER = "X-CSRF-Token"
STAFF = "staff"


class StaffSession(NamedTuple):
    """The session in the cookie of staff's pages, and the slot that it comes from."""

    id: str
    slot: int


def set_session(response: Response, session_id: str, *, slot: int) -> None:
    """Set the cookie of a slot for a session. It has no expiry: the row of the session decides."""
    _set(response, f"console-{slot}", _slot_path(slot), _signer(f"console {slot}").dumps(session_id))


def delete_session(response: Response, *, slot: int) -> None:
    """Delete the cookie of a slot in the browser."""
    response.delete_cookie(_name(f"console-{slot}"), **_options(_slot_path(slot)))


def session_id(slot: int) -> str | None:
    """Return the session id in a slot's cookie; None without a cookie, or with a wrong signature."""
    found: str | None = _load(f"console {slot}", request.cookies.get(_name(f"console-{slot}"), ""))
    return found


def set_staff(response: Response, session: StaffSession) -> None:
    """Set the cookie of staff's pages. It has no expiry: the row of the session decides."""
    _set(response, STAFF, PATH, _signer("session").dumps(session))


def staff() -> StaffSession | None:
    """Return what the cookie of staff's pages has; None without a cookie, or with a wrong signature."""
    found = _load("session", request.cookies.get(_name(STAFF), ""))
    return StaffSession(*found) if isinstance(found, list) else None


def csrf_token(session_id: str) -> str:
    """Return the token that each change by this session must send in CSRF_HEADER."""
    return str(_signer("csrf").dumps(session_id))


def has_csrf_token(session_id: str) -> bool:
    """Return whether this request has the CSRF token of this session."""
    return bool(_load("csrf", request.headers.get(CSRF_HEADER, "")) == session_id)


def _set(response: Response, name: str, path: str, value: Any) -> None:
    response.set_cookie(_name(name), value, **_options(path))


def _options(path: str) -> dict[str, Any]:
    return {"path": path, "secure": _https_only(), "httponly": True, "samesite": "Strict"}


def _https_only() -> bool:
    return str(current_app.config["PUBLIC_BASE_URL"]).startswith("https://")


def _slot_path(slot: int) -> str:
    return f"/console/sessions/{slot}"


def _name(name: str) -> str:
    # Browsers accept a cookie with this prefix only over HTTPS. `__Host-` is stricter, but requires the path `/`.
    return f"__Secure-metaia-{name}" if _https_only() else f"metaia-{name}"


def _load(purpose: str, value: str) -> Any:
    try:
        return _signer(purpose).loads(value)
    except BadData:
        return None


def _signer(purpose: str) -> URLSafeSerializer:
    return secret_keys.signer(f"metaia staff {purpose}")
