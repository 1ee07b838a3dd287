"""Statistics of the real-time path: for staff, and for Prometheus."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.support.people import World
from tests.support.waiting import send_numbered, until

STATS = "/api/admin/websocket/stats"


def test_staff_see_connections_rooms_deliveries_and_lags(world: World) -> None:
    staff, person = world.staff("support"), world.person("vendor")
    before = staff.get(STATS).json()["data"]
    screen = person.socket()
    send_numbered(person, 1, 2)
    screen.wait("new_notification", 2)
    after = staff.get(STATS).json()["data"]
    assert after["total"]["roles"]["vendor"] == before["total"]["roles"].get("vendor", 0) + 1
    assert after["total"]["rooms"] > before["total"]["rooms"]
    assert after["total"]["written"]["frames"] > before["total"]["written"]["frames"]
    (process,) = after["processes"].values()
    assert process["leading"] is True
    assert sum(process["emitted"]["buckets"]) > 0
    assert set(after["lag"]["feedEvents"].values()) == {0}
    screen.close()
    until(
        lambda: (
            staff.get(STATS).json()["data"]["total"]["roles"].get("vendor", 0)
            < after["total"]["roles"]["vendor"]
        )
    )


def test_replays_and_ended_connections_are_counted(world: World) -> None:
    staff, person = world.staff(), world.person()
    before = staff.get(STATS).json()["data"]["total"]
    first = person.socket()
    send_numbered(person, 1)
    first.wait("new_notification")
    person.socket(first.of("sync")[0]["cursor"])
    person.post("/api/auth/logout")

    def counted() -> bool:
        total: dict[str, Any] = staff.get(STATS).json()["data"]["total"]
        ended = total["ended"].get("session_ended", 0) - before["ended"].get("session_ended", 0)
        return ended >= 2 and total["replay"]["clients"] > before["replay"].get("clients", 0)

    until(counted)


def test_the_relays_heartbeat_process_and_position_are_reported(world: World) -> None:
    staff, person = world.staff(), world.person()
    before = staff.get(STATS).json()["data"]
    screen = person.socket()
    send_numbered(person, 1, 2)
    screen.wait("new_notification", 2)
    after = staff.get(STATS).json()["data"]
    assert after["relay"]["process"] in after["processes"]
    assert 0 <= after["relay"]["beatSeconds"] < 10
    assert after["relay"]["position"] >= before["relay"]["position"] + 2
    moved, earlier = after["total"]["moved"], before["total"]["moved"]
    assert moved["events"] >= earlier.get("events", 0) + 2
    assert moved["batches"] > earlier.get("batches", 0)
    text = staff.get("/metrics").text
    for name in ("metaia_log_position", "metaia_relay_beat_seconds", "metaia_relay_leading"):
        assert f"# TYPE {name} gauge" in text
    assert f'metaia_relay_leading{{process="{after["relay"]["process"]}"}} 1.0' in text
    assert 'what="batches"' in text


def test_only_staff_see_them(world: World) -> None:
    assert world.person().get(STATS).status_code == 403
    assert world.call("GET", STATS).status_code == 401


def test_prometheus_gets_them_with_its_token_or_an_admins(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.call("GET", "/metrics").status_code == 401
    assert world.person().get("/metrics").status_code == 403
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "scrape-me")
    assert world.call("GET", "/metrics", headers={"Authorization": "Bearer scrape-you"}).status_code == 401
    for headers in (
        {"Authorization": "Bearer scrape-me"},
        {"Authorization": f"Bearer {world.staff().token}"},
    ):
        answer = world.call("GET", "/metrics", headers=headers)
        assert answer.status_code == 200
        for name in ("metaia_connections", "metaia_relay_lag_seconds", "metaia_feed_lag_events"):
            assert f"# TYPE {name} gauge" in answer.text
        assert 'metaia_emit_latency_seconds_bucket{le="+Inf"' in answer.text
