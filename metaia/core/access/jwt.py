"""JSON Web Tokens: the signing keys, and decoding."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from flask import Flask, current_app
from flask_jwt_extended import decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt import ExpiredSignatureError, PyJWTError

from metaia.core.errors import Unauthenticated, declare
from metaia.extensions import jwt

MAX_CHARACTERS = 4_000  # characters
REQUIRED_CLAIMS = frozenset({"sub", "sid", "jti", "exp"})
SETTINGS = {
    "JWT_TOKEN_LOCATION": ["headers"],
    "JWT_COOKIE_CSRF_PROTECT": False,  # no token is in a cookie: without a random claim `csrf`
    "JWT_ALGORITHM": "HS256",
    "JWT_DECODE_ALGORITHMS": ["HS256"],  # the `alg` of a token is not trusted
    "JWT_ENCODE_ISSUER": "metaia",
    "JWT_DECODE_ISSUER": "metaia",
    "JWT_ENCODE_AUDIENCE": "metaia",
    "JWT_DECODE_AUDIENCE": "metaia",
    "JWT_DECODE_LEEWAY": 10,  # seconds by which the clock of the issuing process may be ahead
}
declare(
    {
        "token_invalid": "The token was not issued by this service, or is of another kind.",
        "token_expired": "The token has expired: refresh, and try again.",
    }
)


def init_app(app: Flask) -> None:
    """Sign with JWT_SECRET_KEY, and verify with the previous keys too. Call it before the extensions are bound."""
    app.config.update(SETTINGS)
    jwt.additional_headers_loader(lambda _: {"kid": _key_id(current_app.config["JWT_SECRET_KEY"])})
    jwt.decode_key_loader(lambda header, _: _key(header.get("kid")))


def read(token: str, kind: str, *, allow_expired: bool = False) -> dict[str, Any]:
    """Return the claims of an `access` or `refresh` token. Raises Unauthenticated; its code is the reason."""
    if len(token) > MAX_CHARACTERS:
        raise Unauthenticated("The token is too long.", code="token_invalid")
    try:
        claims: dict[str, Any] = decode_token(token, allow_expired=allow_expired)
    except ExpiredSignatureError:
        raise Unauthenticated("The token has expired.", code="token_expired") from None
    except (PyJWTError, JWTExtendedException, ValueError, TypeError, UnicodeError):
        raise Unauthenticated("The token is not valid.", code="token_invalid") from None
    if claims.get("type") != kind or not all(claims.get(name) for name in REQUIRED_CLAIMS):
        raise Unauthenticated(f"The token is no {kind} token.", code="token_invalid")
    if claims["exp"] <= time.time() and not allow_expired:  # the leeway is for `iat` and `nbf` only
        raise Unauthenticated("The token has expired.", code="token_expired")
    return claims


def _key(key_id: Any) -> str:
    """Return the key with this id; the current key if no key has it."""
    config = current_app.config
    current: str = config["JWT_SECRET_KEY"]
    return next((key for key in config["JWT_SECRET_KEY_PREVIOUS"] if key_id == _key_id(key)), current)


def _key_id(key: str) -> str:
    """Return the `kid` of a key: a hash that does not disclose the key."""
    return hashlib.sha256(b"metaia key " + key.encode()).hexdigest()[:8]
