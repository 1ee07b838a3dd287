"""The dashboard of staff, and the event that lets its pages fetch it again."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from metaia.analytics import jobs
from metaia.analytics.dashboard import service
from metaia.core import db
from tests.analytics.support import caught_up
from tests.orders.conftest import Cast, cast

__all__ = ["cast"]
DASHBOARD = "/api/admin/dashboard"


def test_cards_show_today_and_what_waits(cast: Cast) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    with db.transaction():
        late = "UPDATE orders SET accept_by = now() - interval '1 minute' WHERE id = CAST(:id AS uuid)"
        db.execute(text(late), {"id": order["id"]})
    caught_up()
    answer = cast.admin.get(DASHBOARD).json()
    cards = {card["key"]: card for card in answer["data"]["dashboard"]["cards"]}
    assert cards["ordersPlaced"]["value"] >= 1
    assert cards["gmv"]["value"][order["currency"]] >= order["total"]
    assert cards["newUsers"]["drill"]["set"] == "users"
    attention = {each["key"]: each for each in answer["data"]["dashboard"]["attention"]}
    assert attention["ordersOverdue"]["count"] >= 1
    assert answer["meta"]["asOf"]["position"] > 0


def test_support_gets_no_cards_of_money(cast: Cast) -> None:
    dashboard = cast.support.get(DASHBOARD).json()["data"]["dashboard"]
    assert not {"gmv", "gross", "net"} & {card["key"] for card in dashboard["cards"]}
    assert cast.admin.get(DASHBOARD, params={"tz": "Mars/Olympus"}).status_code == 422


def test_admins_are_notified_of_new_figures(cast: Cast) -> None:
    caught_up()
    screen, other = cast.admin.socket(), cast.support.socket()
    with db.transaction():
        db.execute(text("UPDATE analytics_cursor SET ticked_at = NULL"))
    cast.order_in("accepted")
    jobs.follow()
    [tick, *_] = screen.wait("analytics:tick")
    assert "orders" in tick["changed"]
    assert other.of("analytics:tick") == []


@pytest.mark.parametrize("href", [href for href, _ in service.LISTS.values() if href])
def test_each_entry_leads_to_a_list(cast: Cast, href: str) -> None:
    assert cast.admin.get(href).status_code == 200
