"""The time of a round: one comparison decides, whether or not the job has been there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.offers import jobs, service
from tests.offers.conftest import Negotiation, act, acted, refusal
from tests.support.offers import set_offer

PAST = timedelta(seconds=-1)


def until(offer: dict[str, str]) -> datetime:
    return datetime.fromisoformat(offer["expiresAt"])


def test_an_offer_ends_with_its_time(deal: Negotiation) -> None:
    screen = deal.buyer.socket()
    offer = deal.make()
    assert abs(until(offer) - now() - timedelta(hours=48)) < timedelta(minutes=5)
    set_offer(offer["id"], expires_at=now() + PAST)
    for person, action, body in (
        (deal.seller, "accept", {}),
        (deal.seller, "counter", {}),
        (deal.seller, "reject", {"reason": "price"}),
        (deal.buyer, "revise", {}),
        (deal.buyer, "withdraw", {}),
    ):
        assert refusal(act(person, offer, action, **body)) == (409, "offer_expired"), action
    read = deal.seller.get(f"/api/offers/{offer['id']}").json()["data"]["offer"]
    assert (read["status"], read["allowedActions"]) == ("pending", [])
    while jobs.expire_overdue():
        pass
    assert service.expire(offer["id"]) is False
    [event] = screen.wait("offer:updated")
    assert (event["status"], event["previousStatus"], event["offer"]["turn"]) == ("expired", "pending", None)
    for version in (offer["version"], event["offer"]["version"]):
        answer = act(deal.seller, {"id": offer["id"], "version": version}, "accept")
        assert refusal(answer) == (409, "offer_expired")
        assert answer.json()["error"]["details"]["status"] == "expired"
    assert refusal(act(deal.buyer, event["offer"], "cancel")) == (403, "forbidden")


def test_an_offer_that_follows_one_ends_it_first(deal: Negotiation) -> None:
    offer = deal.make()
    assert refusal(deal.ask(previousOfferId=offer["id"])) == (409, "illegal_transition")
    set_offer(offer["id"], expires_at=now() + PAST)
    following = deal.make(previousOfferId=offer["id"])
    assert following["dealId"] == offer["dealId"]
    read = deal.seller.get(f"/api/offers/{offer['id']}").json()["data"]["offer"]
    assert read["status"] == "expired"


def test_each_round_has_a_time_of_its_own(deal: Negotiation) -> None:
    offer = deal.make(expiresAt=rfc3339(now() + timedelta(days=89)))
    assert until(offer) > now() + timedelta(days=88)
    countered = acted(deal.seller, offer, "counter", adjustment=0)
    assert until(countered) < now() + timedelta(hours=49)


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_a_time_is_ten_minutes_to_ninety_days_ahead(deal: Negotiation, days: int) -> None:
    answer = deal.ask(expiresAt=rfc3339(now() + timedelta(days=days, minutes=9)))
    assert refusal(answer) == (422, "invalid")
    assert answer.json()["error"]["details"].keys() == {"expiresAt"}


def test_a_date_ends_by_the_clock_of_the_maker(deal: Negotiation) -> None:
    profile = deal.seller.get("/api/auth/me").json()["data"]["user"]
    changed = deal.seller.patch(
        "/api/auth/me", {"timeZone": "Asia/Kolkata", "expectedVersion": profile["version"]}
    )
    assert changed.status_code == 200, changed.text
    day = now().date() + timedelta(days=10)
    deal.make()
    offer = deal.make(deal.seller, validUntil=day.isoformat())
    assert offer["expiresAt"] == f"{day.isoformat()}T18:30:00.000000Z"
    assert refusal(deal.ask(validUntil="2031-01-01")) == (422, "invalid")
    both: Json = {"validUntil": day.isoformat(), "expiresAt": rfc3339(now() + timedelta(days=3))}
    assert refusal(deal.ask(**both)) == (422, "invalid")
