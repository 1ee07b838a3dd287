"""Tokens: short access tokens and rotating refresh tokens, signed by flask-jwt-extended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from flask_jwt_extended import create_access_token, create_refresh_token, decode_token

from metaia.core.access import jwt as jwt_keys
from metaia.users.queries import Person

LENT_MINUTES = 15


@dataclass(frozen=True)
class Pair:
    """What a client gets at login, and again at each refresh."""

    access: str
    refresh: str
    jti: str


def lent_minutes() -> int:
    """Return for how long staff may look through a user's eyes: there is no refresh."""
    minutes: int = current_app.config["ACCESS_TOKEN_MINUTES"]
    return min(LENT_MINUTES, minutes)


def issue(
    person: Person, session_id: str, *, impersonator: str | None = None, mfa_pending: bool = False
) -> Pair:
    """Return a new pair of tokens for a session.

    `Actor` documents the claims: `imp` is its `impersonator`, `lim` its `limited`, which `mfa_pending` sets.
    """
    special = ({"imp": impersonator} if impersonator else {}) | ({"lim": True} if mfa_pending else {})
    claims = {"userId": person.id, "role": person.role, "sid": session_id} | special
    config = current_app.config
    minutes = config["ACCESS_TOKEN_MINUTES"] if impersonator is None else lent_minutes()
    access = create_access_token(
        person.id, additional_claims=claims, expires_delta=timedelta(minutes=minutes)
    )
    refresh = create_refresh_token(
        person.id,
        additional_claims={"sid": session_id},
        expires_delta=timedelta(days=config["REFRESH_TOKEN_DAYS"]),
    )
    return Pair(access, refresh, str(decode_token(refresh)["jti"]))


def read_refresh(token: str) -> tuple[str, str]:
    """Return (session id, token id) of a refresh token. Raises Unauthenticated."""
    claims = jwt_keys.read(token, "refresh")
    return str(claims["sid"]), str(claims["jti"])
