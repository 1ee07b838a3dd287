"""The notation of the matrix: a row for each entrance, a cell in it for each actor and object, in it an outcome."""

from __future__ import annotations

from dataclasses import dataclass

SELF_REGISTERED = ("customer", "tailor", "vendor", "delivery")
PARTNERS = ("tailor", "vendor")
ADMINS = ("admin", "super_admin")
STAFF = ("support", *ADMINS)
ROLES = (*SELF_REGISTERED, *STAFF)
# `looking` is a customer, with support looking through their eyes; `limited` a super admin without a second factor
ACTORS = ("nobody", *ROLES, "looking", "limited")

OK, CREATED, TAKEN, OPENED = "200", "201", "202", "101"
NO_TOKEN, NO_COOKIE, TO_LOGIN = "401 token_missing", "401 unauthenticated", "303"
FORBIDDEN, READ_ONLY, LIMITED = "403 forbidden", "403 read_only", "403 second_factor_needed"
ABSENT = "404 not_found"

Outcomes = dict[str, str]  # by role
Cells = dict[tuple[str, str], str]  # by (actor, object); the object is "" where the entrance names none


@dataclass(frozen=True)
class Row:
    """What everybody gets at one entrance.

    What `spends` its callers ends their session, or changes their account: each cell gets people of its own.
    `by_cookie` are staff's pages, which a token does not open.
    """

    name: str
    cells: Cells
    spends: bool = False
    by_cookie: bool = False


def all_roles(outcome: str) -> Outcomes:
    """Return the same for every role."""
    return dict.fromkeys(ROLES, outcome)


def only(*roles: str, get: str = OK, others: str = FORBIDDEN) -> Outcomes:
    """Return what these roles get, and FORBIDDEN for all others."""
    return {role: get if role in roles else others for role in ROLES}


def row(
    name: str,
    outcomes: Outcomes | None = None,
    *,
    looking: str | None = None,
    even: tuple[str, ...] = (),
    spends: bool = False,
    **by_object: Outcomes,
) -> Row:
    """Return a row: what each role gets, or gets by object (`own=`, `foreign=`, `absent=` …).

    Unless said otherwise, nobody gets in without a token, who only looks sees what a customer sees and changes nothing,
    and a limited session gets nowhere. The last two get what their role gets where they are in `even`.
    """
    cells: Cells = {}
    for thing, given in (by_object or {"": outcomes or {}}).items():
        may_look = name.startswith("GET ") or "looking" in even
        half = {
            "nobody": NO_TOKEN,
            "looking": looking or (given["customer"] if may_look else READ_ONLY),
            "limited": given["super_admin"] if "limited" in even else LIMITED,
        }
        cells |= {(actor, thing): outcome for actor, outcome in (given | half).items()}
    return Row(name, cells, spends)


def own_only(name: str, even: tuple[str, ...] = ()) -> Row:
    """Return the row of what everybody does with their own things, and nobody sees of others'."""
    no = all_roles(ABSENT)
    return row(name, own=all_roles(OK), foreign=no, absent=no, even=even)


def public(name: str, outcome: str = OK, **by_object: str) -> Row:
    """Return the row of an entrance that does not ask who comes."""
    given = by_object or {"": outcome}
    return Row(name, {(actor, thing): got for thing, got in given.items() for actor in ACTORS})


def page(
    name: str, got: str = OK, *, who: tuple[str, ...] = STAFF, spends: bool = False, **by_object: str
) -> Row:
    """Return the row of one of staff's pages: who cannot log in there is sent to the login, or refused as a script."""
    read_by_people = name.startswith("GET ") and not name.endswith(".json")
    refused = TO_LOGIN if read_by_people else NO_COOKIE
    things = by_object or {"": got}
    cells = {(actor, it): got if actor in who else refused for it, got in things.items() for actor in ACTORS}
    return Row(name, cells, spends, by_cookie=True)


def event(name: str, outcomes: Outcomes | None = None, **by_object: Outcomes) -> Row:
    """Return the row of an event that clients send over Socket.IO, and that changes nothing: who looks may send it."""
    return row(name, outcomes, looking=None, even=("looking",), spends=False, **by_object)


def table(*rows: Row) -> dict[str, Row]:
    """Return rows by name. Raises ValueError for one that is there twice."""
    found = {row.name: row for row in rows}
    if len(found) < len(rows):
        raise ValueError("a row is there twice")
    return found
