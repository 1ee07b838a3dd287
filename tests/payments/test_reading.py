"""What the parties of a payment see, and what reaches them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import requests

from tests.payments.conftest import Shop
from tests.payments.observed import verify
from tests.support.waiting import until


def test_a_partner_sees_neither_payer_nor_failure(shop: Shop) -> None:
    opened = shop.open(shop.thing())
    shop.pay(opened, "decline")
    verify(shop, paymentId=opened["payment"]["id"])
    support = shop.world.staff("support")
    assert (shop.read(opened)["failure"] or {})["code"] == "declined"
    seen = shop.read(opened, shop.partner)
    assert (seen["payerId"], seen["failure"], seen["allowedActions"]) == (None, None, [])
    assert shop.read(opened, support)["payerId"] == shop.customer.id
    for person, source, failure in (
        (shop.partner, False, None),
        (shop.customer, False, "declined"),
        (support, True, "declined"),
    ):
        timeline = person.get(f"/api/payments/{opened['payment']['id']}/timeline").json()["data"]["timeline"]
        assert [(fact["status"], fact["failure"], fact["source"] is not None) for fact in timeline] == [
            ("failed", failure, source)
        ]
    path = f"/api/payments?orderId={opened['payment']['orderId']}"
    for person, count in ((shop.partner, 1), (shop.customer, 1), (support, 1), (shop.world.person(), 0)):
        assert len(person.get(path).json()["data"]["payments"]) == count


def test_a_timeline_ends_at_a_time(shop: Shop) -> None:
    thing, admin = shop.thing(), shop.world.staff()
    opened = shop.open(thing)
    path = f"/api/payments/{opened['payment']['id']}/timeline"
    before = datetime.now(UTC).isoformat()
    shop.pay(opened)
    verify(shop, paymentId=opened["payment"]["id"])
    now = admin.get(path).json()["data"]
    assert [posting["key"].split(":")[0] for posting in now["postings"]] == ["captured", "fee"]
    assert [fact["status"] for fact in now["timeline"]] == ["authorized", "captured", "charged"]
    then = admin.get(path, params={"asOf": before}).json()["data"]
    assert (then["payment"]["status"], then["timeline"], then["postings"]) == ("created", [], [])
    assert admin.get(path, params={"asOf": "2020-01-01T00:00:00Z"}).status_code == 404


def test_payments_are_found(shop: Shop) -> None:
    opened = shop.open(shop.thing())
    shop.pay(opened)
    verify(shop, paymentId=opened["payment"]["id"])
    payment, admin = opened["payment"], shop.world.staff()
    attempt = shop.stubs["demo"].world.demo_payments.payments[payment["reference"]]["attempts"][0]["id"]
    for q in (payment["id"], payment["orderId"].upper(), payment["reference"], attempt):
        found = admin.get("/api/payments", params={"q": q}).json()["data"]["payments"]
        assert [each["id"] for each in found] == [payment["id"]], q
    given = {"status": "completed", "provider": "demo", "purpose": "thing", "payerId": shop.customer.id}
    assert len(admin.get("/api/payments", params=given).json()["data"]["payments"]) == 1
    for name, value in (("status", "paid"), ("q", ""), ("from", "yesterday"), ("limit", "0"), ("sort", "q")):
        assert admin.get("/api/payments", params={name: value}).status_code == 422
    for value in ("\0", "x' OR 1=1", "%", "é" * 30):
        assert admin.get("/api/payments", params={"q": value}).status_code in {200, 422}


def test_webhooks_of_the_demo_provider_arrive(shop: Shop) -> None:
    screens = [shop.customer.socket(), shop.partner.socket(), shop.world.staff().socket()]
    opened = shop.open(shop.thing())
    shop.pay(opened, "pay-twice")

    def captured() -> bool:
        shop.work()
        return bool(shop.read(opened)["captured"] == 20)

    until(captured, "both captures")
    for screen in screens:
        update = screen.wait("payment_update", where=lambda data: data["captured"] == 20)[-1]
        assert (update["paymentId"], update["orderId"]) == (
            opened["payment"]["id"],
            opened["payment"]["orderId"],
        )
        assert "payerId" not in update


def test_the_address_of_the_demo_provider_needs_its_setting(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{shop.world.url}/api/webhooks/demo"
    headers = {"Content-Type": "application/json", "Demo-Signature": "t=1,v1=00"}
    assert requests.post(url, b"{}", headers=headers, timeout=30).status_code == 401
    monkeypatch.setitem(shop.app.config, "DEMO_PAYMENTS", False)
    assert requests.post(url, b"{}", headers=headers, timeout=30).status_code == 404


def test_an_export_has_the_payments(shop: Shop) -> None:
    opened = shop.open(shop.thing())
    for person, ids in ((shop.customer, [opened["payment"]["id"]]), (shop.partner, [])):
        exported = person.get("/api/auth/export").json()["data"]["export"]["payments"]
        assert [each["id"] for each in exported] == ids
