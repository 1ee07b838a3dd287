"""The timeline of a deal: the order of the log, pages, and what each entry shows."""

from __future__ import annotations

import pytest

from metaia.core.json import Json
from metaia.realtime.log import store as log_store
from tests.deals.conftest import page, said, timeline
from tests.orders.conftest import Cast
from tests.support.bookings import Shop, act, at
from tests.support.waiting import until


def steps(cast: Cast, count: int = 6) -> Json:
    """Return an order with so many steps, once all of them are in the timeline."""
    order = cast.customer.order(partnerId=cast.tailor.id, paymentMethod="cod")
    order = cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    ways = [
        (cast.tailor, "prepare"),
        (cast.tailor, "ready"),
        (cast.courier, "dispatch"),
        (cast.courier, "deliver"),
    ]
    for person, action in ways[: count - 2]:
        order = person.act(order, action, message=f"I {action} it")
    until(lambda: len(page(cast.customer, order["id"])["data"]["entries"]) >= count)
    return order


def test_entries_are_the_events_in_the_order_of_the_log(cast: Cast) -> None:
    screen = cast.customer.socket()
    order = steps(cast)
    heard = screen.wait("order_update", 7)  # the cash that the courier took is a change too
    entries = timeline(cast.customer, order["id"])
    of_order = [entry for entry in entries if entry["kind"] == "order"]
    assert [(entry["id"], entry["cursor"]) for entry in of_order] == [
        (event["eventId"], event["cursor"]) for event in heard
    ]
    assert said(entries)[:5] == [
        f"order {each}" for each in ("create", "assign", "prepare", "ready", "dispatch")
    ]
    assert sorted(said(entries)[5:]) == ["order deliver", "order payment", "payment completed"]
    assert [event["dealId"] for event in heard] == [order["dealId"]] * 7
    assert {entry["order"]["id"] for entry in of_order} == {order["id"]}
    assert [entry["order"]["status"] for entry in of_order][:4] == [
        "pending",
        "pending",
        "preparing",
        "ready",
    ]


def test_an_entry_shows_the_step_as_it_was_and_who_did_it(cast: Cast) -> None:
    order = steps(cast, 4)
    created, assigned, prepared, _ = timeline(cast.tailor, order["id"])
    assert created["actor"] == {"id": cast.customer.id, "role": "customer", "name": "Asha Rao"}
    assert prepared["actor"]["role"] == "tailor"
    assert prepared["order"] == {
        "id": order["id"], "orderNumber": order["orderNumber"], "status": "preparing", "previousStatus": "pending",
        "deliveryPartnerId": cast.courier.id, "total": 25, "currency": order["currency"], "note": "I prepare it",
        "version": 3,
    }  # fmt: skip
    assert (created["order"]["deliveryPartnerId"], assigned["order"]["deliveryPartnerId"]) == (
        None, cast.courier.id,
    )  # fmt: skip


def test_pages_meet_without_a_gap_in_both_directions(cast: Cast) -> None:
    order = steps(cast)
    whole = page(cast.customer, order["id"])
    entries = whole["data"]["entries"]
    assert whole["meta"] == {
        "firstCursor": entries[0]["cursor"], "lastCursor": entries[-1]["cursor"], "hasBefore": False, "hasAfter": False,
    }  # fmt: skip
    for limit in (1, 2, 3, 7):
        assert timeline(cast.customer, order["id"], limit=limit) == entries, limit
        back, before = list[Json](), None
        while True:
            found = page(cast.customer, order["id"], limit=limit, **({"before": before} if before else {}))
            back = found["data"]["entries"] + back
            before = found["meta"]["firstCursor"]
            if not found["meta"]["hasBefore"]:
                break
        assert back == entries, limit
    for number, entry in enumerate(entries):
        assert (
            page(cast.customer, order["id"], after=entry["cursor"])["data"]["entries"]
            == entries[number + 1 :]
        )
        assert page(cast.customer, order["id"], before=entry["cursor"])["data"]["entries"] == entries[:number]


