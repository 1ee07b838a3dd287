"""Sets of figures over HTTP: buckets of a zone, currencies, comparison, CSV, and the lists behind the values."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from tests.analytics.asking import ALL, INDIA, ask, today, values
from tests.analytics.support import caught_up, moved
from tests.orders.conftest import Cast, cast

__all__ = ["cast"]


def test_buckets_filters_and_lists_agree_on_the_day(cast: Cast) -> None:
    """Half past six in the evening UTC is midnight in India (Metabase 3744)."""
    orders = [cast.customer.order(partnerId=cast.tailor.id) for _ in range(2)]
    caught_up()
    moved(orders[0]["id"], datetime(2026, 10, 31, 18, 29, 59, tzinfo=UTC))
    moved(orders[1]["id"], datetime(2026, 10, 31, 18, 30, tzinfo=UTC))
    period = {"from_": "2026-10-31", "to": "2026-11-01", "tz": INDIA}
    answer = ask(cast.tailor, "/api/analytics/orders", **period)
    assert values(answer, "placed") == {"2026-10-31": 1, "2026-11-01": 1}
    assert all(each["complete"] for each in answer["data"]["analytics"]["series"])
    one = ask(cast.tailor, "/api/analytics/orders", from_="2026-11-01", to="2026-11-01", tz=INDIA)
    assert one["data"]["analytics"]["totals"]["placed"] == 1
    hours = ask(cast.tailor, "/api/analytics/orders", **period, groupBy="hour")
    assert [hour for hour, count in values(hours, "placed").items() if count] == [
        "2026-10-31T23:00+05:30",
        "2026-11-01T00:00+05:30",
    ]
    listed = ask(cast.tailor, "/api/analytics/orders/drill", **period, value="placed", bucket="2026-11-01")
    assert [item["id"] for item in listed["data"]["items"]] == [orders[1]["id"]]
    assert listed["meta"]["count"] == 1
    utc = ask(cast.tailor, "/api/analytics/orders", **period | {"tz": "UTC"})
    assert values(utc, "placed") == {"2026-10-31": 2, "2026-11-01": 0}


def test_csv_has_the_values_of_json(cast: Cast) -> None:
    cast.order_in("completed")
    caught_up()
    days = {"from": today(), "to": today(), "tz": "UTC"}
    [bucket] = cast.tailor.get("/api/analytics/orders", params=days).json()["data"]["analytics"]["series"]
    answer = cast.tailor.get("/api/analytics/orders", params=days | {"format": "csv"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    [line] = csv.DictReader(io.StringIO(answer.text))
    assert line["placed"] == str(bucket["values"]["placed"]) == "1"
    assert {
        name.partition(".")[2]: float(each) for name, each in line.items() if name.startswith("gmv.")
    } == bucket["values"]["gmv"]


def test_a_partner_has_only_own_orders(cast: Cast) -> None:
    cast.order_in("completed")
    caught_up()
    days = {"from_": today(), "to": today(), "tz": "UTC"}
    own = ask(cast.tailor, "/api/analytics/orders", **days)["data"]["analytics"]["totals"]
    assert (own["placed"], own["completed"], own["itemsSold"]) == (1, 1, 2)
    foreign = ask(cast.foreign_tailor, "/api/analytics/orders", **days)["data"]["analytics"]["totals"]
    assert foreign["placed"] == 0
    assert cast.tailor.get("/api/analytics/users", params=_sent(days)).status_code == 403
    value_ = {"value": "fees"}
    assert cast.tailor.get("/api/analytics/revenue/drill", params=_sent(days) | value_).status_code == 403


def _sent(query: dict[str, str]) -> dict[str, str]:
    return {key.rstrip("_"): each for key, each in query.items()}


def test_support_gets_no_amounts(cast: Cast) -> None:
    cast.order_in("completed")
    caught_up()
    days = {"from_": today(), "to": today()}
    assert cast.support.get(f"{ALL}/revenue", params=_sent(days)).status_code == 403
    totals = ask(cast.support, f"{ALL}/orders", **days)["data"]["analytics"]["totals"]
    assert not {"gmv", "averageValue", "completedValue", "tips"} & totals.keys()
    assert cast.support.get(f"{ALL}/orders/drill", params=_sent(days) | {"value": "gmv"}).status_code == 403
    listed = ask(cast.support, f"{ALL}/orders/drill", **days, value="placed")
    assert listed["meta"]["sums"] == {}
    assert {item["amount"] for item in listed["data"]["items"]} == {None}
    assert all(
        "value" not in row
        for row in ask(cast.support, f"{ALL}/partners", **days)["data"]["analytics"]["rows"]
    )


def test_distinct_users_have_one_zone(cast: Cast) -> None:
    cast.order_in("completed")
    caught_up()
    days = {"from_": today(), "to": today()}
    refused = cast.admin.get(f"{ALL}/users", params=_sent(days) | {"tz": "America/New_York"})
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "zone_not_available"
    first = str(datetime.now(UTC).date() - timedelta(days=40))
    users = ask(cast.admin, f"{ALL}/users", from_=first, to=today())["data"]["analytics"]
    assert users["totals"]["active"] <= sum(each["values"]["active"] for each in users["series"])
    engagement = ask(cast.admin, f"{ALL}/engagement", from_=first, to=today())["data"]["analytics"]["totals"]
    assert engagement["mau"] >= engagement["wau"] > 0
    [*_, cohort] = ask(cast.admin, f"{ALL}/retention", from_=first, to=today())["data"]["analytics"]["rows"]
    assert cohort["cells"][0]["count"] == cohort["size"]
    couriers = ask(cast.admin, f"{ALL}/couriers", from_=first, to=today(), limit="100")["data"]["analytics"][
        "rows"
    ]
    assert cast.courier.id in {row["id"] for row in couriers}
    durations = ask(cast.tailor, "/api/analytics/durations", from_=today(), to=today(), tz="UTC")
    assert durations["data"]["analytics"]["totals"]["timeToAcceptP50"] is not None


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-11-02", "to": "2026-11-01"},
        {"from": "2025-01-01", "to": "2026-11-01"},
        {"from": "2026-09-01", "to": "2026-11-01", "groupBy": "hour"},
        {"from": "2026-11-01", "to": "2026-11-01", "tz": "Mars/Olympus"},
        {"from": "2026-11-01", "to": "2026-11-01", "currency": "XYZ"},
        {"from": "2026-11-01", "to": "2026-11-01", "groupBy": "decade"},
        {"from": "2011-12-30", "to": "2011-12-30", "tz": "Pacific/Apia"},
        {"from": "2026-11-01"},
    ],
)
def test_a_malformed_period_is_refused(cast: Cast, query: dict[str, str]) -> None:
    assert cast.admin.get(f"{ALL}/orders", params=query).status_code == 422


def test_an_unknown_set_value_or_bucket_is_refused(cast: Cast) -> None:
    days = {"from": today(), "to": today()}
    assert cast.admin.get(f"{ALL}/secrets", params=days).status_code == 404
    for more in (
        {"value": "luck"},
        {"value": "placed", "bucket": "1999"},
        {"value": "placed", "cursor": "forged"},
    ):
        assert cast.admin.get(f"{ALL}/orders/drill", params=days | more).status_code == 422
