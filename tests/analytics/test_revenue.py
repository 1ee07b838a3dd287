"""Revenue over HTTP, and the lists behind values: a figure is the number of its objects, and the ledger's amount."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from metaia.analytics import definitions
from metaia.core.json import Json
from tests.analytics.asking import ALL, INDIA, ask, today, values
from tests.analytics.support import booked, caught_up, value
from tests.orders.conftest import Cast, cast
from tests.support.people import World

__all__ = ["cast"]


def test_a_refund_lowers_its_own_day_and_months_to_date_compare(world: World) -> None:
    """The order of the 3rd stays in its day (shopper PR 622)."""
    partner = world.person("tailor")
    own, paid = ("partner", partner.id), ("gateway", "stub")
    booked("earned", "INR", {paid: 100_000, own: -90_000, ("commission", "house"): -10_000}, _at(3))
    booked("refund", "INR", {paid: -40_000, own: 36_000, ("commission", "house"): 4_000}, _at(20))
    booked("earned", "INR", {paid: 70_000, own: -70_000}, _at(5, month=10))
    booked("earned", "INR", {paid: 20_000, own: -20_000}, _at(25, month=10))
    caught_up()
    month = {"from_": "2026-11-01", "to": "2026-11-20", "tz": INDIA, "currency": "INR"}
    answer = ask(partner, "/api/analytics/revenue", **month)
    gross, refunds = values(answer, "gross"), values(answer, "refunds")
    assert {day: each["INR"] for day, each in gross.items() if each["INR"]} == {"2026-11-03": 1000}
    assert {day: each["INR"] for day, each in refunds.items() if each["INR"]} == {"2026-11-20": 400}
    totals = answer["data"]["analytics"]["totals"]
    assert totals["net"] == {"INR": 600}
    assert totals["commission"] == {"INR": 60}
    assert "payouts" not in totals


def _at(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 8, tzinfo=UTC)


def test_currencies_are_never_added_or_converted(world: World) -> None:
    admin, partner = world.staff("admin"), world.person("tailor")
    day, own = datetime(2026, 9, 7, 9, tzinfo=UTC), ("partner", partner.id)
    before = ask(admin, f"{ALL}/revenue", from_="2026-09-07", to="2026-09-07")["data"]["analytics"]["totals"]
    amounts = {"INR": 123_45, "JPY": 500, "KWD": 1_234, "NPR": 700}
    for currency, amount in amounts.items():
        booked("earned", currency, {("gateway", "stub"): amount, own: -amount}, day)
    caught_up()
    totals = ask(admin, f"{ALL}/revenue", from_="2026-09-07", to="2026-09-07")["data"]["analytics"]["totals"]
    added = {name: round(totals["gross"][name] - before["gross"].get(name, 0), 3) for name in amounts}
    assert added == {"INR": 123.45, "JPY": 500, "KWD": 1.234, "NPR": 7}
    euros = ask(admin, f"{ALL}/revenue", from_="2026-09-07", to="2026-09-07", currency="EUR")
    assert euros["data"]["analytics"]["totals"]["gross"] == {"EUR": 0}
    ledger = """
        SELECT -sum(e.amount) FROM ledger_entries e JOIN ledger_postings p ON p.id = e.posting_id
        WHERE e.currency = 'KWD' AND e.kind = 'partner' AND p.kind = 'earned'
            AND p.booked_at >= '2026-09-06T18:30Z' AND p.booked_at < '2026-09-07T18:30Z'
    """
    assert round(totals["gross"]["KWD"] * 1000) == value(ledger)


@pytest.mark.parametrize("name", ["orders", "users", "revenue"])
def test_a_list_has_as_many_rows_as_its_figure(cast: Cast, name: str) -> None:
    for status in ("completed", "rejected", "cancelled"):
        cast.order_in(status)
    booked(
        "earned", "INR", {("gateway", "stub"): 5_000, ("partner", cast.tailor.id): -5_000}, datetime.now(UTC)
    )
    caught_up()
    days = {"from_": str(datetime.now(UTC).date() - timedelta(days=1)), "to": today()}
    totals = ask(cast.admin, f"{ALL}/{name}", **days)["data"]["analytics"]["totals"]
    for each in definitions.VALUES:
        if each.set != name or each.drill is None:
            continue
        listed = ask(cast.admin, f"{ALL}/{name}/drill", **days, value=each.key, limit="100")
        pages, seen = listed, Counter(_key(item) for item in listed["data"]["items"])
        while pages["meta"]["nextCursor"] and len(seen) < 400:
            pages = ask(
                cast.admin, f"{ALL}/{name}/drill", **days, value=each.key, limit="100",
                cursor=pages["meta"]["nextCursor"],
            )  # fmt: skip
            seen.update(_key(item) for item in pages["data"]["items"])
        assert set(seen.values()) <= {1}, each.key
        assert pages["meta"]["nextCursor"] or len(seen) == listed["meta"]["count"], each.key
        if each.unit == definitions.COUNT and each.key != "itemsSold":
            assert listed["meta"]["count"] == totals[each.key], each.key
        if each.unit == definitions.MONEY and each.key not in {"averageValue", "tips"}:
            shown = {currency: amount for currency, amount in totals[each.key].items() if amount}
            assert {c: a for c, a in listed["meta"]["sums"].items() if a} == shown, each.key


def _key(item: Json) -> tuple[str, str | None]:
    return item["id"], item["currency"]
