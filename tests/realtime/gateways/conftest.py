"""Clients as JavaScript's library is, for the tests of recovery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.people import Person
from tests.support.stock_client import Connect, Stock


@pytest.fixture
def open_client() -> Iterator[Connect]:
    """Give a function that connects a person's client; it closes all clients at the end."""
    made: list[Stock] = []

    def client(person: Person, **auth: Any) -> Stock:
        made.append(Stock(person, **auth))
        return made[-1]

    yield client
    for one in made:
        one.wire.close()
