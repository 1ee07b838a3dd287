"""Fixtures: admins, and orders in the statuses that the tests need."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metaia.core.json import Json
from tests.admin.conftest import admin, boss, clock, connect, entries, support
from tests.support.people import Person, World
from tests.support.worker import customer, phone, pipeline, queue, smtp, vendors, work_off

__all__ = [
    "admin", "boss", "clock", "connect", "customer", "entries", "phone", "pipeline", "queue", "smtp", "support",
    "vendors", "work_off",
]  # fmt: skip
Orders = Callable[..., list[Json]]


@pytest.fixture
def tailor(world: World) -> Person:
    return world.person("tailor")


@pytest.fixture
def buyer(world: World) -> Person:
    return world.person()


@pytest.fixture
def orders(buyer: Person, tailor: Person) -> Orders:
    """Give a function that places orders, and brings them to a status by these actions."""

    def place(count: int, *actions: str) -> list[Json]:
        found = [buyer.order(partnerId=tailor.id) for _ in range(count)]
        for action in actions:
            found = [tailor.act(order, action) for order in found]
        return found

    return place


@pytest.fixture(autouse=True)
def low_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other test makes operations wait."""
    monkeypatch.setattr("metaia.operations.load.HIGHEST_AGE", 3600.0)
