"""The complete matrix of access: visibility and status of a file, form in which it is asked for, and actor.

`known` is an address that the actor got while it could see the file; that of nobody was passed on by the owner.
It works for ten minutes at most, and that of a public picture until the picture is hidden or deleted.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.media.access import scenario
from tests.media.access.scenario import ACTORS, FORMS, Cells
from tests.support.people import World
from tests.support.server import Server

DENIED, ABSENT, NO_TOKEN = "403:forbidden", "absent", "401:token_missing"
GONE, EXPIRED, REFUSED = "410:gone", "403:address_expired", "403:address_refused"
HEARD = ("heard", "heard", "nothing", "nothing", "heard", "heard")
EVENTS = {"event": (*HEARD, "token_missing"), "sync": (*HEARD, NO_TOKEN)}
OK, NONE = "200", scenario.NOTHING


def parties(seen: str, unseen: str, nobody: str) -> tuple[str, ...]:
    """Return a row: owner, party and staff see it, a former party and a stranger do not."""
    return (seen, seen, unseen, unseen, seen, seen, nobody)


def users(seen: str, nobody: str) -> tuple[str, ...]:
    """Return a row that is the same for all users."""
    return (*(seen,) * 6, nobody)


def staff(seen: str, unseen: str, nobody: str) -> tuple[str, ...]:
    """Return a row that only staff sees."""
    return (*(unseen,) * 4, seen, seen, nobody)


def listed(owner: str, seen_by_staff: str) -> tuple[str, ...]:
    """Return the row of lists, which have one's own files, for staff those of all users."""
    return (owner, ABSENT, ABSENT, ABSENT, seen_by_staff, seen_by_staff, NO_TOKEN)


# owner, party, former, stranger, support, admin, nobody
TABLE: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("private", "ready"): {
        "json": parties(OK, DENIED, NO_TOKEN),
        "list": listed("address", "listed"),
        "url": parties(OK, DENIED, NO_TOKEN),
        "urls": parties("address", "forbidden", NO_TOKEN),
        "fresh": parties(OK, NONE, NONE),
        "rendition": parties(OK, NONE, NONE),
        "known": (OK, OK, OK, NONE, OK, OK, OK),
        "expired": parties(EXPIRED, NONE, NONE),
        "other": parties(REFUSED, NONE, NONE),
        "bit": parties(REFUSED, NONE, NONE),
        **EVENTS,
    },
    ("public", "ready"): {
        "json": users(OK, NO_TOKEN),
        "list": listed("address", "address"),
        "url": users(OK, NO_TOKEN),
        "urls": users("address", NO_TOKEN),
        "fresh": users(OK, NONE),
        "rendition": users(OK, NONE),
        "known": (OK, OK, OK, NONE, OK, OK, OK),
        "expired": users(OK, NONE),  # it does not expire
        "other": users(REFUSED, NONE),
        "bit": users(REFUSED, NONE),
        **EVENTS,
    },
    ("private", "hidden"): {
        "json": staff(OK, GONE, NO_TOKEN),
        "list": listed("listed", "listed"),
        "url": staff(OK, GONE, NO_TOKEN),
        "urls": staff("address", "gone", NO_TOKEN),
        "fresh": staff(OK, NONE, NONE),
        "rendition": staff(OK, NONE, NONE),
        "known": (OK, OK, OK, NONE, OK, OK, OK),
        "expired": staff(EXPIRED, NONE, NONE),
        "other": staff(REFUSED, NONE, NONE),
        "bit": staff(REFUSED, NONE, NONE),
        **EVENTS,
    },
    ("public", "hidden"): {
        "json": staff(OK, GONE, NO_TOKEN),
        "list": listed("listed", "address"),
        "url": staff(OK, GONE, NO_TOKEN),
        "urls": staff("address", "gone", NO_TOKEN),
        "fresh": staff(OK, NONE, NONE),
        "rendition": staff(OK, NONE, NONE),
        "known": (GONE, GONE, GONE, NONE, GONE, GONE, GONE),
        "expired": staff(EXPIRED, NONE, NONE),
        "other": staff(REFUSED, NONE, NONE),
        "bit": staff(REFUSED, NONE, NONE),
        **EVENTS,
    },
    **{
        (visibility, "deleted"): {
            "json": users(GONE, NO_TOKEN),
            "list": listed("listed", "listed"),
            "url": users(GONE, NO_TOKEN),
            "urls": users("gone", NO_TOKEN),
            "known": (GONE, GONE, GONE, NONE, GONE, GONE, GONE),
            **{form: users(NONE, NONE) for form in ("fresh", "rendition", "expired", "other", "bit")},
            **EVENTS,
        }
        for visibility in ("private", "public")
    },
}


@pytest.fixture(scope="module")
def matrix(app: Flask, server: Server) -> Iterator[dict[tuple[str, str], Cells]]:
    """Give all cells as they are, by visibility and status."""
    with app.app_context(), World(server.url) as world:
        found = {}
        for visibility, target in TABLE:
            one = scenario.begin(app, world, visibility)
            one.follow()
            scenario.move(one, target)
            found[visibility, target] = scenario.cells(one)
        yield found
        world.dismiss_staff()


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("visibility", "status"), TABLE)
def test_each_actor_gets_exactly_this(
    matrix: dict[tuple[str, str], Cells], visibility: str, status: str, form: str, actor: str
) -> None:
    expected = TABLE[visibility, status][form][ACTORS.index(actor)]
    assert matrix[visibility, status][form, actor] == expected
