"""Routes for staff: accounts of users, and the audit log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response

from metaia.admin import (
    access,
    audit_commands,
    commands,
    create,
    key_commands,
    presenters,
    queries,
    schemas,
    service,
)
from metaia.admin.notifications import NOTIFICATION_TYPES
from metaia.admin.policy import AUDIT_READ, USERS_IMPERSONATE, USERS_MANAGE, USERS_READ
from metaia.auth.sessions import presenters as session_presenters
from metaia.auth.sessions import queries as session_queries
from metaia.auth.sessions import tokens
from metaia.auth.sessions.device import of_request
from metaia.core.access.actor import current
from metaia.core.errors import Conflict
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import listing
from metaia.core.http.views import answer, answer_versioned
from metaia.notifications import queries as notification_queries
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates
from metaia.orders import queries as order_queries
from metaia.users import queries as user_queries
from metaia.users.queries import Person

people = Blueprint("admin_users", __name__, url_prefix="/api/admin/users", description="People, for staff")
audit = Blueprint("audit", __name__, url_prefix="/api/admin/audit", description="The audit log")
Json = dict[str, Any]


@people.endpoint(
    "GET",
    "",
    query=schemas.UsersQuery,
    returns=schemas.ManyAccounts,
    limit=READ,
    access=USERS_READ,
)
def get_many(query: Json) -> Response:
    """List users; `q` matches parts of names, e-mail addresses and telephone numbers."""
    return listing("users", query, user_queries.page, presenters.account)


@people.endpoint("GET", "/<id:user_id>", returns=schemas.WholeAccount, limit=READ, access=USERS_READ)
def get_one(user_id: str) -> Response:
    """Get an account, its open sessions, and how many orders and unread notifications it has."""
    person = service.read(user_id)
    sessions = [session_presenters.session(row, None) for row in session_queries.open_sessions(user_id)]
    counts = {
        "orders": order_queries.count(user_id),
        "unreadNotifications": notification_queries.count_unread(user_id),
    }
    return answer_versioned(person.version, user=presenters.account(person), sessions=sessions, counts=counts)


@people.endpoint(
    "POST",
    "",
    body=schemas.MakeStaff,
    example={"email": "ravi.iyer@example.com", "name": "Ravi Iyer", "role": "support"},
    returns=schemas.OneAccount,
    status=201,
    limit=WRITE,
    access=USERS_MANAGE,
    idempotent=True,
)
def make(body: Json) -> Response:
    """Create a member of staff, and mail them a link to choose a password."""
    return _one(create.create_staff(current(), **body), status=201)


@people.endpoint(
    "PATCH",
    "/<id:user_id>",
    body=schemas.ChangeAccount,
    example={"active": False, "reason": "They asked for it."},
    returns=schemas.OneAccount,
    limit=WRITE,
    access=USERS_MANAGE,
)
def change(body: Json, user_id: str) -> Response:
    """Change a user's role, or disable or enable the account; either ends all sessions of the user."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(current(), user_id, **body, version=version))


@people.endpoint(
    "POST",
    "/<id:user_id>/end-sessions",
    body=schemas.EndTheirSessions,
    returns=schemas.SessionsEnded,
    limit=WRITE,
    access=USERS_MANAGE,
    fails=(Conflict,),
)
def end_sessions(body: Json, user_id: str) -> Response:
    """End all sessions of a user."""
    return answer(ended=access.end_sessions(current(), user_id, **body))


@people.endpoint(
    "POST",
    "/<id:user_id>/remove-second-factor",
    body=schemas.RemoveTheirSecondFactor,
    returns=schemas.SessionsEnded,
    limit=WRITE,
    access=USERS_MANAGE,
    fails=(Conflict,),
)
def remove_second_factor(body: Json, user_id: str) -> Response:
    """Remove a user's lost second factor, which ends all their sessions and notifies them."""
    return answer(ended=access.remove_second_factor(current(), user_id, **body))


@people.endpoint(
    "POST",
    "/<id:user_id>/impersonate",
    body=schemas.Impersonate,
    returns=schemas.Impersonated,
    secret=True,
    limit=WRITE,
    access=USERS_IMPERSONATE,
    fails=(Conflict,),
)
def impersonate(body: Json, user_id: str) -> Response:
    """Get a read-only access token for a user's account. The user is notified."""
    login = service.impersonate(current(), user_id, **body, device=of_request())
    return answer(
        user=presenters.account(login.person),
        access_token=login.tokens.access,
        expires_in=60 * tokens.impersonation_minutes(),
    )


@audit.endpoint(
    "GET",
    "",
    query=schemas.AuditQuery,
    returns=schemas.ManyEntries,
    limit=READ,
    access=AUDIT_READ,
)
def get_audit(query: Json) -> Response:
    """List the audit log: actor, action, subject and network address of each entry."""
    return listing("entries", query, queries.audit_page, presenters.entry)


def _one(person: Person, *, status: int = 200) -> Response:
    return answer_versioned(person.version, status=status, user=presenters.account(person))


def register(app: Flask, api: Any) -> None:
    """Register this domain with the application."""
    notification_registry.register(app, *NOTIFICATION_TYPES)
    templates.register(app, Path(__file__).parent / "templates")
    for blueprint in (people, audit):
        api.register_blueprint(blueprint)
    for command in (commands.create_admin, commands.users, audit_commands.audit, key_commands.reseal):
        app.cli.add_command(command)
