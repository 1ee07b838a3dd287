"""Lists of offers, the search, limits, many at once, and what each side is notified of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.times import now
from metaia.offers.analytics import service as analytics
from metaia.offers.limits import service as limits
from metaia.offers.policy import MOST_ROUNDS
from tests.offers.conftest import ITEMS, Negotiation, act, acted, refusal
from tests.support.offers import insert_offer, set_offer
from tests.support.people import Person, World


def listed(person: Person, path: str = "/api/offers", **query: Any) -> list[str]:
    """Return the ids of the offers in a list."""
    answer = person.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return [offer["id"] for offer in answer.json()["data"]["offers"]]


def test_each_filter_selects(world: World, deal: Negotiation) -> None:
    first = deal.make(total=100)
    second = acted(deal.seller, deal.make(total=300), "counter", adjustment=0)
    unpriced = deal.make(items=[{"name": "कुर्ता", "quantity": 1}])
    ended = acted(deal.buyer, deal.make(total=200), "withdraw")
    other = insert_offer(deal.seller.id, world.person().id)
    everything = [each["id"] for each in (ended, unpriced, second, first)]
    assert listed(deal.buyer) == everything
    assert listed(deal.seller) == [other.id, *everything]
    assert listed(deal.seller, turn="mine") == [other.id, unpriced["id"], first["id"]]
    assert listed(deal.buyer, turn="mine") == [second["id"]]
    assert listed(deal.seller, status="countered,withdrawn") == [ended["id"], second["id"]]
    assert listed(deal.seller, **{"as": "buyer"}) == []
    assert listed(deal.seller, counterpartyId=deal.buyer.id) == everything
    assert listed(deal.seller, dealId=first["dealId"]) == [first["id"]]
    assert listed(deal.buyer, createdFrom=second["createdAt"]) == everything[:3]
    assert listed(deal.buyer, createdTo=second["createdAt"]) == everything[3:]
    assert listed(deal.buyer, q="कुर्ता") == [unpriced["id"]]
    assert listed(deal.buyer, q=first["offerNumber"]) == [first["id"]]
    by_total = [unpriced["id"], first["id"], ended["id"], second["id"]]
    assert listed(deal.buyer, sort="total") == by_total
    assert listed(deal.buyer, sort="-total") == by_total[::-1]
    assert listed(world.person()) == []
    staff = world.staff("support")
    assert listed(staff, "/api/admin/offers", sellerId=deal.seller.id, buyerId=deal.buyer.id) == everything


def test_pages_of_offers_without_a_total_meet(deal: Negotiation) -> None:
    offers = [deal.make(items=[{"name": "Suit", "quantity": 1, **price}]) for price in ({}, {"price": 1}, {})]
    for sort in ("total", "-total", "-expiresAt", "updatedAt"):
        found: list[str] = []
        query: Json = {"limit": 1, "sort": sort}
        while True:
            answer = deal.buyer.get("/api/offers", params=query).json()
            found += [offer["id"] for offer in answer["data"]["offers"]]
            query["cursor"] = answer["meta"]["nextCursor"]
            if query["cursor"] is None:
                break
        assert sorted(found) == sorted(offer["id"] for offer in offers), sort


def test_many_offers_are_ended_one_by_one(deal: Negotiation) -> None:
    mine, gone = deal.make(), acted(deal.buyer, deal.make(), "withdraw")
    ids = [mine["id"], gone["id"], "00000000-0000-4000-8000-000000000000"]
    answer = deal.seller.post(
        "/api/offers/bulk", {"action": "reject", "ids": ids}, headers={"Idempotency-Key": "1"}
    )
    data = answer.json()["data"]
    by_id = {each["id"]: each.get("error", {}).get("code", each["ok"]) for each in data["results"]}
    assert by_id == {ids[0]: True, ids[1]: "illegal_transition", ids[2]: "not_found"}
    assert data["changed"] == 1
    assert deal.buyer.get(f"/api/offers/{mine['id']}").json()["data"]["offer"]["rejectReason"] == "other"


def test_limits(monkeypatch: pytest.MonkeyPatch, deal: Negotiation) -> None:
    monkeypatch.setattr(limits, "MOST_OF_A_PAIR", 1)
    offer = deal.make()
    for maker in (deal.buyer, deal.seller):
        answer = deal.ask(maker)
        assert refusal(answer) == (429, "limit_reached")
        assert answer.json()["error"]["details"] == {"limit": "openOfPair", "most": 1}
    monkeypatch.setattr(limits, "MOST_OPEN", 1)
    other = deal.world.person("vendor")
    body = {"recipientId": other.id, "items": ITEMS}
    assert deal.buyer.post("/api/offers", body).json()["error"]["details"] == {"limit": "open", "most": 1}
    set_offer(offer["id"], round=MOST_ROUNDS)
    read = deal.seller.get(f"/api/offers/{offer['id']}").json()["data"]["offer"]
    assert read["allowedActions"] == ["accept", "reject"]
    assert refusal(act(deal.seller, offer, "counter")) == (409, "too_many_rounds")
    assert refusal(act(deal.buyer, offer, "revise")) == (409, "too_many_rounds")
    assert acted(deal.seller, offer, "accept")["status"] == "accepted"


def test_admins_end_offers_and_support_reads_them(world: World, deal: Negotiation) -> None:
    offer = deal.make()
    support, admin = world.staff("support"), world.staff("admin")
    assert support.get(f"/api/offers/{offer['id']}").json()["data"]["offer"]["allowedActions"] == []
    assert refusal(act(support, offer, "cancel")) == (403, "forbidden")
    assert refusal(act(admin, offer, "accept")) == (403, "forbidden")
    assert refusal(act(deal.buyer, offer, "cancel")) == (403, "forbidden")
    assert acted(admin, offer, "cancel", message="A duplicate.")["status"] == "cancelled"
    entries = world.staff("super_admin").get("/api/admin/audit", params={"action": "offer.cancel"})
    assert f"offer-{offer['id']}" in entries.text
    stranger = world.person()
    for path in (f"/api/offers/{offer['id']}", f"/api/offers/{offer['id']}/history"):
        assert refusal(stranger.get(path)) == (403, "forbidden")


def test_the_other_side_is_notified(deal: Negotiation) -> None:
    buyer, seller = deal.buyer.socket(), deal.seller.socket()
    offer = deal.make(items=[{"name": "Suit", "quantity": 1}])
    offer = acted(deal.seller, offer, "counter", items=ITEMS)
    offer = acted(deal.seller, offer, "revise", adjustment=-400)
    offer = acted(deal.buyer, offer, "accept")
    third = deal.make()
    acted(deal.buyer, third, "withdraw")
    seller.wait("new_notification", 4)
    buyer.wait("new_notification", 2)
    assert [each["type"] for each in seller.of("new_notification")] == [
        "offer_new", "offer_accepted", "offer_new", "offer_withdrawn",
    ]  # fmt: skip
    assert [each["type"] for each in buyer.of("new_notification")] == ["offer_countered", "offer_revised"]
    request, accepted = seller.of("new_notification")[:2]
    assert request["message"] == f"Request {offer['offerNumber']} is waiting for your price."
    assert f"it is order {offer['orderNumber']} over 12000.00 INR" in accepted["message"]


def test_offers_are_made_and_answered_over_a_socket(deal: Negotiation) -> None:
    buyer, seller = deal.buyer.socket(), deal.seller.socket()
    body = {"recipientId": deal.seller.id, "items": ITEMS, "commandId": "one"}
    made = [buyer.ask("offer:create", body)["data"]["offer"] for _ in range(2)]
    assert made[0] == made[1]
    offer = made[0]
    refused = buyer.ask("offer:create", body | {"total": 5})
    assert refused["error"]["code"] == "idempotency_mismatch"
    answer = {"offerId": offer["id"], "action": "accept", "expectedVersion": 1}
    for wrong in (
        {"offerId": offer["id"], "action": "accept"},
        answer | {"reason": "price"},
        answer | {"action": "reject"},
        answer | {"total": 1},
        answer | {"action": "cancel"},
    ):
        assert seller.ask("offer:respond", wrong)["error"]["code"] == "invalid", wrong
    stale = seller.ask("offer:respond", answer | {"expectedVersion": 2})["error"]
    assert (stale["code"], stale["details"]["offer"]["version"]) == ("stale_version", 1)
    replies = [seller.ask("offer:respond", answer | {"commandId": "two"})["data"] for _ in range(2)]
    assert replies[0] == replies[1]
    assert replies[0]["order"]["id"] == replies[0]["offer"]["orderId"]


@pytest.mark.parametrize(
    ("unit", "period"), [("day", "2026-06-01"), ("week", "2026-06-01"), ("month", "2026-06-01")]
)
def test_periods_are_those_of_utc_in_sessions_of_all_zones(
    app: Flask, deal: Negotiation, unit: str, period: str
) -> None:
    moment = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)
    set_offer(insert_offer(deal.seller.id, deal.buyer.id).id, created_at=moment)
    query: Json = {
        "from_": moment - timedelta(days=1), "to": moment + timedelta(days=1), "group_by": unit, "currency": None,
        "partner_id": None,
    }  # fmt: skip
    with app.app_context(), db.transaction():
        db.execute(text("SET LOCAL TimeZone = 'America/New_York'"))
        found = analytics.figures(Actor(deal.seller.id, "tailor", "", 0), query)
    assert [(each["period"], each["offers"]) for each in found["periods"]] == [(period, 1)]


def test_figures_count_each_currency_by_itself(world: World, deal: Negotiation) -> None:
    moment = now()
    times: Json = {
        "created_at": moment - timedelta(days=1),
        "answered_at": moment - timedelta(days=1) + timedelta(minutes=12),
    }
    done: dict[str, Any] = {"status": "accepted", "order_number": "M1", **times}
    for number, values in enumerate((
        done | {"total": 100_000, "first_total": 200_000, "round": 3},
        done | {"total": 5_000, "first_total": 5_000, "currency": "JPY"},
        {"status": "rejected", "reject_reason": "price", **times},
        {"status": "cancelled", **times},
        times,
        {"created_at": moment - timedelta(days=40)},
    )):  # fmt: skip
        order = {"order_id": f"00000000-0000-4000-8000-{moment.microsecond:06d}{number:06d}"}
        accepted = order if values.get("status") == "accepted" else {}
        set_offer(insert_offer(deal.seller.id, deal.buyer.id).id, **values | accepted)
    query = {"from": (moment - timedelta(days=30)).isoformat(), "to": moment.isoformat(), "groupBy": "month"}
    data = deal.seller.get("/api/offers/analytics", params=query).json()["data"]
    total = data["total"]
    assert total["byStatus"] == {"accepted": 2, "rejected": 1, "cancelled": 1, "pending": 1}
    assert (total["offers"], total["conversion"], total["acceptedOfCreated"]) == (5, 0.6667, 0.4)
    assert total["value"] == {"INR": 1000, "JPY": 5000}
    assert (total["medianAnswerMinutes"], total["roundsToDeal"], total["medianFinalToFirst"]) == (12, 2, 0.75)
    assert total["rejectReasons"] == {"price": 1}
    assert sum(each["offers"] for each in data["periods"]) == 5
    of_staff = world.staff("support").get(
        "/api/offers/analytics", params=query | {"partnerId": deal.seller.id}
    )
    assert of_staff.json()["data"]["total"] == total
    yen = deal.buyer.get("/api/offers/analytics", params=query | {"currency": "JPY"}).json()["data"]["total"]
    assert (yen["offers"], yen["value"]) == (1, {"JPY": 5000})
    assert (
        refusal(deal.buyer.get("/api/offers/analytics", params=query | {"partnerId": deal.seller.id}))[0]
        == 403
    )
    assert (
        refusal(deal.buyer.get("/api/offers/analytics", params=query | {"from": "2024-01-01T00:00:00Z"}))[0]
        == 422
    )
