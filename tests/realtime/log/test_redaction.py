"""Deleted texts leave the rows of the log, the outbox and the memory of every process."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import gevent
import orjson
import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.extensions import db as engine
from metaia.realtime import events, runtime
from metaia.realtime.log import redaction
from metaia.realtime.log import store as log_store
from metaia.realtime.log.feed import Feed
from tests.support.people import Person, World
from tests.support.plans import statements
from tests.support.waiting import caught_up, relay_paused, until

Json = dict[str, Any]
FOUND = text(
    "SELECT (SELECT count(*) FROM event_log WHERE strpos(payload::text, :words) > 0)"
    " + (SELECT count(*) FROM outbox WHERE strpos(payload::text, :words) > 0)"
)

ANSWER = text(
    "INSERT INTO idempotency_keys (scope, key, fingerprint, canonical, status, body, created_at)"
    " VALUES (:scope, 'key', '', '', 200, :body, now())"
)
ANSWERS = text("SELECT scope, body FROM idempotency_keys WHERE key = 'key'")

OLD = (
    (
        "INSERT INTO event_log (position, day, id, type, payload, created_at)"
        " VALUES (-1, '2020-01-01', :id, 'notification.created', :payload, '2020-01-01T19:30Z')"
    ),
    "INSERT INTO event_audience (room, position, day) VALUES (:room, -1, '2020-01-01')",
)


class Said:
    """A text in events of a room: said, quoted, and as the last one of a list."""

    def __init__(self, room: str) -> None:
        self.room, self.id, self.words, self.at = room, new_id(), f"words-{new_id()}", now()

    @property
    def message(self) -> Json:
        return {"id": self.id, "text": self.words, "attachments": [{"name": self.words}], "seq": 1}

    @property
    def quote(self) -> Json:
        quoted = {"id": self.id, "excerpt": self.words, "deleted": False}
        return {"id": new_id(), "text": "An answer", "replyTo": quoted}

    def say(self) -> None:
        with db.transaction():
            for payload in (self.message, self.quote, {"id": new_id(), "last": [self.message]}):
                events.record("notification.created", payload, audience=[self.room])

    def delete(self) -> None:
        with db.transaction():
            redaction.redact(self.room, self.id, self.at, [])

    def shown(self, payloads: list[Json]) -> list[Json]:
        """Return payloads as they were recorded."""
        return [
            {key: value for key, value in payload.items() if key not in ("eventId", "cursor")}
            for payload in payloads
        ]

    def rows(self) -> int:
        """Return how many rows have the text."""
        return int(db.fetch_value(FOUND, {"words": self.words}))


@pytest.fixture
def feed(app: Flask) -> Feed:
    return runtime.of(app).feed


@pytest.fixture
def other(app: Flask, world: World) -> Iterator[Feed]:
    """Give the feed of another process."""
    following = Feed(lambda _: None)
    following.subscribe(redaction.REDACTED, following.redact)
    greenlet = runtime.of(app).spawn(following.run)
    assert following.ready.wait(5)
    yield following
    greenlet.kill()


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


@pytest.fixture
def said(person: Person) -> Said:
    return Said(f"user-{person.id}")


def remembers(feed: Feed, said: Said) -> bool:
    return any(said.words in repr(event.payload) for event in feed.recent)


def test_a_deleted_text_is_in_no_row_and_in_no_memory(said: Said, feed: Feed, other: Feed) -> None:
    same_words = Said(said.room)
    same_words.words = said.words
    said.say()
    caught_up(feed)
    until(lambda: remembers(feed, said) and remembers(other, said), "both processes")
    assert said.rows() == 3
    said.delete()
    assert said.rows() == 0
    until(lambda: not remembers(feed, said) and not remembers(other, said), "the memories")
    same_words.say()
    said.delete()  # not the same thing, though it says the same
    assert same_words.rows() == 3


@pytest.mark.parametrize("remembered", [2_000, 2], ids=["from memory", "from the log"])
def test_replay_shows_that_there_was_something_and_not_what(
    said: Said, person: Person, feed: Feed, remembered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "recent", deque(feed.recent, maxlen=remembered))
    cursor = person.socket().cursor
    said.say()
    said.delete()
    until(lambda: said.rows() == 0)
    caught_up(feed)
    first, answer, last = person.socket(cursor).of("new_notification")
    assert said.shown([first]) == [{"id": said.id, "text": None, "attachments": [], "seq": 1}]
    assert answer["replyTo"] == {"id": said.id, "excerpt": None, "deleted": True}
    assert answer["text"] == "An answer"
    assert last["last"][0]["text"] is None


def test_an_event_that_the_relay_has_not_moved_yet_is_found(said: Said, feed: Feed) -> None:
    with relay_paused():
        said.say()
        assert said.rows() == 3
        said.delete()
        assert said.rows() == 0
    caught_up(feed)
    assert said.rows() == 0
    assert not remembers(feed, said)


def test_an_event_that_is_being_moved_is_found(app: Flask, said: Said, feed: Feed) -> None:
    """The relay has taken it from the outbox and has not committed yet: it waits for the row of the log's head."""
    with engine.engine.connect() as holding:
        holding.execute(text("BEGIN"))
        holding.execute(text("SELECT position FROM log_head FOR UPDATE"))
        said.say()
        until(lambda: db.fetch_value(text("SELECT count(*) FROM pg_locks WHERE NOT granted")), "it waits")
        deletion = runtime.of(app).spawn(said.delete)
        gevent.sleep(0)
        holding.invalidate()  # psycopg's ROLLBACK would deallocate prepared statements of a pooled connection
    deletion.get(timeout=30)
    caught_up(feed)
    assert said.rows() == 0


