"""The declaration of a route: `@blp.endpoint(…)` stores one `Endpoint`.

Request hooks, rate limits, body limits, the OpenAPI document and the tests all read this declaration, so that none of
them can contradict the server.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, TypeVar

from metaia.core.access.permissions import Permission
from metaia.core.http.limit_classes import CONNECT, LOGIN, MAIL, READ, UPLOAD, WEBHOOK, WRITE, LimitClass

__all__ = ["CONNECT", "LOGIN", "MAIL", "READ", "UPLOAD", "WEBHOOK", "WRITE", "LimitClass"]
View = TypeVar("View", bound=Callable[..., Any])
State = Literal["read_only", "mfa_pending"]
TEXT = {"type": "string"}  # the schema of answers that are not JSON
ATTRIBUTE = "metaia_endpoint"


class Access(Enum):
    """The callers that a route admits; a `Permission` admits users whose role has it.

    Whether a row belongs to the caller is for the domain's `policy` to decide.
    """

    PUBLIC = "public"  # callers without a token too; tests/test_architecture.py lists these routes
    USER = "user"  # every user with a valid token


PUBLIC, USER = Access.PUBLIC, Access.USER


@dataclass(frozen=True)
class Endpoint:
    """The declaration of one route.

    `allowed_for` admits sessions that other routes refuse: `read_only` (impersonation, for changes) and `mfa_pending`
    (a second factor must be set up first). `fails` has the statuses of the domain's own errors. `secret`
    states that answers contain a secret: a token, a ticket, a code; they are not compressed. `page`: the answer is
    HTML, and so are errors, unless the caller prefers JSON.
    """

    method: str
    path: str
    limit: LimitClass
    access: Access | Permission = USER
    allowed_for: tuple[State, ...] = ()
    fails: frozenset[int] = frozenset()
    idempotent: bool = False
    body: Any = None
    query: Any = None
    returns: Any = None
    status: int = 200
    secret: bool = False
    page: bool = False

    @property
    def public(self) -> bool:
        """Return whether callers need no token."""
        return self.access is PUBLIC

    @property
    def permission(self) -> Permission | None:
        """Return the permission that callers need, if any."""
        return self.access if isinstance(self.access, Permission) else None


UNDECLARED = Endpoint("GET", "", READ)  # the declaration of a library's views


def of(view: Any) -> Endpoint:
    """Return the declaration of a view; `UNDECLARED` for a library's view."""
    endpoint: Endpoint = getattr(view, ATTRIBUTE, UNDECLARED)
    return endpoint


def attach(view: View, endpoint: Endpoint) -> View:
    """Store the declaration of a view that is registered without `Blueprint.endpoint`; return the view."""
    setattr(view, ATTRIBUTE, endpoint)
    return view
