"""Failing requests, and the reports of this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from metaia.system.errors import service
from tests.support.failures import Failing
from tests.support.people import Person, World


@pytest.fixture
def failing(world: World, monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Give a route that raises exceptions."""
    return Failing(world, monkeypatch)


@pytest.fixture
def report(app: Flask, server: object) -> Iterator[Callable[[], None]]:
    """Give the report of this process, which also runs by itself every ten seconds."""
    with app.app_context():
        yield service.report


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")
