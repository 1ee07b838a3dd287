"""A deleted text is nowhere (proof 12): a search through every column of the schema finds the row kept for reports."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.realtime import runtime
from metaia.realtime.log import redaction
from metaia.realtime.log.feed import Feed
from tests.support import chats as chat
from tests.support.conversations import group
from tests.support.people import Person, World
from tests.support.plain_clients import Plain, stream, ticket
from tests.support.waiting import caught_up, until

TABLES = text(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
)
KEPT = {"message_edits"}  # for reports, until the purge


def where_is(words: str) -> set[str]:
    """Return the names of the tables with a row that has these words in any column, without partitions' parents."""
    found = set()
    for (table,) in db.fetch_all(TABLES):
        has = text(f'SELECT EXISTS (SELECT FROM "{table}" AS t WHERE strpos(t::text, :words) > 0)')
        if db.fetch_value(has, {"words": words}):
            found.add(table.partition("_20")[0])
    return found


@pytest.fixture
def other(app: Flask, world: World) -> Iterator[Feed]:
    """Give the feed of another process."""
    following = Feed(lambda _: None)
    following.subscribe(redaction.REDACTED, following.redact)
    greenlet = runtime.of(app).spawn(following.run)
    assert following.ready.wait(5)
    yield following
    greenlet.kill()


def replayed(person: Person, cursor: str, connect: Any, last: str) -> Iterator[list[Json]]:
    """Yield what each of the four ways replays, up to the message `last`."""
    yield [data for name, data in person.socket(cursor).heard if name.startswith("chat:")]
    with stream(person, {"Last-Event-ID": cursor}) as events:
        yield _until(last, ((each["event"], each["data"]) for each in events))
    client: Plain = connect(f"/ws?ticket={ticket(person)}&cursor={cursor}")
    yield _until(last, ((each["type"], each["data"]) for each in iter(client.next, None)))
    page = person.get("/api/sync", params={"cursor": cursor, "limit": 500}).json()["data"]
    yield [each["data"] for each in page["events"] if each["type"].startswith("chat:")]


def _until(last: str, events: Iterator[tuple[str, Json]]) -> list[Json]:
    found = []
    for name, data in events:
        found += [data] if name.startswith("chat:") else []
        if data.get("id") == last:
            return found
    raise AssertionError(found)


def _remembers(feed: Feed, words: str) -> bool:
    return any(words in repr(each.payload) for each in feed.recent)


@pytest.mark.parametrize("kind", ["direct", "group"])
@pytest.mark.parametrize("remembered", [2_000, 1], ids=["from memory", "from the log"])
def test_a_deleted_text_is_nowhere(
    app: Flask,
    world: World,
    connect: Any,
    other: Feed,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    remembered: int,
) -> None:
    feed = runtime.of(app).feed
    monkeypatch.setattr(feed, "recent", deque(feed.recent, maxlen=remembered))
    sender, reader = world.person("tailor"), world.person("tailor")
    talk = group(sender, reader) if kind == "group" else chat.conversation(sender, reader)
    cursor = reader.socket().cursor
    words, edited = f"secret{uuid.uuid4().hex}", f"secret{uuid.uuid4().hex}"
    message = chat.send(sender, talk, words)
    assert sender.patch(f"/api/chat/messages/{message['id']}", {"text": edited}).status_code == 200
    quoting = chat.send(reader, talk, "An answer", replyTo=message["id"])
    caught_up(feed)
    assert where_is(edited) >= {"messages", "event_log"}
    until(lambda: _remembers(other, edited), "the other process")
    assert sender.delete(f"/api/chat/messages/{message['id']}").status_code == 200
    last = chat.send(sender, talk, "The last")["id"]
    caught_up(feed)
    for secret in (words, edited):
        assert where_is(secret) <= KEPT
        until(lambda: not _remembers(feed, secret) and not _remembers(other, secret))  # noqa: B023
        for person in (sender, reader):
            assert secret not in repr(chat.history(person, talk))
            assert secret not in repr(chat.changes(person, talk, 0))
    ways = list(replayed(reader, cursor, connect, last))
    assert len({len(each) for each in ways}) == 1, [len(each) for each in ways]
    for heard in ways:
        assert words not in repr(heard)
        assert edited not in repr(heard)
        [answer] = [each for each in heard if each.get("id") == quoting["id"] and "change" not in each]
        assert (answer["replyTo"]["excerpt"], answer["replyTo"]["deleted"]) == (None, True)
        deleted = [each for each in heard if each.get("id") == message["id"]]
        assert [each["text"] for each in deleted] == [None] * len(deleted)
        assert deleted[-1]["change"] == "deleted"
