"""The notation of the matrix: a row per route or event, with the outcome of each cell (actor and object)."""

from __future__ import annotations

from dataclasses import dataclass

SELF_REGISTERED = ("customer", "tailor", "vendor", "delivery")
PARTNERS = ("tailor", "vendor")
ADMINS = ("admin", "super_admin")
STAFF = ("support", *ADMINS)
ROLES = (*SELF_REGISTERED, *STAFF)
# `impersonated`: support staff in a customer's account; `mfa_pending`: a super admin without a second factor
ACTORS = ("anonymous", *ROLES, "impersonated", "mfa_pending")

OK, CREATED, ACCEPTED, UPGRADED = "200", "201", "202", "101"
NO_TOKEN, NO_COOKIE, REDIRECTED = "401 token_missing", "401 unauthenticated", "303"
FORBIDDEN, READ_ONLY, MFA_REQUIRED = "403 forbidden", "403 read_only", "403 second_factor_needed"
ABSENT = "404 not_found"

Outcomes = dict[str, str]  # by role
Cells = dict[tuple[str, str], str]  # by (actor, object); the object is "" if the path has no id


@dataclass(frozen=True)
class Row:
    """The outcomes of one route or event.

    With `fresh_users` each cell gets new users, because the action ends their session or changes their account.
    `by_cookie` marks pages of the console, which a token does not authenticate.
    """

    name: str
    cells: Cells
    fresh_users: bool = False
    by_cookie: bool = False


def all_roles(outcome: str) -> Outcomes:
    """Return the same outcome for every role."""
    return dict.fromkeys(ROLES, outcome)


def only(*roles: str, get: str = OK, others: str = FORBIDDEN) -> Outcomes:
    """Return the outcome `get` for these roles, and `others` for all others."""
    return {role: get if role in roles else others for role in ROLES}


def row(
    name: str,
    outcomes: Outcomes | None = None,
    *,
    impersonated: str | None = None,
    allowed_for: tuple[str, ...] = (),
    fresh_users: bool = False,
    **by_object: Outcomes,
) -> Row:
    """Return a row with an outcome per role, or per object and role (`own=`, `foreign=`, `absent=` …).

    By default anonymous callers are refused, an impersonated session may read like its customer and change nothing, and
    a session with a pending second factor is refused. The last two get the outcome of their role if `allowed_for` has
    them.
    """
    cells: Cells = {}
    for thing, given in (by_object or {"": outcomes or {}}).items():
        may_look = name.startswith("GET ") or "impersonated" in allowed_for
        half = {
            "anonymous": NO_TOKEN,
            "impersonated": impersonated or (given["customer"] if may_look else READ_ONLY),
            "mfa_pending": given["super_admin"] if "mfa_pending" in allowed_for else MFA_REQUIRED,
        }
        cells |= {(actor, thing): outcome for actor, outcome in (given | half).items()}
    return Row(name, cells, fresh_users)


def own_only(name: str, allowed_for: tuple[str, ...] = ()) -> Row:
    """Return the row of an action on own objects; objects of others are not found."""
    no = all_roles(ABSENT)
    return row(name, own=all_roles(OK), foreign=no, absent=no, allowed_for=allowed_for)


def public(name: str, outcome: str = OK, **by_object: str) -> Row:
    """Return the row of a public route: the same outcome for every actor."""
    given = by_object or {"": outcome}
    return Row(name, {(actor, thing): got for thing, got in given.items() for actor in ACTORS})


def page(
    name: str, got: str = OK, *, actors: tuple[str, ...] = STAFF, fresh_users: bool = False, **by_object: str
) -> Row:
    """Return the row of a console page: other actors are redirected to the login, or get an error for JSON."""
    is_html = name.startswith("GET ") and not name.endswith(".json")
    refused = REDIRECTED if is_html else NO_COOKIE
    things = by_object or {"": got}
    cells = {
        (actor, it): got if actor in actors else refused for it, got in things.items() for actor in ACTORS
    }
    return Row(name, cells, fresh_users, by_cookie=True)


def event(name: str, outcomes: Outcomes | None = None, **by_object: Outcomes) -> Row:
    """Return the row of a Socket.IO event that changes nothing, so an impersonated session may send it."""
    return row(
        name, outcomes, impersonated=None, allowed_for=("impersonated",), fresh_users=False, **by_object
    )


def table(*rows: Row) -> dict[str, Row]:
    """Return rows by name. Raises ValueError for a duplicate."""
    found = {row.name: row for row in rows}
    if len(found) < len(rows):
        raise ValueError("a row is duplicated")
    return found
