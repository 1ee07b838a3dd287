"""`flask create-admin` and `flask users …`."""

from __future__ import annotations

import sys
from uuid import UUID

import click

from metaia.admin import access, create, schemas, service
from metaia.admin.cli_actor import cli_actor, with_one_line_errors
from metaia.auth.sessions import queries as session_queries
from metaia.core.access.actor import ROLES, STAFF
from metaia.core.access.permissions import SUPER_ADMIN
from metaia.core.errors import Conflict, NotFound
from metaia.core.times import rfc3339
from metaia.users import queries as user_queries
from metaia.users.queries import Person

_reason = click.option("--reason", default="by the operator", show_default=True, help="for the audit log")
_user = click.argument("user", metavar="EMAIL_OR_ID")


@click.command("create-admin")
@click.option("--email", help="prompted for if not given")
@click.option("--name", help="prompted for if not given")
@click.option("--role", type=click.Choice(sorted(STAFF)), default=SUPER_ADMIN, show_default=True)
@click.option("--stdin", is_flag=True, help="read the password from the first line of standard input")
@with_one_line_errors
def create_admin(email: str | None, name: str | None, role: str, *, stdin: bool) -> None:
    """Create a member of staff with a password. If the account exists already, nothing happens."""
    if stdin and not (email and name):
        raise click.UsageError("--stdin needs --email and --name")
    given = {"email": email or click.prompt("E-mail address"), "name": name or click.prompt("Name")}
    wanted = schemas.MakeStaff().load(given | {"role": role})
    existing = user_queries.with_email(wanted["email"])
    if existing is None:
        password = sys.stdin.readline().rstrip("\r\n") if stdin else _prompted_password()
        person = create.create_staff(cli_actor(), **wanted, password=password)
        click.echo(f"made {_line(person)}")
    elif existing.role == role and existing.active:
        click.echo(f"nothing to do, there is {_line(existing)}")
    else:
        raise Conflict(f"There is {_line(existing)}; see `flask users`.")


@click.group("users")
def users() -> None:
    """List, enable and disable accounts, change roles, and end login delays."""


@users.command("list")
@click.option("--role", type=click.Choice(sorted(ROLES)))
@click.option("--search", help="part of a name, e-mail address or telephone number")
@click.option("--inactive", is_flag=True, help="only users that cannot log in")
@with_one_line_errors
def _list(role: str | None, search: str | None, *, inactive: bool) -> None:
    """List users, oldest first."""
    filters = {"role": role, "q": search, "active": False if inactive else None}
    given = {name: value for name, value in filters.items() if value is not None}
    cursor: str | None = None
    while True:
        page, cursor = user_queries.page(filters=given, sort="createdAt", limit=100, cursor=cursor)
        for person in page:
            click.echo(_line(person))
        if cursor is None:
            return


@users.command("show")
@_user
@with_one_line_errors
def _show(user: str) -> None:
    """Show an account and its open sessions."""
    person = _find(user)
    click.echo(_line(person))
    click.echo(f"{person.name}, since {rfc3339(person.created_at)}, version {person.version}")
    for session in session_queries.open_sessions(person.id):
        by = f" by {session.impersonator_id}" if session.impersonator_id else ""
        click.echo(f"session {session.id} {rfc3339(session.used_at)} {session.address} {session.device}{by}")


@users.command("disable")
@_user
@_reason
@with_one_line_errors
def _disable(user: str, reason: str) -> None:
    """Disable an account, which ends all its sessions."""
    click.echo(_line(service.change(cli_actor(), _find(user).id, active=False, reason=reason)))


@users.command("enable")
@_user
@_reason
@with_one_line_errors
def _enable(user: str, reason: str) -> None:
    """Enable an account again."""
    click.echo(_line(service.change(cli_actor(), _find(user).id, active=True, reason=reason)))


@users.command("set-role")
@_user
@click.argument("role", type=click.Choice(sorted(ROLES)))
@_reason
@with_one_line_errors
def _set_role(user: str, role: str, reason: str) -> None:
    """Change a user's role, which ends all their sessions."""
    click.echo(_line(service.change(cli_actor(), _find(user).id, role=role, reason=reason)))


@users.command("end-sessions")
@_user
@_reason
@with_one_line_errors
def _end_sessions(user: str, reason: str) -> None:
    """End all sessions of a user."""
    click.echo(f"ended {access.end_sessions(cli_actor(), _find(user).id, reason=reason)} sessions")


@users.command("unlock")
@_user
@_reason
@with_one_line_errors
def _unlock(user: str, reason: str) -> None:
    """End a user's login delays, for the networks from which they have logged in before."""
    access.unlock(cli_actor(), _find(user).id, reason=reason)
    click.echo("unlocked")


@users.command("remove-second-factor")
@_user
@_reason
@with_one_line_errors
def _remove_second_factor(user: str, reason: str) -> None:
    """Remove a lost second factor. First verify that the request comes from the user."""
    ended = access.remove_second_factor(cli_actor(), _find(user).id, reason=reason)
    click.echo(f"removed, ended {ended} sessions")


def _prompted_password() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _find(user: str) -> Person:
    """Return the user with this e-mail address or id. Raises NotFound."""
    try:
        person = user_queries.by_id(str(UUID(user)))
    except ValueError:
        person = user_queries.with_email(user)
    if person is None:
        raise NotFound(f"There is no user {user}.")
    return person


def _line(person: Person) -> str:
    return f"{person.id} {person.email} {person.role} {person.inactive_because or 'active'}"
