"""How a route is declared: `@blp.endpoint(…)` stores one `Endpoint`, and everything else reads it.

Request hooks, rate limits, body limits, the OpenAPI document, the permission matrix and the fuzz run all use the same
declaration, so that none of them can disagree with what the server does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from metaia.core.access.permissions import PERMISSIONS
from metaia.core.http.limit_classes import CONNECT, LOGIN, MAIL, READ, UPLOAD, WEBHOOK, WRITE, LimitClass

__all__ = ["CONNECT", "LOGIN", "MAIL", "READ", "UPLOAD", "WEBHOOK", "WRITE", "LimitClass"]
View = TypeVar("View", bound=Callable[..., Any])
State = Literal["read_only", "mfa_pending"]
TEXT = {"type": "string"}  # the schema of an answer that is not JSON
ATTRIBUTE = "metaia_endpoint"


@dataclass(frozen=True)
class Access:
    """Which callers a route admits; whether a thing is theirs is for the domain's `policy` to decide."""

    public: bool = False
    permission: str | None = None


USER = Access()  # every user with a valid token
PUBLIC = Access(public=True)  # callers without a token too; tests/test_architecture.py lists these routes


def permission(name: str) -> Access:
    """Admit users whose role has a permission of core/access/permissions.py. Raises KeyError for an unknown one."""
    PERMISSIONS[name]
    return Access(permission=name)


@dataclass(frozen=True)
class Endpoint:
    """The declaration of one route.

    `allowed_for` lists sessions that are refused elsewhere: `read_only` (impersonation) and `mfa_pending` (a second
    factor must be set up first). `fails` are the statuses of the errors that only the domain knows.
    """

    method: str
    path: str
    limit: LimitClass
    access: Access = USER
    allowed_for: tuple[State, ...] = ()
    fails: frozenset[int] = frozenset()
    idempotent: bool = False
    body: Any = None
    query: Any = None
    returns: Any = None
    status: int = 200


UNDECLARED = Endpoint("GET", "", READ)  # what holds for a view of a library


def of(view: Any) -> Endpoint:
    """Return the declaration of a view; `UNDECLARED` for a library's view."""
    endpoint: Endpoint = getattr(view, ATTRIBUTE, UNDECLARED)
    return endpoint


def attach(view: View, endpoint: Endpoint) -> View:
    """Store the declaration of a view that is registered without `Blueprint.endpoint`; return the view."""
    setattr(view, ATTRIBUTE, endpoint)
    return view
