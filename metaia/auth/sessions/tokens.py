"""Tokens: short-lived access tokens and rotating refresh tokens, signed by flask-jwt-extended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_jwt_extended import create_access_token, create_refresh_token

from metaia.core.access import jwt as jwt_keys
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.users.queries import Person

IMPERSONATION_MINUTES = 15
ENGLISH = "en"


@dataclass(frozen=True)
class Pair:
    """The tokens that a client gets at login and at each refresh; `jti` is the id of the refresh token."""

    access: str
    refresh: str
    jti: str


def impersonation_minutes() -> int:
    """Return the lifetime of an impersonation's access token. There is no refresh, so the session lasts as long."""
    minutes: int = current_app.config["ACCESS_TOKEN_MINUTES"]
    return min(IMPERSONATION_MINUTES, minutes)


def issue(
    person: Person,
    session_id: str,
    *,
    impersonator: str | None = None,
    mfa_pending: bool = False,
    jti: str | None = None,
    issued_at: datetime | None = None,
) -> Pair:
    """Return a new pair of tokens for a session.

    The claim `imp` holds the id of the `impersonator`; the claim `lim` is true while `mfa_pending`; `loc` is the user's
    language, unless it is English. `Actor` has them.
    With the `jti` and `issued_at` of an earlier refresh token, the pair has that token again.
    """
    special: Json = ({"imp": impersonator} if impersonator else {}) | ({"lim": True} if mfa_pending else {})
    special |= {} if person.locale == ENGLISH else {"loc": person.locale}
    claims = {"userId": person.id, "role": person.role, "sid": session_id} | special
    config = current_app.config
    minutes = config["ACCESS_TOKEN_MINUTES"] if impersonator is None else impersonation_minutes()
    access = create_access_token(
        person.id, additional_claims=claims, expires_delta=timedelta(minutes=minutes)
    )
    jti = jti or new_id()
    return Pair(access, _refresh(person.id, session_id, jti, issued_at or now()), jti)


def read_refresh(token: str) -> tuple[str, str]:
    """Return (session id, token id) of a refresh token. Raises Unauthenticated."""
    claims = jwt_keys.read(token, "refresh")
    return str(claims["sid"]), str(claims["jti"])


def _refresh(user_id: str, session_id: str, jti: str, issued_at: datetime) -> str:
    """Return the refresh token with this id and time: the same text each time, while the signing key is the same."""
    expires_at = issued_at + timedelta(days=current_app.config["REFRESH_TOKEN_DAYS"])
    moments = {
        name: int(moment.timestamp())
        for name, moment in (("iat", issued_at), ("nbf", issued_at), ("exp", expires_at))
    }
    claims = {"sid": session_id, "jti": jti} | moments
    token: str = create_refresh_token(user_id, additional_claims=claims, expires_delta=False)
    return token
