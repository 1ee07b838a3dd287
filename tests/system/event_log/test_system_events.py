"""The log under /api/system: newest last, forwards and backwards, without personal data unless asked for."""

from __future__ import annotations

from typing import Any

import pytest

from metaia.realtime.log import search
from metaia.system.event_log.policy import HIDDEN, without_personal
from tests.support.people import Person, World
from tests.support.waiting import until

Json = dict[str, Any]
PATH = "/api/system/events"
NAME = "Asha Wanted"


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


@pytest.fixture
def order(world: World) -> Json:
    """Give an order with three events, all in the log."""
    customer, tailor = world.person(name=NAME), world.person("tailor")
    screen = customer.socket()
    order = customer.order(partnerId=tailor.id)
    tailor.act(order, "accept")
    order = tailor.act(order, "prepare")
    screen.wait("order_update", 3)
    screen.close()
    return order


def listed(admin: Person, **filters: Any) -> Json:
    answer = admin.get(PATH, params=filters)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def statuses(page: Json) -> list[str]:
    return [event["payload"]["status"] for event in page["data"]["events"]]


def about(order: Json) -> Json:
    return {"subject": f"order-{order['id']}", "type": "order_update"}


def test_the_newest_event_is_last(admin: Person, order: Json) -> None:
    assert statuses(listed(admin, **about(order))) == ["pending", "accepted", "preparing"]
    assert statuses(listed(admin, **about(order), limit=2)) == ["accepted", "preparing"]


def test_pages_go_forwards_from_a_cursor_and_back(admin: Person, order: Json) -> None:
    newest = listed(admin, **about(order), limit=1)
    earlier = listed(admin, **about(order), limit=2, before=newest["meta"]["previousCursor"])
    assert statuses(earlier) == ["pending", "accepted"]
    first = earlier["data"]["events"][0]["cursor"]
    forwards = listed(admin, **about(order), limit=1, after=first)
    assert statuses(forwards) == ["accepted"]
    rest = listed(admin, **about(order), after=forwards["meta"]["nextCursor"])
    assert statuses(rest) == ["preparing"]
    assert statuses(listed(admin, **about(order), after=rest["meta"]["nextCursor"])) == []


def test_the_end_of_the_log_has_a_next_cursor(admin: Person, world: World, order: Json) -> None:
    cursor = listed(admin, **about(order))["meta"]["nextCursor"]
    person = world.person()
    person.post("/api/auth/logout")

    def next_ones() -> list[Json]:
        found: list[Json] = listed(admin, after=cursor, room=f"user-{person.id}")["data"]["events"]
        return found

    until(lambda: "session.ended" in {event["type"] for event in next_ones()}, "it follows the cursor")


def test_a_forward_page_examines_a_part_of_the_log(
    admin: Person, order: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = listed(admin, **about(order))["data"]["events"][0]["cursor"]
    monkeypatch.setattr(search, "MOST_EXAMINED", 1)
    found: list[str] = []
    cursor, pages = first, 0
    while len(found) < 2:
        page = listed(admin, **about(order), after=cursor)
        found, cursor, pages = found + statuses(page), page["meta"]["nextCursor"], pages + 1
    assert found == ["accepted", "preparing"]
    assert pages >= 2


@pytest.mark.parametrize("filters", [{"actorId": "{partnerId}"}, {"room": "user-{partnerId}"}])
def test_filters(admin: Person, order: Json, filters: dict[str, str]) -> None:
    given = {name: value.format_map(order) for name, value in filters.items()}
    found = statuses(listed(admin, **about(order), **given))
    assert found[-2:] == ["accepted", "preparing"]


def test_personal_fields_are_hidden_and_ids_are_not(admin: Person, order: Json) -> None:
    page = listed(admin, subject=f"order-{order['id']}", type="order.created")
    (event,) = page["data"]["events"]
    assert NAME not in str(page)
    assert event["payload"]["order"]["id"] == order["id"]
    assert event["payload"]["order"]["customerId"] == order["customerId"]
    assert event["payload"]["order"]["items"][0]["name"] == HIDDEN
    old = admin.get("/api/admin/events", params={"subject": f"order-{order['id']}"}).json()
    assert NAME not in str(old)


def test_a_reveal_needs_a_reason_and_is_audited(admin: Person, order: Json) -> None:
    subject = f"order-{order['id']}"
    filters = {"subject": subject, "type": "order.created", "reveal": "true"}
    refused = admin.get(PATH, params=filters)
    assert (refused.status_code, list(refused.json()["error"]["details"])) == (422, ["reason"])
    page = listed(admin, **filters, reason="A customer asks what we recorded.")
    assert page["data"]["events"][0]["payload"]["order"]["items"][0]["name"] != HIDDEN
    entries = admin.get("/api/admin/audit", params={"subject": subject, "action": "events.revealed"})
    (entry,) = entries.json()["data"]["entries"]
    assert entry["actorId"] == admin.id
    assert entry["after"]["reason"] == "A customer asks what we recorded."
    assert entry["after"]["filters"] == {"subject": subject, "type": "order.created"}
    assert entry["after"]["events"] == 1


@pytest.mark.parametrize(
    "query",
    [
        *(
            "limit=0",
            "limit=101",
            "after=garbage",
            "before=garbage",
            "after=a.1&before=a.1",
            "subject=",
            "q=x",
        ),
        *("room=%00", "reveal=maybe", "reveal=true", "reveal=true&reason=ab", "cursor=x", "actor=x"),
        "from=yesterday",
    ],
)
def test_bad_filters_are_refused(admin: Person, query: str) -> None:
    assert admin.get(f"{PATH}?{query}").status_code == 422


def test_the_types_are_those_of_the_catalogue(admin: Person) -> None:
    types = admin.get(f"{PATH}/types").json()["data"]["types"]
    assert [one["type"] for one in types] == sorted(one["type"] for one in types)
    created = next(one for one in types if one["type"] == "order.created")
    assert created["wire"] == "order_update"
    assert "orderId" in created["properties"]
    assert len(types) >= 20


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"id": "x", "status": "open"}, {"id": "x", "status": "open"}),
        ({"businessName": "Rao", "total": 12.5}, {"businessName": HIDDEN, "total": 12.5}),
        ({"lat": 19.07, "paid": True}, {"lat": HIDDEN, "paid": True}),
        ({"customerInfo": {"id": "x", "age": 3}}, {"customerInfo": {"id": HIDDEN, "age": HIDDEN}}),
        ({"message": {"id": "x", "text": "hi"}}, {"message": {"id": "x", "text": HIDDEN}}),
        ({"who": "two words", "n": None}, {"who": HIDDEN, "n": None}),
        ({"contact": "+919876543210", "other": "+919876543210"}, {"contact": HIDDEN, "other": HIDDEN}),
        ({"mail": "asha@example.com"}, {"mail": HIDDEN}),
        (
            {"at": "2026-11-01T18:30:00.123Z", "currency": "INR"},
            {"at": "2026-11-01T18:30:00.123Z", "currency": "INR"},
        ),
        ({"items": [{"name": "Suit", "quantity": 1}]}, {"items": [{"name": HIDDEN, "quantity": 1}]}),
        ({"notes": ["a", "b"]}, {"notes": [HIDDEN, HIDDEN]}),
    ],
)
def test_what_is_personal(payload: Json, expected: Json) -> None:
    assert without_personal(payload) == expected
