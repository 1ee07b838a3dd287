"""Figures of reviews for partners, and of satisfaction for staff."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from tests.reviews.conftest import Visit, refusal
from tests.support.bookings import insert_booking
from tests.support.people import Person, World


def between(days: int = 30) -> Json:
    return {"from": rfc3339(now() - timedelta(days=days)), "to": rfc3339(now() + timedelta(days=1))}


def stats(person: Person, **query: str) -> Json:
    answer = person.get("/api/reviews/stats", params=between() | query)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]
    return found


def test_a_partner_reads_figures_of_its_own(world: World, visit: Visit) -> None:
    nothing = stats(visit.partner)
    assert nothing["total"]["count"] == 0
    assert [nothing["total"][name] for name in ("average", "csat", "responseRate", "reviewRate")] == [
        None
    ] * 4
    assert nothing["periods"] == []
    made = [visit.write(visit.of_partner(stars)) for stars in (5, 4, 1)]
    for _ in range(3):
        visit.order(status="delivered")
    visit.order(status="cancelled")
    booking_id = insert_booking(visit.customer.id, visit.partner.id, "complete", proposed_by="partner")
    visit.partner.patch(f"/api/bookings/{booking_id}/complete")
    visit.partner.put(f"/api/reviews/{made[2]['id']}/reply", {"text": "Sorry."})
    with db.transaction():
        late = "UPDATE reviews SET replied_at = created_at + interval '3 hours' WHERE id = :id"
        db.execute(text(late), {"id": made[2]["id"]})
    visit.customer.delete(f"/api/reviews/{visit.write(visit.of_partner(1))['id']}")
    total = stats(visit.partner)["total"]
    assert (total["count"], total["average"], total["csat"]) == (3, 3.33, 0.6667)
    assert (total["responseRate"], total["medianReplyHours"]) == (0.3333, 3.0)
    assert total["reviewRate"] == 0.375  # 3 of 7 orders and a booking
    periods = stats(visit.partner, groupBy="month")["periods"]
    assert sum(period["count"] for period in periods) == 3
    support = world.staff("support")
    assert stats(support, partnerId=visit.partner.id)["total"] == total
    assert stats(support)["total"]["count"] >= 3
    foreign = world.person("tailor")
    assert stats(foreign)["total"]["count"] == 0
    for person, query in (
        (foreign, {"partnerId": visit.partner.id}),
        (visit.customer, {}),
        (visit.courier, {}),
    ):
        assert refusal(person.get("/api/reviews/stats", params=between() | query)) == (403, "forbidden")
    for wrong in ({}, between(500), between() | {"groupBy": "hour"}, between() | {"partnerId": ""}):
        assert visit.partner.get("/api/reviews/stats", params=wrong).status_code == 422


def test_staff_compares_the_satisfaction_with_partners(world: World, visit: Visit) -> None:
    visit.write(visit.of_partner(5))
    for status, values in (
        ("completed", {"estimated_time": 30}),
        ("delivered", {"estimated_time": 0}),
        ("rejected", {}),
    ):
        promised(visit.order(status=status, **values))
    support = world.staff("support")
    found: list[Json] = []
    query = between() | {"sort": "-cancelledShare", "limit": 100}
    while True:
        page = support.get("/api/admin/satisfaction", params=query).json()
        found += page["data"]["partners"]
        if not page["meta"]["nextCursor"]:
            break
        query["cursor"] = page["meta"]["nextCursor"]
    shares = [each["cancelledShare"] for each in found]
    assert shares == sorted(shares, reverse=True)
    [own] = [each for each in found if each["partnerId"] == visit.partner.id]
    assert own == {
        "partnerId": visit.partner.id, "name": "Tailor Person", "orders": 4, "cancelledShare": 0.25, "lateShare": 0.5,
        "count": 1, "average": 5.0, "csat": 1.0,
    }  # fmt: skip
    assert refusal(visit.partner.get("/api/admin/satisfaction", params=between())) == (403, "forbidden")


def promised(order_id: str) -> None:
    """Let the order be accepted ten minutes before its end."""
    accepted = """
        INSERT INTO order_steps (order_id, version, action, status, actor_role, after, at)
        SELECT id, 3, 'accept', 'accepted', 'tailor', '{}', created_at - interval '10 minutes'
        FROM orders WHERE id = :id
    """
    with db.transaction():
        db.execute(text(accepted), {"id": order_id})
