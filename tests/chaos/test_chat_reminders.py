"""kill -9 of the worker between any two steps of a reminder: of each stretch of unread messages there is one."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import gevent
import pytest

from tests.e2e.stack import SECONDS, Stack, ended, kill, stack, stop
from tests.support import chats
from tests.support.people import Person, World
from tests.support.smtp_server import Mailbox

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
TALKS = 6
STEPS = ("chat_claimed", "chat_notified", "chat_marked", "chat_reminded")
# The test itself makes reminders due. A mail follows as soon as a reminder is planned.
SETTINGS = {"CHAT_PUSH_AFTER": "3600", "CHAT_MAIL_AFTER": "0"}
AGE: LiteralString = (
    "UPDATE notifications SET created_at = created_at - interval '1 minute' WHERE category = 'chat'"
)
DUE: LiteralString = "UPDATE conversations SET remind_at = now() WHERE remind_at IS NOT NULL"
WAITING: LiteralString = "SELECT count(*) FROM conversations WHERE remind_at <= now()"
MARKED: LiteralString = "SELECT count(*) FROM participants WHERE user_id = %s AND reminded_seq = %s"
NOTIFIED: LiteralString = """
    SELECT subject, type, count(*) FROM notifications WHERE category = 'chat' GROUP BY subject, type"""
MAILED: LiteralString = """
    SELECT count(*) FROM deliveries JOIN notifications ON notifications.id = notification_id
    WHERE category = 'chat' AND channel = 'email' AND status = 'sent'"""
REMIND: LiteralString = """
    INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'job', 'metaia.chat.reminders.jobs.remind', '{}', '{}', now()"""


@dataclass
class Reader:
    """A tailor to whom customers write, each in a conversation of their own."""

    own: Stack
    mails: Mailbox
    tailor: Person
    writers: list[tuple[Person, str]]

    def write(self, count: int) -> None:
        for writer, conversation_id in self.writers:
            for _ in range(count):
                chats.send(writer, conversation_id)

    def read(self, seq: int) -> None:
        for _, conversation_id in self.writers:
            assert self.tailor.put(f"/api/chat/conversations/{conversation_id}/read", {"seq": seq}).ok

    def marked(self, seq: int) -> int:
        """Return in how many conversations the tailor is marked as reminded up to a message."""
        return int(self.own.rows(MARKED, self.tailor.id, seq)[0][0])

    def notified(self) -> Counter[str]:
        """Return the number of reminders by conversation; all are of a new stretch."""
        rows = self.own.rows(NOTIFIED)
        assert {type_ for _, type_, _ in rows} <= {"chat_unread"}
        return Counter({subject: count for subject, _, count in rows})

    def each(self, count: int) -> Counter[str]:
        """Return what `notified` returns after so many reminders in each conversation."""
        return Counter({f"chat-{conversation_id}": count for _, conversation_id in self.writers})

    def mailed(self) -> int:
        return sum("Message from" in mail["Subject"] for mail in self.mails.to(self.tailor.user["email"]))

    def remind(self) -> None:
        """Make the reminders due, as if the pause between two of them had passed, and start the job."""
        self.own.rows(AGE)
        self.own.rows(DUE)
        self.own.rows(REMIND)


@pytest.fixture
def reader(environment: dict[str, str], tmp_path: Path) -> Iterator[Reader]:
    with stack(environment | SETTINGS, tmp_path) as (own, mails):
        web = own.web()
        with World(own.url) as world:
            tailor, writers = world.person("tailor"), [world.person() for _ in range(TALKS)]
            talks = [(writer, begin(writer, tailor)) for writer in writers]
            yield Reader(own, mails, tailor, talks)
        assert stop(web) == 0


def begin(writer: Person, tailor: Person) -> str:
    answer = writer.post("/api/chat/conversations", {"participantId": tailor.id})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["conversation"]["id"])


def die(reader: Reader, fault: str) -> None:
    """Let a worker begin with the reminders, and kill itself at a fault point."""
    worker = reader.own.worker(METAIA_FAULT=fault)
    reader.remind()
    assert ended(worker) == -signal.SIGKILL, fault


def eventually(true: Callable[[], bool], what: str) -> None:
    """Wait until `true()`, as long as a process of the stack may take to start."""
    with gevent.Timeout(SECONDS, AssertionError(what)):
        while not true():
            gevent.sleep(0.05)


def finish(reader: Reader, count: int, seq: int) -> None:
    """Let two workers do what is left: afterwards each conversation has so many reminders and mails."""
    workers = [reader.own.worker(), reader.own.worker()]
    reader.remind()
    eventually(lambda: reader.marked(seq) == TALKS, "the reader is reminded of all")
    eventually(lambda: reader.own.rows(MAILED) == [(count * TALKS,)], "all mails are sent")
    kill(workers[0])
    reader.remind()
    eventually(lambda: reader.own.rows(WAITING) == [(0,)], "there is nothing left")
    assert reader.notified() == reader.each(count)
    assert reader.mailed() == count * TALKS
    assert stop(workers[1]) == 0


def test_each_stretch_is_notified_of_once_whatever_dies(reader: Reader) -> None:
    reader.write(2)
    for step in STEPS:
        die(reader, step)
        state = (reader.own.rows(WAITING), reader.notified(), reader.marked(2))
        assert state == ([(TALKS,)], Counter(), 0), f"nothing is lost or half done: {step}"
    die(reader, "after_commit")
    assert reader.notified().total() == reader.marked(2), "each conversation is done or not"
    finish(reader, 1, 2)
    reader.read(2)
    reader.write(3)
    die(reader, "chat_reminded")
    assert (reader.notified(), reader.marked(5)) == (reader.each(1), 0)
    die(reader, "after_commit")
    finish(reader, 2, 5)
