"""A courier replays what was said while it took part in a deal's conversation, and nothing from before."""

from __future__ import annotations

from collections import deque

import pytest
from flask import Flask

from metaia.chat import queries
from metaia.chat.participants import service
from metaia.core import db
from metaia.core.json import Json
from metaia.realtime import runtime
from tests.support import chats as chat
from tests.support.conversations import group
from tests.support.people import Person, World
from tests.support.waiting import caught_up


def follow(talk: str, *people: Person) -> None:
    """Let these people take part in a deal's conversation, as an assignment of its order does."""
    conversation = queries.conversation(talk)
    assert conversation is not None
    assert conversation.deal_id is not None
    with db.transaction():
        service.follow(conversation.deal_id, [each.id for each in people])


def texts(events: list[Json]) -> list[str]:
    return [event["text"] for event in events if event.get("text")]


def synced(person: Person, cursor: str) -> list[Json]:
    events, more = list[Json](), True
    while more:
        page = person.get("/api/sync", params={"cursor": cursor, "limit": 500}).json()["data"]
        events += [event["data"] for event in page["events"] if event["type"] == "chat:message"]
        cursor, more = page["cursor"], page["more"]
    return events


@pytest.mark.parametrize("remembered", [2_000, 1], ids=["from memory", "from the log"])
def test_a_courier_that_was_taken_off_gets_nothing_from_before_it_was_assigned(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, remembered: int
) -> None:
    feed = runtime.of(app).feed
    monkeypatch.setattr(feed, "recent", deque(feed.recent, maxlen=remembered))
    buyer, seller, courier = world.person(), world.person("tailor"), world.person("delivery")
    talk = chat.conversation(buyer, seller, kind="deal")
    cursor = courier.socket().cursor
    chat.send(buyer, talk, "before")
    follow(talk, buyer, seller, courier)
    chat.send(seller, talk, "during")
    follow(talk, buyer, seller)
    chat.send(buyer, talk, "after")
    caught_up(feed)
    assert texts(courier.socket(cursor).of("chat:message")) == ["during"]
    assert texts(synced(courier, cursor)) == ["during"]


def test_a_former_member_of_a_group_gets_what_was_said_while_it_was_in(app: Flask, world: World) -> None:
    owner, member = world.person("tailor"), world.person("tailor")
    talk = group(owner, member)
    cursor = member.socket().cursor
    chat.send(owner, talk, "during")
    assert member.delete(f"/api/chat/conversations/{talk}/participants/{member.id}").ok
    chat.send(owner, talk, "after")
    caught_up(runtime.of(app).feed)
    assert texts(member.socket(cursor).of("chat:message")) == ["during"]
    assert texts(synced(member, cursor)) == ["during"]
