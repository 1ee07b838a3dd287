"""Memberships of the tests: rooms that users are in, in a table of their own, changed as a domain changes them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.realtime import memberships
from metaia.realtime.memberships import MEMBERSHIPS
from tests.support.people import Person

NAME = "tests"


def find(user_ids: list[str]) -> dict[str, list[str]]:
    """Return the rooms of users, as a domain does."""
    rows = db.fetch_all(
        text("SELECT person, room FROM test_memberships WHERE person = ANY(:ids)"), {"ids": user_ids}
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.person, []).append(row.room)
    return found


class Group:
    """A room that people join and leave."""

    def __init__(self) -> None:
        self.room = f"group-{new_id()}"

    def join(self, *people: Person) -> None:
        """Commit that people are in the room from now on."""
        with db.transaction():
            for person in people:
                db.execute(
                    text("INSERT INTO test_memberships VALUES (:person, :room)"),
                    {"person": person.id, "room": self.room},
                )
            memberships.changed(self.room, joined=[person.id for person in people])

    def leave(self, *people: Person) -> None:
        """Commit that people are not in the room any more."""
        with db.transaction():
            for person in people:
                db.execute(
                    text("DELETE FROM test_memberships WHERE person = :person AND room = :room"),
                    {"person": person.id, "room": self.room},
                )
            memberships.changed(self.room, left=[person.id for person in people])


@pytest.fixture
def group(app: Flask) -> Iterator[Group]:
    """Give a room, and let the application know its members."""
    with app.app_context():
        with db.transaction():
            db.ddl("CREATE TABLE test_memberships (person text, room text, PRIMARY KEY (person, room))")
        MEMBERSHIPS.of(app)[NAME] = find
        yield Group()
        del MEMBERSHIPS.of(app)[NAME]
        with db.transaction():
            db.ddl("DROP TABLE test_memberships")
