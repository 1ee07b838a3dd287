"""Durations: what a request adds, what all processes share, and what a window shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.exc import OperationalError

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.metrics import BOUNDS
from metaia.core.observing import timings
from metaia.core.times import now
from metaia.system.performance import jobs, queries, service, vendors
from metaia.system.performance.models import PerformanceMinute
from metaia.system.performance.policy import percentile
from tests.support.people import Person, World

Report = Callable[[], None]


@pytest.fixture
def report(app: Flask, server: object) -> Iterator[Report]:
    """Give the report of this process, which also runs by itself every minute."""
    with app.app_context():
        yield service.report


def shown(staff: Person, window: str = "5m") -> Json:
    answer = staff.get("/api/system/performance", params={"window": window})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]["performance"]
    return found


def route(found: Json, method: str, path: str) -> Json:
    matching = [one for one in found["routes"] if (one["method"], one["route"]) == (method, path)]
    return matching[0] if matching else {"count": 0}


def test_requests_are_shown_by_template_only(world: World, report: Report) -> None:
    staff, customer = world.staff("support"), world.person()
    report()
    before = route(shown(staff), "GET", "/api/orders/{order_id}")["count"]
    for _ in range(3):
        customer.get(f"/api/orders/{new_id()}")
    report()
    found = shown(staff)
    after = route(found, "GET", "/api/orders/{order_id}")
    assert after["count"] == before + 3
    assert 0 < after["p50"] <= after["p95"] <= after["p99"]
    assert after["errorRate"] == 0
    assert not any(customer.id in one["route"] for one in found["routes"])


def test_an_address_without_a_route_is_unmatched(world: World, report: Report) -> None:
    staff = world.staff("support")
    staff.get(f"/api/nothing/{new_id()}")
    report()
    assert route(shown(staff), "GET", "unmatched")["count"] >= 1


def test_waits_lags_and_deliveries_are_figures(world: World, report: Report) -> None:
    staff, customer = world.staff("support"), world.person()
    screen = customer.socket()
    customer.order()
    screen.wait("new_notification")
    report()
    found = shown(staff, "1h")
    assert found["window"] == "1h"
    assert found["asOf"] >= found["since"]
    assert found["database"]["waitP95"] is not None
    assert found["database"]["pool"]["size"] > 0
    assert found["hubLag"]["worst"] >= found["hubLag"]["p50"]
    assert found["events"]["emitP99"] is not None


def test_two_processes_share_a_row(report: Report) -> None:
    name = f"queue {new_id()}"
    for _ in range(2):
        timings.timings.pop((timings.JOB_RUN, name), None)  # another process begins with nothing
        timing = timings.of(timings.JOB_RUN, name)
        timing.observe(0.003)
        timing.observe(0.3, error=True)
        report()
    rows = db.fetch_all(select(PerformanceMinute.__table__).where(PerformanceMinute.name == name))
    counts = [sum(bucket) for bucket in zip(*(row.counts for row in rows), strict=True)]
    assert (sum(counts), sum(row.errors for row in rows)) == (4, 2)
    assert max(row.worst for row in rows) == 0.3
    (found,) = [each for each in queries.sums(now() - timedelta(minutes=5)) if each.name == name]
    assert list(found.counts) == counts


def test_queues_and_vendors_are_listed(world: World, app: Flask, report: Report) -> None:
    queue, vendor = f"queue-{new_id()}", f"vendor-{new_id()}"
    timings.of(timings.JOB_WAIT, queue).observe(0.02)
    timings.of(timings.JOB_RUN, queue).observe(0.2, error=True)
    observer = vendors.VendorCalls(app.config["REDIS_URL"])
    observer.called(vendor, 0.1, failed=False)
    observer.called(vendor, 0.1, failed=True)
    observer.opened(vendor, 30)
    report()
    staff = world.staff("support")
    found = shown(staff)
    (job,) = [one for one in found["jobs"] if one["queue"] == queue]
    assert (job["failed"], job["perMinute"] > 0, job["waitP95"] <= 0.02) == (1, True, True)
    (provider,) = [one for one in found["providers"] if one["name"] == vendor]
    assert (provider["calls"], provider["errors"], provider["breaker"]) == (2, 1, "open")
    observer.closed(vendor)
    (provider,) = [one for one in shown(staff)["providers"] if one["name"] == vendor]
    assert provider["breaker"] == "closed"


def test_rows_wait_for_the_database_and_the_oldest_are_dropped(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    report()
    names = [f"waiting {new_id()}" for _ in range(3)]
    with monkeypatch.context() as patch:

        def away(*_: object) -> None:
            raise OperationalError("INSERT", {}, Exception("gone"))

        patch.setattr(db, "execute", away)
        patch.setattr(service, "MOST_WAITING", 2)
        for name in names:
            timings.of(timings.PROVIDER, name).observe(1)
            with pytest.raises(OperationalError):
                report()
    dropped = service.dropped["rows"]
    assert dropped >= 1
    report()
    known = {each.name for each in queries.sums(now() - timedelta(minutes=5))}
    assert names[0] not in known
    assert names[-1] in known


def test_minutes_are_kept_for_two_days(report: Report) -> None:
    old, recent = f"old {new_id()}", f"recent {new_id()}"
    with db.transaction():
        for name, hours in ((old, 49), (recent, 47)):
            minute = (now() - timedelta(hours=hours)).replace(second=0, microsecond=0)
            values = {
                "minute": minute,
                "kind": "provider",
                "name": name,
                "errors": 0,
                "worst": 1.0,
                "counts": [1],
            }
            db.execute(PerformanceMinute.__table__.insert().values(values))  # type: ignore[attr-defined]
    jobs.purge()
    left = db.fetch_all(select(PerformanceMinute.name).where(PerformanceMinute.name.in_([old, recent])))
    assert [row.name for row in left] == [recent]
    with db.transaction():
        db.execute(delete(PerformanceMinute).where(PerformanceMinute.name == recent))


def test_names_beyond_the_limit_share_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timings, "timings", {})
    monkeypatch.setattr(timings, "MOST_NAMES", 2)
    found = [timings.of("provider", name) for name in ("a", "b", "c", "d")]
    assert found[2] is found[3]
    assert set(timings.timings) == {("provider", "a"), ("provider", "b"), ("provider", "others")}


@pytest.mark.parametrize("query", ["window=2h", "window=", "from=2026-01-01T00:00:00Z"])
def test_bad_windows_are_refused(world: World, query: str) -> None:
    assert world.staff("support").get(f"/api/system/performance?{query}").status_code == 422


@pytest.mark.parametrize(
    ("counts", "share", "worst", "expected"),
    [
        ([], 0.5, 0.0, None),
        ([0] * 13, 0.5, 0.0, None),
        ([4] + [0] * 12, 0.5, 0.001, 0.0005),
        ([1] + [0] * 11 + [1], 0.99, 40.0, 39.4),
        ([10] + [0] * 12, 0.99, 0.0002, 0.000198),
        ([0, 0, 2] + [0] * 10, 1.0, 0.004, 0.004),
    ],
)
def test_percentiles(counts: list[int], share: float, worst: float, expected: float | None) -> None:
    assert percentile(counts, share, worst) == pytest.approx(expected)


def test_there_are_as_many_buckets_as_bounds_and_one(report: Report) -> None:
    assert db.fetch_value(text("SELECT max(cardinality(counts)) FROM performance_minutes")) == len(BOUNDS) + 1
