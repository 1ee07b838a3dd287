"""The declaration of a route: `@blp.endpoint(…)` stores one `Endpoint`.

Request hooks, rate limits, body limits, the OpenAPI document and the tests all read this declaration, so that none of
them can contradict the server.
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
TEXT = {"type": "string"}  # the schema of answers that are not JSON
ATTRIBUTE = "metaia_endpoint"


@dataclass(frozen=True)
class Access:
    """The callers that a route admits. Rights on single objects are checked by the `policy` of the domain."""

    public: bool = False
    permission: str | None = None


USER = Access()  # every user with a valid token
PUBLIC = Access(public=True)  # also callers without a token; tests/test_architecture.py lists these routes


def permission(name: str) -> Access:
    """Admit users with a role that has a permission of core/access/permissions.py. Raises KeyError if unknown."""
    PERMISSIONS[name]
    return Access(permission=name)


@dataclass(frozen=True)
class Endpoint:
    """The declaration of one route.

    `allowed_for` admits sessions that other routes refuse: `read_only` (impersonation, for changes) and `mfa_pending`
    (a second factor must be set up first). `fails` has the statuses of the domain's own errors.
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


UNDECLARED = Endpoint("GET", "", READ)  # the declaration of a library's views


def of(view: Any) -> Endpoint:
    """Return the declaration of a view; `UNDECLARED` for a library's view."""
    endpoint: Endpoint = getattr(view, ATTRIBUTE, UNDECLARED)
    return endpoint


def attach(view: View, endpoint: Endpoint) -> View:
    """Store the declaration of a view that is registered without `Blueprint.endpoint`; return the view."""
    setattr(view, ATTRIBUTE, endpoint)
    return view
