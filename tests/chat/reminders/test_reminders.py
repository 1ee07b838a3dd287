"""Reminders of unread messages: to whom, how often, and what they show at the moment of the sending."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.chat.reminders import jobs, service
from metaia.core import db, fault_injection
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from tests.support import chats
from tests.support.chat_rows import Talk
from tests.support.media import in_parallel
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors

ROWS = text("SELECT * FROM notifications WHERE user_id = :user AND category = 'chat' ORDER BY created_at, id")
AGE = text("UPDATE notifications SET created_at = created_at - interval '1 minute' WHERE user_id = :user")
BLOCK = text("INSERT INTO chat_blocks VALUES (:blocker, :blocked, now())")


pytestmark = pytest.mark.usefixtures("context")


def types(person: Person) -> list[str]:
    return [row.type for row in db.fetch_all(ROWS, {"user": person.id})]


def run(sql: Any, **values: Any) -> None:
    with db.transaction():
        db.execute(sql, values)


def end_pause(talk: Talk, *people: Person) -> None:
    """Make the next reminder of a conversation due, as if PAUSE had passed."""
    for person in people:
        run(AGE, user=person.id)
    run(
        text("UPDATE conversations SET remind_at = now() WHERE id = :id AND remind_at IS NOT NULL"),
        id=talk.id,
    )


def test_a_stretch_of_unread_messages_is_one_reminder(asha: Person, tailor: Person) -> None:
    talk = Talk(asha, tailor)
    for number in range(5):
        talk.say(asha, f"line {number}")
    assert service.remind(talk.id)
    assert types(tailor) == ["chat_unread"]
    assert types(asha) == [], "one's own messages are never unread"
    assert talk.now().remind_at is not None
    assert not service.remind(talk.id), "not due"
    end_pause(talk, tailor)
    assert service.remind(talk.id)
    assert talk.now().remind_at is None, "the next message makes it due"
    assert types(tailor) == ["chat_unread"]


def test_further_messages_are_one_reminder_per_pause(asha: Person, tailor: Person) -> None:
    talk = Talk(asha, tailor)
    talk.say(asha, "one")
    service.remind(talk.id)
    talk.say(asha, "two")
    run(text("UPDATE conversations SET remind_at = now() WHERE id = :id"), id=talk.id)
    service.remind(talk.id)
    assert types(tailor) == ["chat_unread"], "too early"
    end_pause(talk, tailor)
    service.remind(talk.id)
    assert types(tailor) == ["chat_unread", "chat_unread_more"]
    talk.set(tailor, read_seq=2)
    talk.say(asha, "three")
    end_pause(talk, tailor)
    service.remind(talk.id)
    assert types(tailor)[2:] == ["chat_unread"], "a new stretch"


@pytest.mark.parametrize(
    ("mine", "reminded"),
    [
        ({"pinned": True}, True),
        ({"read_seq": 1}, False),
        ({"cleared_seq": 1}, False),
        ({"joined_seq": 1}, False),
        ({"muted_until": now() + timedelta(hours=1)}, False),
        ({"muted_until": now() - timedelta(hours=1)}, True),
        ({"notify": "none"}, False),
        ({"notify": "mentions"}, False),
        ({"left_seq": 1, "left_at": now()}, False),
        ({"reminded_seq": 1}, False),
    ],
)
def test_reminders_follow_the_place_of_the_reader(
    asha: Person, tailor: Person, mine: Json, reminded: bool
) -> None:
    talk = Talk(asha, tailor)
    talk.say(asha, "Is it ready?")
    talk.set(tailor, **mine)
    service.remind(talk.id)
    assert bool(types(tailor)) is reminded


def test_messages_of_blocked_users_and_deleted_ones_remind_of_nothing(asha: Person, tailor: Person) -> None:
    talk, other = Talk(asha, tailor), Talk(asha, tailor, kind="deal")
    other.delete(other.say(asha, "oh no"))
    assert service.remind(other.id)
    assert types(tailor) == []
    run(BLOCK, blocker=tailor.id, blocked=asha.id)
    talk.say(asha, "hello")
    assert service.remind(talk.id)
    assert types(tailor) == []


def test_restricted_users_are_not_reminded(asha: Person, tailor: Person) -> None:
    talk, restrict = (
        Talk(asha, tailor),
        text("INSERT INTO chat_restrictions VALUES (:id, :until, '', NULL, now())"),
    )
    run(restrict, id=tailor.id, until=now() + timedelta(hours=1))
    talk.say(asha, "hello")
    assert service.remind(talk.id)
    assert types(tailor) == []
    run(text("UPDATE chat_restrictions SET until = :past WHERE user_id = :id"), id=tailor.id, past=now())
    talk.say(asha, "hello again")
    end_pause(talk, tailor)
    service.remind(talk.id)
    assert types(tailor) == ["chat_unread"]


def test_groups_remind_only_of_mentions(world: World, asha: Person, tailor: Person) -> None:
    vendor = world.person("vendor")
    talk = Talk(asha, tailor, vendor, kind="group", title="Wedding of Priya")
    talk.say(asha, "Good morning")
    talk.say(asha, "Can you do the sherwani?", mentions=[tailor.id])
    service.remind(talk.id)
    assert (types(tailor), types(vendor)) == (["chat_unread"], [])
    details = service.details(tailor.id, {"conversationId": talk.id})
    assert details == {
        "count": 1,
        "title": "Wedding of Priya",
        "kind": "text",
        "text": "Can you do the sherwani?",
        "sender": "Asha",
    }


def test_a_reminder_shows_whole_names_and_whole_characters(asha: Person, tailor: Person) -> None:
    talk, family = Talk(asha, tailor, kind="deal"), "👨‍👩‍👧‍👦"
    talk.say(asha, family * 200)
    shown = service.details(tailor.id, {"conversationId": talk.id})
    assert (shown["sender"], shown["text"]) == ("Asha", family * 120)
    chats.change(talk.id, order_id=talk.id)
    assert service.details(tailor.id, {"conversationId": talk.id})["sender"] == "Asha Nair"


def test_a_hundred_workers_remind_once(app: Flask, asha: Person, tailor: Person) -> None:
    talk = Talk(asha, tailor)
    talk.say(asha, "hello")
    assert jobs._jobs_needed() >= 1
    in_parallel(app, [lambda: service.remind(talk.id)] * 20)
    assert types(tailor) == ["chat_unread"]


def test_a_reminder_is_written_with_its_mark_or_not_at_all(
    asha: Person, tailor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk(asha, tailor)
    talk.say(asha, "hello")

    def fail(name: str) -> None:
        if name == "chat_reminded":
            raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(fault_injection, "point", fail)
        with pytest.raises(RuntimeError):
            service.remind(talk.id)
    assert types(tailor) == []
    service.remind(talk.id)
    assert types(tailor) == ["chat_unread"]


@pytest.fixture
def phone_of(world: World, pipeline: Pipeline) -> Any:
    def register(person: Person, locale: str = "en") -> None:
        device = {"kind": "fcm", "token": f"registration-{new_id()}"}
        assert person.post("/api/notifications/devices", device).status_code == 201
        assert person.patch("/api/auth/me", {"locale": locale}).ok

    return register


def test_a_push_has_the_texts_of_its_sending_and_replaces_the_last_one(
    pipeline: Pipeline, vendors: Vendors, asha: Person, tailor: Person, phone_of: Any
) -> None:
    phone_of(tailor)
    talk = Talk(asha, tailor)
    talk.say(asha, "a secret")
    service.remind(talk.id)
    last = talk.say(asha, "Can I have it on Friday?")
    pipeline.run()
    [push] = vendors.stub.arrived
    assert (push.title, push.text) == ("Message from Asha", "2 unread messages. Can I have it on Friday?")
    assert push.raw["android"]["notification"]["tag"] == f"chat-{talk.id}"
    assert push.raw["data"]["type"] == "chat_unread"
    talk.delete(last)
    end_pause(talk, tailor)
    talk.say(asha, None, kind="image")
    service.remind(talk.id)
    pipeline.run()
    assert vendors.stub.arrived[-1].text == "2 unread messages. Picture"
    assert vendors.stub.arrived[-1].raw["android"]["notification"]["tag"] == f"chat-{talk.id}"


@pytest.mark.parametrize(
    ("locale", "title"), [("de", "Nachricht von Asha"), ("hi", "Asha का संदेश"), ("th", "Message from Asha")]
)
def test_reminders_are_in_the_language_of_the_reader(
    pipeline: Pipeline, vendors: Vendors, asha: Person, tailor: Person, phone_of: Any, locale: str, title: str
) -> None:
    phone_of(tailor, locale)
    talk = Talk(asha, tailor)
    talk.say(asha, "कुर्ता कब मिलेगा?")
    service.remind(talk.id)
    pipeline.run()
    [push] = vendors.stub.arrived
    assert (push.title, push.text) == (title, "कुर्ता कब मिलेगा?")


def test_a_mail_follows_unless_the_messages_are_read(
    pipeline: Pipeline, vendors: Vendors, smtp: Mailbox, asha: Person, tailor: Person, world: World
) -> None:
    reader = world.person("vendor")
    for person in (tailor, reader):
        talk = Talk(asha, person)
        talk.say(asha, "Is my shirt ready?")
        service.remind(talk.id)
        pipeline.run()
        mail = pipeline.only(person, "email")
        assert (mail.status, mail.reason) == ("queued", "fallback")
        assert abs(mail.due_at - mail.created_at - timedelta(minutes=15)) < timedelta(seconds=1)
        if person is reader:
            talk.set(person, read_seq=1)
        pipeline.end_pauses(person)
        pipeline.run()
    assert pipeline.only(reader, "email").status == "cancelled"
    [mail] = smtp.to(tailor.user["email"])[-1:]
    assert mail["Subject"] == "Message from Asha"
    assert "Is my shirt ready?" in str(mail)
    assert not any("Asha" in each["Subject"] for each in smtp.to(reader.user["email"]))


def test_no_row_of_a_reminder_has_the_text_of_a_message(
    pipeline: Pipeline, asha: Person, tailor: Person
) -> None:
    talk = Talk(asha, tailor)
    talk.say(asha, "xylophone-in-the-attic")
    service.remind(talk.id)
    pipeline.run()
    for table in ("notifications", "deliveries", "delivery_attempts", "outbox", "event_log"):
        query = text(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%xylophone%'")
        assert db.fetch_value(query) == 0, table
