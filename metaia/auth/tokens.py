"""Tokens: short access tokens and rotating refresh tokens, signed by flask-jwt-extended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from flask_jwt_extended import create_access_token, create_refresh_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt import ExpiredSignatureError, PyJWTError

from metaia.core.errors import Unauthenticated
from metaia.users.queries import Person


@dataclass(frozen=True)
class Pair:
    """What a client gets at login, and again at each refresh."""

    access: str
    refresh: str
    jti: str


def issue(person: Person, session_id: str, *, impersonator: str | None = None, limited: bool = False) -> Pair:
    """Return a new pair of tokens for a session. See `Actor` for what `impersonator` and `limited` mean."""
    special = ({"imp": impersonator} if impersonator else {}) | ({"lim": True} if limited else {})
    claims = {"userId": person.id, "role": person.role, "sid": session_id} | special
    config = current_app.config
    access = create_access_token(
        person.id, additional_claims=claims, expires_delta=timedelta(minutes=config["ACCESS_TOKEN_MINUTES"])
    )
    refresh = create_refresh_token(
        person.id,
        additional_claims={"sid": session_id},
        expires_delta=timedelta(days=config["REFRESH_TOKEN_DAYS"]),
    )
    return Pair(access, refresh, str(decode_token(refresh)["jti"]))


def read_refresh(token: str) -> tuple[str, str]:
    """Return (session id, token id) of a refresh token. Raises Unauthenticated."""
    try:
        claims = decode_token(token)
    except ExpiredSignatureError:
        raise Unauthenticated("The refresh token has expired.", code="token_expired") from None
    except (PyJWTError, JWTExtendedException, ValueError, UnicodeError):
        raise Unauthenticated("The refresh token is not valid.", code="token_invalid") from None
    if claims.get("type") != "refresh" or "sid" not in claims:
        raise Unauthenticated("A refresh token is needed.", code="token_invalid")
    return str(claims["sid"]), str(claims["jti"])
