"""Who is asking: resolved here once, for HTTP requests and sockets alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import g, request
from structlog.contextvars import bind_contextvars

from metaia.core.access import jwt as jwt_keys
from metaia.core.access import permissions
from metaia.core.access.permissions import ADMINS, PARTNERS, ROLES, SELF_REGISTERED, STAFF
from metaia.core.errors import Forbidden, Unauthenticated, declare
from metaia.core.registry import Registry

CACHED_TOKENS = 20_000
__all__ = ["ADMINS", "PARTNERS", "ROLES", "SELF_REGISTERED", "STAFF", "Actor"]
declare(
    {
        "token_missing": "There is no access token in the request.",
        "session_ended": "The session has ended: log in again.",
        "read_only": "A session of support staff in somebody's account may change nothing.",
        "second_factor_needed": "This role needs a second factor: set one up, and log in again.",
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with a valid token. `expires` is the token's end in seconds since the epoch.

    `impersonator` is the member of staff who looks through the user's eyes, and may change nothing. `limited` is a user
    who must set up a second factor before anything else.
    """

    id: str
    role: str
    session_id: str
    expires: float
    impersonator: str | None = None
    limited: bool = False

    @property
    def rooms(self) -> list[str]:
        """Return the rooms that this actor's connections join by themselves."""
        return [f"user-{self.id}", f"{self.role}-room"]

    @property
    def behind(self) -> str:
        """Return the id of the person who really asks: limits count them, not whom they look at."""
        return self.impersonator or self.id

    def may(self, permission: str) -> bool:
        """Return whether the table of permissions gives this actor's role `permission`."""
        return permissions.may(self.role, permission)

    @property
    def is_partner(self) -> bool:
        return self.role in PARTNERS


_cache: dict[str, Actor] = {}
# By domain: `has_ended(session_id)` returns whether a session has ended before its tokens expire.
session_checks: Registry[str, Callable[[str], bool]] = Registry("session_checks")


def from_token(token: str, *, even_limited: bool = False) -> Actor:
    """Return the actor of an access token. Raises Unauthenticated with a code that says why not.

    Raises Forbidden for one who must set up a second factor first, unless `even_limited`. Verifying a signature costs
    more than the rest of a small request, so claims are kept until they expire.
    """
    actor = _cache.get(token)
    if actor is None:
        actor = _verified(token)
        if len(_cache) >= CACHED_TOKENS:
            _cache.pop(next(iter(_cache)), None)
        _cache[token] = actor
    if actor.expires <= time.time():
        _cache.pop(token, None)
    require_valid(actor)
    if not even_limited:
        require_whole(actor)
    return actor


def require_valid(actor: Actor) -> None:
    """Raise Unauthenticated if the actor's token has expired, or its session has ended."""
    if actor.expires <= time.time():
        raise Unauthenticated("The token has expired.", code="token_expired")
    for has_ended in session_checks.current().values():
        if has_ended(actor.session_id):
            raise Unauthenticated("This session has ended.", code="session_ended")


def require_whole(actor: Actor) -> None:
    """Raise Forbidden if the actor must set up a second factor before anything else."""
    if actor.limited:
        raise Forbidden("Your role needs a second factor: set one up first.", code="second_factor_needed")


def require_own(actor: Actor) -> None:
    """Raise Forbidden if it is somebody else who looks through this user's eyes: they may change nothing."""
    if actor.impersonator:
        raise Forbidden("You see this account as support staff: nothing can be changed.", code="read_only")


def _verified(token: str) -> Actor:
    claims = jwt_keys.read(token, "access")
    if str(claims.get("role")) not in ROLES:
        raise Unauthenticated("Nobody has that role.", code="token_invalid")
    return Actor(
        claims["sub"],
        claims["role"],
        claims["sid"],
        claims["exp"],
        claims.get("imp"),
        bool(claims.get("lim")),
    )


def bearer(header: str | None) -> str:
    """Return the token of an `Authorization: Bearer` header. Raises Unauthenticated."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("Send an access token as `Authorization: Bearer`.", code="token_missing")
    return token.strip()


def current() -> Actor:
    """Return the actor of this request; routes that are not public always have one."""
    actor: Actor = g.actor
    return actor


def resolve_request() -> None:
    """Find the actor of this request, whatever they may do. Raises Unauthenticated."""
    speak_as(from_token(bearer(request.headers.get("Authorization")), even_limited=True))


def speak_as(actor: Actor) -> None:
    """Let what is recorded, counted and logged from here on be this actor's."""
    g.actor = actor
    bind_contextvars(user=actor.id, **({"impersonator": actor.impersonator} if actor.impersonator else {}))
