"""The actor: the authenticated user of a request or a socket, resolved in the same way for both."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, request
from structlog.contextvars import bind_contextvars

from metaia.core.access import jwt as jwt_keys
from metaia.core.access.permissions import ADMINS, PARTNERS, ROLES, SELF_REGISTERED, STAFF, Permission
from metaia.core.errors import Forbidden, Unauthenticated, declare
from metaia.core.registry import Registry

CACHED_TOKENS = 20_000
__all__ = ["ADMINS", "PARTNERS", "ROLES", "SELF_REGISTERED", "STAFF", "Actor"]
declare(
    {
        "token_missing": "There is no access token in the request.",
        "session_ended": "The session has ended: log in again.",
        "read_only": "A support session in a user's account may change nothing.",
        "second_factor_needed": "This role needs a second factor: set one up, and log in again.",
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with a valid token. `expires` is the token's end in seconds since the epoch.

    `impersonator` is the id of the staff member that uses the user's account read-only (impersonation). `mfa_pending`
    marks a session that may do nothing but set up the second factor which its role needs. `locale` is the user's
    language when the token was issued: a changed one counts from the next token on.
    """

    id: str
    role: str
    session_id: str
    expires: float
    impersonator: str | None = None
    mfa_pending: bool = False
    locale: str = "en"

    @property
    def rooms(self) -> list[str]:
        """Return the rooms that each connection of this actor joins when it opens."""
        return [f"user-{self.id}", f"{self.role}-room", "everyone"]

    @property
    def accountable_id(self) -> str:
        """Return the id of the user that is responsible: the impersonator, if there is one. Limits count by it."""
        return self.impersonator or self.id

    def may(self, permission: Permission) -> bool:
        """Return whether the actor's role has a permission."""
        return self.role in permission.roles

    @property
    def is_partner(self) -> bool:
        return self.role in PARTNERS


_cache: dict[str, Actor] = {}
# By domain: `has_ended(session_id)` returns whether a session has ended before its tokens expire.
session_checks: Registry[str, Callable[[str], bool]] = Registry("session_checks")
# By domain: `roles(session_ids)` returns the users' roles by the ids of those sessions that the database has as open.
open_sessions: Registry[str, Callable[[list[str]], Mapping[str, str]]] = Registry("open_sessions")


def from_token(token: str, *, allow_mfa_pending: bool = False) -> Actor:
    """Return the actor of an access token. Raises Unauthenticated; its code is the reason.

    Raises Forbidden if the user must set up a second factor first, unless `allow_mfa_pending`. Verifying a signature
    costs more than the rest of a small request, so verified claims are cached until they expire.
    """
    actor = _cache.get(token)
    if actor is None:
        actor = _verify(token)
        if len(_cache) >= CACHED_TOKENS:
            _cache.pop(next(iter(_cache)), None)
        _cache[token] = actor
    if actor.expires <= time.time():
        _cache.pop(token, None)
    require_valid(actor)
    if not allow_mfa_pending:
        require_mfa(actor)
    return actor


def require_valid(actor: Actor) -> None:
    """Raise Unauthenticated if the actor's token has expired or its session has ended."""
    if actor.expires <= time.time():
        raise Unauthenticated("The token has expired.", code="token_expired")
    for has_ended in session_checks.current().values():
        if has_ended(actor.session_id):
            raise Unauthenticated("This session has ended.", code="session_ended")


def from_expired_token(token: str) -> Actor:
    """Return the actor of a token that may have expired. The caller must check the session (`with_open_session`).

    Raises Unauthenticated for every other fault of the token, and Forbidden as `from_token` does.
    """
    actor = _actor(jwt_keys.read(token, "access", allow_expired=True))
    require_mfa(actor)
    return actor


def with_open_session(found: Iterable[Actor]) -> set[Actor]:
    """Return those actors that have an open session and still their role, from the database.

    Raises OperationalError while it is unreachable.
    """
    actors = set(found)
    ids, roles = list({actor.session_id for actor in actors}), dict[str, str]()
    for look_up in open_sessions.current().values():
        roles.update(look_up(ids))
    return {actor for actor in actors if roles.get(actor.session_id) == actor.role}


def require_mfa(actor: Actor) -> None:
    """Raise Forbidden if the actor must set up a second factor first."""
    if actor.mfa_pending:
        raise Forbidden("Your role needs a second factor: set one up first.", code="second_factor_needed")


def forbid_impersonation(actor: Actor) -> None:
    """Raise Forbidden if the actor is impersonated: support staff may read, and change nothing."""
    if actor.impersonator:
        raise Forbidden("You see this account as support staff: nothing can be changed.", code="read_only")


def _verify(token: str) -> Actor:
    return _actor(jwt_keys.read(token, "access"))


def _actor(claims: dict[str, Any]) -> Actor:
    if str(claims.get("role")) not in ROLES:
        raise Unauthenticated("There is no such role.", code="token_invalid")
    return Actor(
        claims["sub"],
        claims["role"],
        claims["sid"],
        claims["exp"],
        claims.get("imp"),
        bool(claims.get("lim")),
        str(claims.get("loc", "en")),
    )


def bearer(header: str | None) -> str:
    """Return the token of an `Authorization: Bearer` header. Raises Unauthenticated."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("Send an access token as `Authorization: Bearer`.", code="token_missing")
    return token.strip()


def optional() -> Actor | None:
    """Return the caller of a public route, None without a token; the request counts for its address all the same.

    Raises Unauthenticated for a token that is not valid.
    """
    header = request.headers.get("Authorization")
    return None if header is None else from_token(bearer(header), allow_mfa_pending=True)


def current() -> Actor:
    """Return the actor of the current request; every route that is not public has one."""
    actor: Actor = g.actor
    return actor


def resolve_request() -> None:
    """Set the actor of the current request from its access token. Raises Unauthenticated."""
    set_current(from_token(bearer(request.headers.get("Authorization")), allow_mfa_pending=True))


def set_current(actor: Actor) -> None:
    """Set the actor of the current request: outbox, audit log, limits and log lines use it from now on."""
    g.actor = actor
    bind_contextvars(user=actor.id, **({"impersonator": actor.impersonator} if actor.impersonator else {}))
