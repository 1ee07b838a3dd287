"""Admins read the event log: all events, newest first, by any of its columns."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from metaia.core.ids import new_id
from metaia.realtime.log import search
from tests.support.people import Person, World
from tests.support.waiting import until

Json = dict[str, Any]


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff("admin")


@pytest.fixture
def order(world: World) -> Json:
    """Give an order with three events, all in the log."""
    customer, tailor = world.person(), world.person("tailor")
    screen = customer.socket()
    order = customer.order(partnerId=tailor.id)
    tailor.act(order, "accept")
    order = tailor.act(order, "prepare")
    screen.wait("order_update", 3)
    screen.close()
    return order


def listed(admin: Person, **filters: Any) -> Json:
    answer = admin.get("/api/admin/events", params=filters)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def events(admin: Person, **filters: Any) -> list[Json]:
    found: list[Json] = listed(admin, **filters)["data"]["events"]
    return found


def statuses(found: list[Json]) -> list[str]:
    return [event["payload"]["status"] for event in found]


def test_an_event_is_shown_as_it_was_recorded(admin: Person, order: Json) -> None:
    found = events(admin, subject=f"order-{order['id']}", type="order_update")
    assert statuses(found) == ["preparing", "accepted", "pending"]
    newest = found[0]
    assert newest["type"] == "order.updated"
    assert newest["wire"] == "order_update"
    assert newest["actor"] == order["partnerId"]
    assert newest["payload"]["order"]["version"] == 3
    assert "allowedActions" not in newest["payload"]["order"]
    rooms = {f"order-{order['id']}", f"user-{order['customerId']}", f"user-{order['partnerId']}"}
    assert set(newest["rooms"]) == rooms | {"admin-room", "super_admin-room", "support-room"}


@pytest.mark.parametrize(
    ("extra", "found"),
    [
        ({"type": "order.updated"}, ["preparing", "accepted"]),
        ({"type": "order.created"}, ["pending"]),
        ({"type": "order_update"}, ["preparing", "accepted", "pending"]),
        ({"type": "unknown"}, []),
        ({"room": "order-{id}"}, ["preparing", "accepted", "pending"]),
        ({"room": "user-{customerId}", "type": "order.created"}, ["pending"]),
        ({"actor": "{partnerId}"}, ["preparing", "accepted"]),
        ({"requestId": "unknown"}, []),
        ({"from": "{createdAt}"}, ["preparing", "accepted", "pending"]),
        ({"from": "{updatedAt}"}, ["preparing"]),
        ({"to": "{updatedAt}"}, ["accepted", "pending"]),
        ({"from": "2190-01-01T00:00:00Z"}, []),
        ({"to": "1980-01-01T00:00:00Z"}, []),
    ],
)
def test_filters(admin: Person, order: Json, extra: dict[str, str], found: list[str]) -> None:
    # An event is recorded just after its order's `updatedAt`.
    given = {"type": "order_update"} | {name: value.format_map(order) for name, value in extra.items()}
    assert statuses(events(admin, subject=f"order-{order['id']}", **given)) == found


def test_the_events_of_one_request(admin: Person, world: World) -> None:
    customer, request_id = world.person(), new_id()
    screen = customer.socket()
    placed = customer.post(
        "/api/orders",
        {"items": [{"name": "Suit", "quantity": 1, "price": 1}]},
        headers={"X-Request-ID": request_id},
    )
    screen.wait("new_notification")
    found = until(
        lambda: len(all_of := events(admin, requestId=request_id)) > 1 and all_of, "all are in the log"
    )
    assert {event["requestId"] for event in found} == {request_id}
    assert {"order.created", "notification.created"} <= {event["type"] for event in found}
    assert placed.headers["X-Request-ID"] == request_id


def test_pages_follow_each_other_to_older_events(admin: Person, order: Json) -> None:
    about = {"subject": f"order-{order['id']}", "type": "order_update"}
    first = listed(admin, **about, limit=2)
    second = listed(admin, **about, limit=2, cursor=first["meta"]["nextCursor"])
    found = first["data"]["events"] + second["data"]["events"]
    assert statuses(found) == ["preparing", "accepted", "pending"]
    before = events(admin, **about, cursor=found[1]["cursor"])
    assert statuses(before) == ["pending"]


@pytest.mark.parametrize("by_room", [False, True])
def test_a_page_examines_a_part_of_the_log(
    admin: Person, order: Json, monkeypatch: pytest.MonkeyPatch, by_room: bool
) -> None:
    monkeypatch.setattr(search, "MOST_EXAMINED", 1)
    monkeypatch.setattr(search, "MOST_OF_ROOM", 1)
    filters = {"room": f"user-{order['customerId']}"} if by_room else {"subject": f"order-{order['id']}"}
    found: list[Json] = []
    page = listed(admin, **filters)
    pages = 1
    while len(found := found + page["data"]["events"]) < 3 and page["meta"]["nextCursor"]:
        assert len(page["data"]["events"]) <= 1
        page = listed(admin, **filters, cursor=page["meta"]["nextCursor"])
        pages += 1
    assert len(found) == 3
    assert pages >= 3


def test_the_end_of_the_log_has_no_next_page(admin: Person, order: Json) -> None:
    assert listed(admin, room=f"order-{order['id']}")["meta"]["nextCursor"] is None
    late = datetime.fromisoformat(order["updatedAt"]) + timedelta(days=1)
    assert listed(admin, **{"from": late.isoformat()})["meta"]["nextCursor"] is None


@pytest.mark.parametrize("cursor", ["garbage", "00000000.1", "a.b.c", "x" * 512])
def test_a_foreign_cursor_is_refused(admin: Person, cursor: str) -> None:
    answer = admin.get("/api/admin/events", params={"cursor": cursor})
    assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, ["cursor"])


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "from=yesterday", "to=9999-01-01T00:00:00Z", "subject=", "q=x", "room=%00"],
)
def test_bad_filters_are_refused(admin: Person, query: str) -> None:
    assert admin.get(f"/api/admin/events?{query}").status_code == 422


def test_an_event_that_no_client_gets_is_shown_too(admin: Person, world: World) -> None:
    person = world.person()
    person.post("/api/auth/logout")
    found = until(lambda: events(admin, type="session.ended", room=f"user-{person.id}"), "it is in the log")
    assert (found[0]["wire"], found[0]["payload"]["because"]) == (None, "logout")
