"""Figures about chat: a partner's own, and those of all for admins."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from metaia.chat.models import MessageRow
from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now
from tests.support import chats as chat
from tests.support.people import Person, World

DAY = datetime.fromisoformat("2026-03-03T06:00:00+00:00")  # a Tuesday
QUERY = {"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}


def figures(person: Person, path: str = "/api/chat/analytics", **query: Any) -> Json:
    answer = person.get(path, params=QUERY | query)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]
    return found


def opened(at: datetime, *people: Person, **values: Any) -> str:
    talk = chat.conversation(*people)
    chat.change(talk, created_at=at, **values)
    return talk


def said(talk: str, sender: Person, seq: int, at: datetime, response: int | None = None) -> None:
    message_id = chat.insert_message(talk, sender, seq)
    with db.transaction():
        own = update(MessageRow).where(MessageRow.id == message_id)
        db.execute(own.values(created_at=at, response_seconds=response))


@pytest.fixture
def tailor(world: World) -> Person:
    return world.person("tailor")


@pytest.fixture
def month(world: World, tailor: Person) -> Person:
    """Give a customer that has talked to the tailor on two days, as another one has."""
    customer, other = world.person(), world.person()
    first = opened(DAY, customer, tailor)
    said(first, customer, 1, DAY)
    said(first, tailor, 2, DAY + timedelta(seconds=100), 100)
    said(first, customer, 3, DAY + timedelta(days=7))
    said(first, tailor, 4, DAY + timedelta(days=7, seconds=900), 900)
    waiting = DAY + timedelta(days=1)
    second = opened(waiting, other, tailor, waiting_for=tailor.id, waiting_since=waiting)
    said(second, other, 1, waiting)
    opened(DAY - timedelta(days=60), world.person(), tailor)
    return customer


def test_conversations_messages_and_response_times_are_counted(tailor: Person, month: Person) -> None:
    found = figures(tailor, groupBy="week")
    assert found["total"] == {
        "period": None,
        "opened": 2,
        "active": 2,
        "messagesIn": 3,
        "messagesOut": 2,
        "firstResponses": {"number": 1, "median": 100.0, "p90": 100.0, "withinFiveMinutes": 1.0},
        "responses": {"number": 2, "median": 500.0, "p90": 820.0, "withinFiveMinutes": 0.5},
        "unanswered": 1,
    }
    assert [each["period"] for each in found["periods"]] == ["2026-03-02", "2026-03-09"]
    first, second = found["periods"]
    assert (first["opened"], first["active"], first["messagesIn"], first["unanswered"]) == (2, 2, 2, 1)
    assert (second["opened"], second["messagesOut"], second["firstResponses"]["number"]) == (0, 1, 0)
    days = figures(tailor)["periods"]
    assert [each["period"] for each in days] == ["2026-03-03", "2026-03-04", "2026-03-10"]


def test_what_others_said_is_not_ones_own(world: World, month: Person) -> None:
    none = {"number": 0, "median": None, "p90": None, "withinFiveMinutes": None}
    nothing = dict.fromkeys(("opened", "active", "messagesIn", "messagesOut", "unanswered"), 0)
    found = figures(world.person("vendor"))
    assert found["total"] == {"period": None, "firstResponses": none, "responses": none} | nothing
    assert found["periods"] == []


def test_admins_see_all_or_one(world: World, tailor: Person, month: Person) -> None:
    admin, path = world.staff("admin"), "/api/admin/chat/analytics"
    assert figures(admin, path, userId=tailor.id) == figures(tailor)
    total = figures(admin, path)["total"]
    assert total["opened"] >= 2
    assert total["messagesIn"] >= 3
    assert total["unanswered"] >= 1


def test_groups_do_not_count(world: World, tailor: Person) -> None:
    talk = chat.conversation(tailor, world.person("vendor"), kind="group", owner=tailor)
    chat.send(tailor, talk)
    day = {"from": (now() - timedelta(hours=1)).isoformat(), "to": (now() + timedelta(hours=1)).isoformat()}
    assert figures(tailor, **day)["periods"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"from": "x"},
        {"to": "2026-02-01T00:00:00Z"},
        {"to": "2028-02-01T00:00:00Z"},
        {"groupBy": "year"},
        {"more": 1},
    ],
)
def test_what_is_out_of_range_is_refused(tailor: Person, query: Json) -> None:
    assert tailor.get("/api/chat/analytics", params=QUERY | query).status_code == 422


def test_nobody_else_reads_figures(world: World, tailor: Person) -> None:
    for person in (world.person(), world.person("delivery"), world.staff("support")):
        assert person.get("/api/chat/analytics", params=QUERY).status_code == 403
    for person in (tailor, world.staff("support")):
        assert person.get("/api/admin/chat/analytics", params=QUERY).status_code == 403
