"""Beginning the conversation of a deal: by its people as they are now, and by no other user."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
from flask import Flask
from sqlalchemy import text

from metaia.chat import contexts
from metaia.chat.contexts import Context, Deal
from metaia.core import db
from metaia.core.access.actor import Actor
from tests.chat.conftest import Cast
from tests.support.conversations import URL, Deals, begin, code, read
from tests.support.waiting import until

WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
COUNT = text("SELECT count(*) FROM conversations WHERE deal_id = :deal_id")


def active(conversation: dict[str, object]) -> set[str]:
    """Return the ids of the active participants."""
    people = conversation["participants"]
    assert isinstance(people, list)
    return {each["userId"] for each in people if each["leftAt"] is None}


@pytest.mark.usefixtures("context")
def test_staff_begins_no_conversation_of_a_deal(cast: Cast, deals: Deals) -> None:
    deal_id = deals.make(cast.customer, cast.tailor)
    assert code(cast.support.post(URL, {"orderId": deal_id})) == (403, "not_participant")
    assert db.fetch_value(COUNT, {"deal_id": deal_id}) == 0
    talk = begin(cast.customer, orderId=deal_id)
    assert code(cast.support.post(URL, {"orderId": deal_id})) == (403, "not_participant")
    assert code(cast.support.post(f"{URL}/{talk['id']}/join", {"reason": "A complaint."})) == (200, "")
    assert begin(cast.support, orderId=deal_id)["id"] == talk["id"]


def test_closed_accounts_are_in_no_conversation_of_a_deal(cast: Cast, deals: Deals) -> None:
    deal_id = deals.make(cast.customer, cast.tailor, cast.courier)
    path = f"/api/admin/users/{cast.courier.id}"
    assert code(cast.admin.patch(path, {"active": False, "reason": "Left the company."})) == (200, "")
    parties = {cast.customer.id, cast.tailor.id}
    assert active(begin(cast.customer, orderId=deal_id)) == parties
    assert active(begin(cast.tailor, orderId=deal_id)) == parties  # it exists now, and follows the deal
    assert code(cast.admin.patch(path, {"active": True, "reason": "Came back."})) == (200, "")
    assert active(begin(cast.tailor, orderId=deal_id)) == {*parties, cast.courier.id}


@pytest.mark.parametrize("exists", [False, True])
@pytest.mark.parametrize("reads", [1, 2])
@pytest.mark.usefixtures("context")
def test_a_courier_that_is_assigned_at_the_same_time_takes_part(
    app: Flask, cast: Cast, deals: Deals, monkeypatch: pytest.MonkeyPatch, exists: bool, reads: int
) -> None:
    """The assignment commits after the deal was read `reads` times, or waits for the beginning to end."""
    deal_id = deals.make(cast.customer, cast.tailor, cast.courier)
    if exists:
        begin(cast.customer, orderId=deal_id)
    done: list[Deal | None] = []
    assigned: list[Any] = []

    def assign() -> None:
        with app.app_context():
            deals.follow(deal_id, cast.customer, cast.tailor, cast.second_courier)

    def resolve(actor: Actor, thing_id: str) -> Deal | None:
        found = deals.resolve(actor, thing_id)
        done.append(found)
        if len(done) == reads:
            assigned.append(gevent.spawn(assign))
            until(lambda: assigned[0].ready() or db.fetch_value(WAITING), "assigned, or waiting")
        return found

    monkeypatch.setitem(contexts.CONTEXTS.of(app), contexts.ORDER, Context(resolve))
    talk = begin(cast.customer, orderId=deal_id)["id"]
    [assignment] = assigned
    assignment.get(timeout=60)
    assert active(read(cast.customer, talk)) == {cast.customer.id, cast.tailor.id, cast.second_courier.id}
