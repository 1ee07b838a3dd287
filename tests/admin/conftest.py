"""Fixtures for the tests of staff's routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.auth.conftest import clock
from tests.realtime.conftest import connect
from tests.support.people import Person, World

__all__ = ["clock", "connect"]  # fixtures: the clock of codes, and plain WebSockets
Json = dict[str, Any]
USERS, AUDIT = "/api/admin/users", "/api/admin/audit"
WHY = {"reason": "because of a test"}


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


@pytest.fixture
def boss(world: World) -> Person:
    return world.staff("super_admin")


@pytest.fixture
def support(world: World) -> Person:
    return world.staff("support")


@pytest.fixture
def entries(world: World) -> Callable[..., list[Json]]:
    """Give a function that returns the audit log's entries about something, the newest first."""
    reader = world.staff("admin")

    def about(subject: str, **filters: Any) -> list[Json]:
        answer = reader.get(AUDIT, params={"subject": subject} | filters)
        assert answer.status_code == 200, answer.text
        found: list[Json] = answer.json()["data"]["entries"]
        return found

    return about
