"""Rates of commissions: by partner and day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.finance import days
from metaia.finance.commission import service
from tests.support.people import Person, World

RULES = "/api/admin/finance/commission-rules"


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


@pytest.fixture
def today(app: Flask) -> date:
    with app.app_context():
        return days.today()


def put(admin: Person, partner_id: str | None, day: date, basis_points: Any, **more: Any) -> Any:
    body: Json = {"partnerId": partner_id, "fromDay": day.isoformat(), "basisPoints": basis_points}
    return admin.put(RULES, body | {"reason": "a contract"} | more)


def rate(app: Flask, partner_id: str, day: date) -> int:
    with app.app_context():
        return service.basis_points(partner_id, day)


def test_each_day_has_the_rate_of_the_latest_rule(
    app: Flask, admin: Person, world: World, today: date
) -> None:
    partner, day = world.person("tailor").id, timedelta(days=1)
    for number, points in ((0, 1000), (10, 700), (5, 0)):
        assert put(admin, partner, today + number * day, points).status_code == 200
    found = [rate(app, partner, today + number * day) for number in (0, 4, 5, 9, 10, 400)]
    assert found == [1000, 1000, 0, 0, 700, 700]


def test_partners_without_a_rule_have_the_default(app: Flask, admin: Person, world: World) -> None:
    one, other, day = world.person("tailor").id, world.person("vendor").id, date(2190, 1, 1)
    assert put(admin, None, day, 1500).json()["data"]["rule"]["partnerId"] is None
    assert put(admin, one, day, 20).status_code == 200
    assert (rate(app, one, day), rate(app, other, day)) == (20, 1500)
    before = day - timedelta(days=1)
    assert rate(app, one, before) == rate(app, other, before)


def test_a_rule_of_the_same_day_is_replaced_and_both_are_in_the_audit_log(
    app: Flask, admin: Person, world: World, today: date
) -> None:
    partner = world.person("tailor").id
    first = put(admin, partner, today, 1000).json()["data"]["rule"]
    second = put(admin, partner, today, 900).json()["data"]["rule"]
    assert (second["id"], second["basisPoints"], second["fromDay"]) == (first["id"], 900, today.isoformat())
    assert rate(app, partner, today) == 900
    entries = admin.get(f"/api/admin/audit?subject=commission-{partner}").json()["data"]["entries"]
    assert [
        (each["before"] and each["before"]["basisPoints"], each["after"]["basisPoints"]) for each in entries
    ] == [
        (1000, 900),
        (None, 1000),
    ]
    listed = admin.get(f"{RULES}?partnerId={partner}").json()["data"]["rules"]
    assert [each["basisPoints"] for each in listed] == [900]


def test_a_day_is_one_of_the_time_zone_of_finance(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        monkeypatch.setitem(app.config, "FINANCE_TIMEZONE", "Asia/Kolkata")
        begin = days.start(date(2026, 3, 1))
        assert begin.isoformat() == "2026-02-28T18:30:00+00:00"
        assert (days.of(begin), days.of(begin - timedelta(microseconds=1))) == (
            date(2026, 3, 1),
            date(2026, 2, 28),
        )


def test_a_day_that_has_passed_is_refused(admin: Person, world: World, today: date) -> None:
    answer = put(admin, world.person("tailor").id, today - timedelta(days=1), 100)
    assert (answer.status_code, *answer.json()["error"]["details"]) == (422, "fromDay")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"basisPoints": -1}, "basisPoints"),
        ({"basisPoints": 10_001}, "basisPoints"),
        ({"basisPoints": 1.5}, "basisPoints"),
        ({"basisPoints": None}, "basisPoints"),
        ({"fromDay": "01/02/2199"}, "fromDay"),
        ({"fromDay": "10000-01-01"}, "fromDay"),
        ({"partnerId": "x"}, "partnerId"),
        ({"partnerId": new_id()}, "partnerId"),
        ({"reason": " "}, "reason"),
        ({"until": "2199-01-01"}, "until"),
    ],
)
def test_a_malformed_rule_is_refused(admin: Person, given: Json, field: str) -> None:
    answer = put(admin, None, date(2195, 1, 1), 100, **given)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["error"]["details"]


def test_a_customer_has_no_rate(admin: Person, world: World, today: date) -> None:
    answer = put(admin, world.person("customer").id, today, 100)
    assert (answer.status_code, *answer.json()["error"]["details"]) == (422, "partnerId")
