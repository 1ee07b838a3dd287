"""Figures about bookings."""

from __future__ import annotations

from datetime import timedelta

from metaia.core.times import now
from tests.bookings.conftest import Cast
from tests.support.bookings import HOUR, act, at, change_row, shift

WEEK = f"?from={at(0, 0):%Y-%m-%dT%H:%M:%SZ}&to={at(14, 0):%Y-%m-%dT%H:%M:%SZ}"
PATH = "/api/bookings/analytics"


def test_partners_see_counts_rates_and_utilisation(cast: Cast):
    shop = cast.shop(capacity=3)
    shop.book(cast.customer, seats=2)
    act(cast.other, shop.book(cast.other), "cancel")
    for number, status in enumerate(("completed", "completed", "completed", "no_show")):
        change_row(shop.book(cast.world.person(), at(hour=12 + number)), status=status)
    answer = cast.partner.get(PATH + WEEK).json()["data"]
    total = answer["total"]
    assert (total["bookings"], total["seats"]) == (6, 6)
    assert total["byStatus"] == {"confirmed": 1, "cancelled": 1, "completed": 3, "no_show": 1}
    assert (total["noShowRate"], total["cancellationRate"]) == (0.25, 0.1667)
    assert abs(total["medianLeadMinutes"] - (at(hour=12) - now()) / timedelta(minutes=1)) < 120
    assert [each["serviceId"] for each in answer["services"]] == [shop.service_id]
    [calendar] = [each for each in answer["calendars"] if each["calendarId"] == shop.calendar_ids[0]]
    assert (calendar["openMinutes"], calendar["bookedMinutes"]) == (14 * 1440, 5 * 60)
    assert calendar["utilisation"] == round(300 / (14 * 1440), 4)
    assert cast.support.get(f"{PATH}{WEEK}&partnerId={cast.partner.id}").json()["data"]["total"] == total
    nothing = cast.partner.get(f"{PATH}{WEEK}&serviceId={cast.partner.id}").json()["data"]["total"]
    assert (nothing["bookings"], nothing["noShowRate"], nothing["medianLeadMinutes"]) == (0, None, None)


def test_figures_of_partners_are_their_own(cast: Cast):
    shift(cast.shop().book(cast.customer), now() + HOUR)
    assert cast.foreign_partner.get(PATH + WEEK).json()["data"]["total"]["bookings"] == 0
    assert cast.foreign_partner.get(f"{PATH}{WEEK}&partnerId={cast.partner.id}").status_code == 403
    assert cast.customer.get(PATH + WEEK).status_code == 403
    for bad in ("", "?from=2026-01-01T00:00:00Z", "?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
                "?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", f"{WEEK}&partnerId=1"):  # fmt: skip
        assert cast.partner.get(PATH + bad).status_code == 422, bad
