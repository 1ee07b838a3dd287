"""Couriers come to the conversation of an order when it is assigned to them, and leave it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from metaia.chat.participants import service as participants
from metaia.core import db
from metaia.core.json import Json
from metaia.orders.chat import service
from tests.deals.conftest import begin
from tests.orders.conftest import Cast
from tests.support import chats
from tests.support.people import Person


def with_conversation(cast: Cast) -> tuple[Json, str]:
    """Return an order with a courier, and its conversation with one message."""
    order = cast.customer.order(partnerId=cast.tailor.id)
    order = cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    conversation = begin(cast.customer, orderId=order["id"])
    chats.send(cast.customer, conversation, "to the first one")
    return order, conversation


def may_write(person: Person, conversation_id: str) -> bool:
    """Return whether a person can send a message."""
    return chats.post(person, conversation_id).status_code == 201


def read(person: Person, conversation_id: str) -> list[str | None]:
    """Return the texts that a person sees."""
    found = chats.history(person, conversation_id)["messages"]
    return [message["text"] for message in found if message["kind"] == "text"]


def test_a_former_courier_hears_nothing_and_the_new_one_sees_nothing_from_before(cast: Cast) -> None:
    """Case 12."""
    order, conversation = with_conversation(cast)
    former, new = cast.courier.socket(), cast.foreign_courier.socket()
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.foreign_courier.id)
    chats.send(cast.customer, conversation, "to the second one")
    (heard,) = new.wait("chat:message", where=lambda message: message["kind"] == "text")
    assert heard["text"] == "to the second one"
    assert [message for message in former.of("chat:message") if message["kind"] == "text"] == []
    assert read(cast.courier, conversation) == ["to the first one"]
    assert read(cast.foreign_courier, conversation) == ["to the second one"]
    assert not may_write(cast.courier, conversation)
    assert may_write(cast.foreign_courier, conversation)


def test_an_assignment_without_a_conversation_changes_nothing_else(cast: Cast) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    order = cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    assert (order["version"], order["deliveryPartnerId"]) == (2, cast.courier.id)
    conversation = begin(cast.courier, orderId=order["id"])
    assert may_write(cast.courier, conversation)


def test_a_courier_leaves_a_day_after_the_delivery(cast: Cast) -> None:
    order, conversation = with_conversation(cast)
    for person, action in ((cast.tailor, "prepare"), (cast.tailor, "ready"), (cast.courier, "dispatch")):
        order = person.act(order, action)
    cast.courier.act(order, "deliver")
    service.remove_couriers()
    assert may_write(cast.courier, conversation)
    with db.transaction():
        day = service.COURIER_STAYS + timedelta(minutes=1)
        values = {"id": order["id"], "day": day}
        db.execute(text("UPDATE order_steps SET at = at - :day WHERE order_id = :id"), values)
    assert service.remove_couriers() == 1
    assert not may_write(cast.courier, conversation)
    assert read(cast.courier, conversation)[0] == "to the first one"
    assert service.remove_couriers() == 0
    assert may_write(cast.customer, conversation)


def test_a_courier_that_cannot_be_removed_does_not_delay_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [with_conversation(cast) for _ in range(2)]
    for order, _ in found:
        cast.customer.act(order, "cancel", reason="changed_mind")
    monkeypatch.setattr(service, "COURIER_STAYS", timedelta())
    real = participants.follow

    def follow(deal_id: str, people: list[str], order_id: str | None = None) -> None:
        if order_id == found[0][0]["id"]:
            raise RuntimeError("a row that cannot be worked off")
        real(deal_id, people, order_id)

    monkeypatch.setattr(participants, "follow", follow)
    assert service.remove_couriers() == 1
    assert [may_write(cast.courier, conversation) for _, conversation in found] == [True, False]


def test_strangers_and_former_couriers_begin_no_conversation_about_an_order(cast: Cast) -> None:
    order = cast.customer.order(partnerId=cast.tailor.id)
    for person in (cast.courier, cast.foreign_customer, cast.foreign_tailor):
        for about in ({"orderId": order["id"]}, {"dealId": order["id"]}):
            assert person.post("/api/chat/conversations", about).status_code == 404