def test_a_deletion_that_is_rolled_back_changes_nothing(said: Said, feed: Feed) -> None:
    said.say()
    caught_up(feed)
    with pytest.raises(ZeroDivisionError):
        _delete_and_fail(said)
    assert said.rows() == 3
    assert remembers(feed, said)


def _delete_and_fail(said: Said) -> None:
    with db.transaction():
        redaction.redact(said.room, said.id, said.at, [])
        raise ZeroDivisionError


def test_other_rooms_are_not_touched(said: Said, person: Person, feed: Feed) -> None:
    said.say()
    caught_up(feed)
    with db.transaction():
        redaction.redact(f"user-{new_id()}", said.id, said.at, [])
    caught_up(feed)
    assert said.rows() == 3
    assert remembers(feed, said)


def test_only_answers_to_the_given_users_are_read_and_changed(said: Said, person: Person) -> None:
    """A row of another user that is locked does not delay a deletion."""
    other = new_id()
    with db.transaction():
        for user_id in (person.id, other):
            db.execute(ANSWER, {"scope": user_id, "body": orjson.dumps(said.message)})
    with engine.engine.connect() as holding:
        holding.execute(
            text("SELECT FROM idempotency_keys WHERE scope = :scope FOR UPDATE"), {"scope": other}
        )
        with db.transaction(), statements() as run:
            db.execute(text("SET LOCAL lock_timeout = '5s'"))
            redaction.redact(said.room, said.id, said.at, [person.id])
        holding.invalidate()
    first, second = (
        next(n for n, (sql, _) in enumerate(run) if part in sql)
        for part in ("FROM idempotency_keys", "FROM outbox")
    )
    assert first < second, "the relay waits for rows of the outbox"
    stored = {row.scope: orjson.loads(row.body)["text"] for row in db.fetch_all(ANSWERS)}
    assert (stored[person.id], stored[other]) == (None, said.words)


@pytest.fixture
def logged_yesterday(app: Flask) -> Iterator[Said]:
    """Give a text in the log of 1 January in UTC, when clocks at +05:30 showed 2 January."""
    said = Said(f"user-{new_id()}")
    said.at = datetime(2020, 1, 2, 1, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    values = {"room": said.room, "payload": orjson.dumps(said.message).decode(), "id": said.id}
    with app.app_context():
        with db.transaction():
            for statement in OLD:
                db.execute(text(statement), values)
        yield said
        with db.transaction():
            for table in ("event_log", "event_audience"):
                db.execute(text(f"DELETE FROM {table} WHERE position = -1"))


def test_the_days_of_the_log_are_those_of_utc(logged_yesterday: Said) -> None:
    said = logged_yesterday
    assert len(log_store.events_of_request(said.room, said.id, said.at, None)) == 1
    said.delete()
    assert said.rows() == 0