def test_a_client_goes_on_with_the_cursor_of_any_event(cast: Cast) -> None:
    order = steps(cast, 3)
    screen = cast.customer.socket()
    cast.customer.order()  # of another deal
    cursor = screen.wait("order_update")[0]["cursor"]
    assert page(cast.customer, order["id"], after=cursor)["data"]["entries"] == []
    cast.tailor.act(order, "ready")
    until(lambda: said(page(cast.customer, order["id"], after=cursor)["data"]["entries"]) == ["order ready"])


def test_kinds_are_chosen(cast: Cast) -> None:
    order = steps(cast)
    chosen = timeline(cast.customer, order["id"], kinds="payment,booking", limit=1)
    assert said(chosen) == ["payment completed"]
    assert chosen[0]["payment"]["dealId"] == order["id"]
    empty = page(cast.customer, order["id"], kinds="tracking")
    assert empty["data"]["entries"] == []
    assert empty["meta"] == {"firstCursor": None, "lastCursor": None, "hasBefore": False, "hasAfter": False}


@pytest.mark.parametrize(
    "query",
    [
        {"before": "x"}, {"after": "0.0"}, {"after": "x" * 600}, {"before": "a.1", "after": "a.1"}, {"kinds": "money"},
        {"kinds": ""}, {"limit": 0}, {"limit": 101}, {"after": "\x00"}, {"before": "9" * 30},
    ],
)  # fmt: skip
def test_bad_queries(cast: Cast, query: Json) -> None:
    order = cast.customer.order()
    answer = cast.customer.get(f"/api/deals/{order['id']}/timeline", params=query)
    assert answer.status_code == 422, answer.text


def test_a_cursor_of_the_future_is_none(cast: Cast) -> None:
    order, head = steps(cast, 2), log_store.head()
    query = {"after": head.cursor(head.position + 10_000)}
    assert cast.customer.get(f"/api/deals/{order['id']}/timeline", params=query).status_code == 422


def test_the_timeline_of_a_booking(cast: Cast) -> None:
    shop = Shop(cast.tailor, confirmation="request")
    screen = cast.customer.socket()
    booking = shop.book(cast.customer)
    booking = act(cast.tailor, booking, "confirm", message="Welcome.")
    act(cast.customer, booking, "move", startsAt=at(9).isoformat())
    heard = screen.wait("booking-status-update", 3)
    assert {event["dealId"] for event in heard} == {booking["id"]}
    until(lambda: len(page(cast.customer, booking["id"])["data"]["entries"]) == 3)
    for person in (cast.customer, cast.tailor):
        entries = timeline(person, booking["id"])
        assert said(entries) == ["booking book", "booking confirm", f"booking {heard[2]['action']}"]
        assert [entry["id"] for entry in entries] == [event["eventId"] for event in heard]
        assert (entries[1]["booking"]["status"], entries[1]["booking"]["note"]) == ("confirmed", "Welcome.")


def test_a_courier_sees_the_order_while_it_is_assigned(cast: Cast) -> None:
    order = steps(cast)
    assert {entry["kind"] for entry in timeline(cast.courier, order["id"])} == {"order"}
    assert timeline(cast.courier, order["id"], kinds="payment,offer") == []
    order = cast.customer.order(partnerId=cast.tailor.id)
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.foreign_courier.id)
    assert cast.courier.get(f"/api/deals/{order['id']}/timeline").status_code == 403
    assert cast.foreign_courier.get(f"/api/deals/{order['id']}/timeline").status_code == 200


def test_what_nobody_did_was_done_by_the_system(cast: Cast) -> None:
    order = steps(cast)
    paid = [entry for entry in timeline(cast.customer, order["id"]) if entry["action"] == "payment"]
    assert [entry["actor"] for entry in paid] == [{"id": None, "role": "system", "name": None}]
