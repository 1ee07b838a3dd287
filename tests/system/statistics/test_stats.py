"""The state of the installation, at most five seconds old."""

from __future__ import annotations

import pytest
from flask import Flask
from redis.exceptions import ConnectionError as Unreachable

from metaia.core.json import Json
from metaia.system.statistics import queries, routes
from tests.support.people import Person, World


@pytest.fixture
def fresh(app: Flask) -> None:
    """Let the next request compute the statistics."""
    routes.of(app)._until = 0.0


def shown(staff: Person) -> Json:
    answer = staff.get("/api/system/stats")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]["stats"]
    return found


@pytest.mark.usefixtures("fresh")
def test_staff_see_every_part(world: World) -> None:
    staff, customer = world.staff("support"), world.person()
    screen = customer.socket()
    screen.wait("sync")
    stats = shown(staff)
    assert stats["unavailable"] == []
    assert stats["connections"]["byRole"]["customer"] >= 1
    assert sum(stats["connections"]["byKind"].values()) >= 1
    assert set(stats["online"]) >= {"customer", "tailor", "support"}
    assert stats["log"]["position"] > 0
    assert stats["log"]["bytesPerDay"] > 0
    assert stats["database"]["size"] > 0
    assert 0 < stats["database"]["connections"] <= stats["database"]["mostConnections"]
    assert stats["database"]["replicationLagSeconds"] is None
    assert stats["redis"]["memory"] > 0
    assert stats["storage"]["store"] == "local"
    (process,) = stats["processes"]
    assert process["leading"] is True
    assert process["rooms"] >= 1


@pytest.mark.usefixtures("fresh")
def test_they_are_computed_once_in_five_seconds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    read = queries.database

    def count() -> Json:
        calls.append(None)
        return read()

    monkeypatch.setattr(queries, "database", count)
    staff = world.staff("support")
    moments = {shown(staff)["asOf"] for _ in range(3)}
    assert (len(moments), len(calls)) == (1, 1)


@pytest.mark.usefixtures("fresh")
def test_a_part_that_fails_is_null_and_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: object) -> Json:
        raise Unreachable("gone")

    monkeypatch.setattr(queries, "redis_state", away)
    stats = shown(world.staff("support"))
    assert (stats["redis"], stats["unavailable"]) == (None, ["redis"])
    assert stats["database"]["size"] > 0


@pytest.mark.usefixtures("fresh")
def test_row_estimates_name_no_partition(world: World) -> None:
    tables = [one["table"] for one in shown(world.staff("support"))["database"]["rowEstimates"]]
    assert len(tables) <= queries.MOST_TABLES
    assert not [table for table in tables if table.startswith("event_log_")]
