"""`flask create-admin` and `flask users …`."""

from __future__ import annotations

import sys
from uuid import UUID

import click

from metaia.admin import access, create, schemas, service
from metaia.admin.cli_actor import in_one_line, operator
from metaia.auth.sessions import queries as session_queries
from metaia.core.access.actor import ROLES, STAFF
from metaia.core.access.permissions import SUPER_ADMIN
from metaia.core.errors import Conflict, NotFound
from metaia.core.times import rfc3339
from metaia.users import queries
from metaia.users.queries import Person

_reason = click.option("--reason", default="by the operator", show_default=True, help="for the audit log")
_who = click.argument("who", metavar="EMAIL_OR_ID")


@click.command("create-admin")
@click.option("--email", help="asked for if it is not given")
@click.option("--name", help="the same")
@click.option("--role", type=click.Choice(sorted(STAFF)), default=SUPER_ADMIN, show_default=True)
@click.option("--stdin", is_flag=True, help="the first line of standard input is the password")
@in_one_line
def create_admin(email: str | None, name: str | None, role: str, *, stdin: bool) -> None:
    """Make a member of staff who can log in at once. If there is one already, nothing happens."""
    if stdin and not (email and name):
        raise click.UsageError("--stdin needs --email and --name")
    given = {"email": email or click.prompt("E-mail address"), "name": name or click.prompt("Name")}
    wanted = schemas.MakeStaff().load(given | {"role": role})
    there = queries.with_email(wanted["email"])
    if there is None:
        password = sys.stdin.readline().rstrip("\r\n") if stdin else _asked()
        person = create.make(operator(), **wanted, password=password)
        click.echo(f"made {_line(person)}")
    elif there.role == role and there.active:
        click.echo(f"nothing to do, there is {_line(there)}")
    else:
        raise Conflict(f"There is {_line(there)}; see `flask users`.")


@click.group("users")
def users() -> None:
    """See people's accounts, close and open them, change roles, help who cannot log in."""


@users.command("list")
@click.option("--role", type=click.Choice(sorted(ROLES)))
@click.option("--search", help="a part of name, e-mail address or telephone number")
@click.option("--inactive", is_flag=True, help="only who cannot log in")
@in_one_line
def _list(role: str | None, search: str | None, *, inactive: bool) -> None:
    """List people, oldest first."""
    filters = {"role": role, "q": search, "active": False if inactive else None}
    given = {name: value for name, value in filters.items() if value is not None}
    cursor: str | None = None
    while True:
        page, cursor = queries.page(filters=given, sort="createdAt", limit=100, cursor=cursor)
        for person in page:
            click.echo(_line(person))
        if cursor is None:
            return


@users.command("show")
@_who
@in_one_line
def _show(who: str) -> None:
    """Show an account, and where it is logged in."""
    person = _found(who)
    click.echo(_line(person))
    click.echo(f"{person.name}, since {rfc3339(person.created_at)}, version {person.version}")
    for session in session_queries.open_sessions(person.id):
        by = f" by {session.impersonator_id}" if session.impersonator_id else ""
        click.echo(f"session {session.id} {rfc3339(session.used_at)} {session.address} {session.device}{by}")


@users.command("disable")
@_who
@_reason
@in_one_line
def _disable(who: str, reason: str) -> None:
    """Close an account; it ends all its sessions."""
    click.echo(_line(service.change(operator(), _found(who).id, active=False, reason=reason)))


@users.command("enable")
@_who
@_reason
@in_one_line
def _enable(who: str, reason: str) -> None:
    """Open an account again."""
    click.echo(_line(service.change(operator(), _found(who).id, active=True, reason=reason)))


@users.command("set-role")
@_who
@click.argument("role", type=click.Choice(sorted(ROLES)))
@_reason
@in_one_line
def _set_role(who: str, role: str, reason: str) -> None:
    """Give somebody another role; it ends all their sessions."""
    click.echo(_line(service.change(operator(), _found(who).id, role=role, reason=reason)))


@users.command("end-sessions")
@_who
@_reason
@in_one_line
def _end_sessions(who: str, reason: str) -> None:
    """Log somebody out everywhere."""
    click.echo(f"ended {access.end_sessions(operator(), _found(who).id, reason=reason)} sessions")


@users.command("unlock")
@_who
@_reason
@in_one_line
def _unlock(who: str, reason: str) -> None:
    """Let somebody log in at once from where they have been before, though failures make them wait."""
    access.unlock(operator(), _found(who).id, reason=reason)
    click.echo("unlocked")


@users.command("remove-second-factor")
@_who
@_reason
@in_one_line
def _remove_second_factor(who: str, reason: str) -> None:
    """Take off a second factor that somebody has lost: first make sure that it is them who ask."""
    ended = access.remove_second_factor(operator(), _found(who).id, reason=reason)
    click.echo(f"removed, ended {ended} sessions")


def _asked() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _found(who: str) -> Person:
    """Return the user with this e-mail address or id. Raises NotFound."""
    try:
        person = queries.by_id(str(UUID(who)))
    except ValueError:
        person = queries.with_email(who)
    if person is None:
        raise NotFound(f"There is nobody called {who}.")
    return person


def _line(person: Person) -> str:
    return f"{person.id} {person.email} {person.role} {person.inactive_because or 'active'}"
