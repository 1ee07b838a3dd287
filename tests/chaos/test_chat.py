"""Many users write into one conversation while processes and PostgreSQL are killed: one order for all, nothing twice.

Each message is sent three times with its client id, through whichever process answers. `CHAT_MESSAGES`, `CHAT_SENDERS`
and `CHAT_WEBS` are the numbers of messages, senders and web processes; `CHAOS_SEED` repeats the order of the faults:
`CHAOS_SECONDS=4000 CHAT_MESSAGES=10000 CHAT_SENDERS=64 CHAT_WEBS=8 make chaos ARGS=tests/chaos/test_chat.py`.
"""

from __future__ import annotations

import os
import random
import signal
import time
import uuid
from collections import deque
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field

import gevent
import psutil
import pytest
import requests
from gevent.pool import Group

from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.chaos.installation import Installation, running_installation
from tests.chaos.transports import FAILURES, TRANSPORTS
from tests.support.people import Person, World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
SENDERS, WEBS = int(os.environ.get("CHAT_SENDERS", "16")), int(os.environ.get("CHAT_WEBS", "2"))
COUNT = int(os.environ.get("CHAT_MESSAGES", "200")) // SENDERS * SENDERS
TRIES, ROUND = 3, 1_000  # messages in which each fault happens once
WAYS = ("socketio", "websocket", "stream", "polling")
CONVERSATIONS = """
    INSERT INTO conversations (id, kind, deal_id, status, last_seq, version, created_at, updated_at)
    VALUES (%s, 'deal', %s, 'open', 0, 1, now(), now())
"""
PARTICIPANTS = """
    INSERT INTO participants (id, conversation_id, user_id, role, joined_at, joined_seq, read_seq, seen_seq,
        delivered_seq, cleared_seq, reminded_seq, notify, pinned, archived, version)
    VALUES (%s, %s, %s, 'customer', now(), 0, 0, 0, 0, 0, 0, 'all', false, false, 1)
"""
IN_TABLE = "SELECT seq, changed, client_id FROM messages WHERE conversation_id = %s ORDER BY seq"
IN_LOG = """
    SELECT (payload->>'seq')::int, (payload->>'conversationVersion')::int FROM event_log
    WHERE type = 'chat.message' AND payload->>'conversationId' = %s ORDER BY position
"""


@dataclass
class Sender:
    """A user that sends its messages one after the other, each of them three times."""

    person: Person
    path: str
    messages: int
    sent: dict[str, set[tuple[str, int]]] = field(default_factory=dict)  # by client id
    unexpected: list[str] = field(default_factory=list)
    answers: int = 0

    def run(self) -> None:
        with requests.Session() as http:
            http.trust_env = False
            # Each request is on a connection of its own, which any process may accept.
            http.headers.update({"Authorization": f"Bearer {self.person.token}", "Connection": "close"})
            for number in range(self.messages):
                given = {"clientMessageId": str(uuid.uuid4()), "text": f"Message {number}"}
                for _ in range(TRIES):
                    self._send(http, given)
                    self.answers += 1

    def _send(self, http: requests.Session, given: Json) -> None:
        """Send a message until there is an answer."""
        while True:
            with suppress(requests.RequestException):
                answer = http.post(self.person.world.url + self.path, json=given, timeout=20)
                if answer.ok:
                    message = answer.json()["data"]["message"]
                    known = self.sent.setdefault(given["clientMessageId"], set())
                    known.add((message["id"], message["seq"]))
                    return
                if answer.status_code not in {503, 502}:
                    self.unexpected.append(f"{answer.status_code} {answer.text[:200]}")
            gevent.sleep(0.1)


@dataclass
class Listener:
    """A device that stays on one kind of connection, and resumes from its cursor."""

    person: Person
    way: str
    cursor: str | None = None
    events: dict[str, int] = field(
        default_factory=dict
    )  # the seq by the id of the event, in the order of arrival
    resyncs: int = 0

    def run(self) -> None:
        while True:
            with suppress(*FAILURES):
                self._listen()
            gevent.sleep(0.2)

    def _listen(self) -> None:
        url, token = self.person.world.url, self.person.token
        with closing(TRANSPORTS[self.way](url, token, self.cursor, deque())) as received:  # type: ignore[type-var]
            for message in received:
                if message is not None:
                    self._apply(*message)

    def _apply(self, name: str, data: Json) -> None:
        self.resyncs += bool(data.get("resync")) and self.cursor is not None
        if name == "chat:message":
            self.events.setdefault(data["eventId"], data["seq"])
        self.cursor = data.get("cursor") or self.cursor


def faults(built: Installation, order: random.Random) -> list[Callable[[], object]]:
    """Return what happens, one after the other: one of the killed web processes leads the relay."""

    def kill_one_web() -> None:
        if webs := psutil.Process(built.processes[0].pid).children():
            with suppress(psutil.NoSuchProcess):
                order.choice(webs).kill()

    def kill_all_webs() -> None:
        for process in psutil.Process(built.processes[0].pid).children():
            with suppress(psutil.NoSuchProcess):
                process.kill()

    return [
        kill_one_web,
        lambda: built.restart_postgres(signal.SIGQUIT),
        kill_one_web,
        lambda: built.rows("DELETE FROM idempotency_keys"),
        kill_all_webs,
    ]


def converse(built: Installation, world: World) -> tuple[str, list[Sender], list[Listener]]:
    """Create the conversation of all users."""
    senders, listeners = ([world.person() for _ in range(n)] for n in (SENDERS, len(WAYS)))
    conversation_id = new_id()
    built.rows(CONVERSATIONS, conversation_id, new_id())
    for person in (*senders, *listeners):
        built.rows(PARTICIPANTS, new_id(), conversation_id, person.id)
    path = f"/api/chat/conversations/{conversation_id}/messages"
    return (
        conversation_id,
        [Sender(person, path, COUNT // SENDERS) for person in senders],
        [Listener(person, way) for person, way in zip(listeners, WAYS, strict=True)],
    )


def cause_faults(built: Installation, senders: list[Sender], order: random.Random) -> int:
    """Cause all faults in turn, each when a further share of the messages is answered; return how many there were."""
    happen = faults(built, order)
    count = len(happen) * max(1, COUNT // ROUND)
    for number in range(count):
        due = COUNT * TRIES * (number + order.random()) / count
        while sum(each.answers for each in senders) < due:
            gevent.sleep(0.01)
        happen[number % len(happen)]()
    return count


def test_messages_have_one_order_while_all_is_killed(environment: dict[str, str]) -> None:
    settings = {"RATELIMIT_ENABLED": "false", "DATABASE_POOL": "10", "ACCESS_TOKEN_MINUTES": "120"}
    with running_installation(environment | settings, webs=WEBS) as built, World(built.url) as world:
        conversation_id, senders, listeners = converse(built, world)
        order = random.Random(os.environ.get("CHAOS_SEED", "9"))
        listening, sending = Group(), Group()
        for listener in listeners:
            listening.spawn(listener.run)
        until(lambda: all(each.cursor for each in listeners), "all listen")
        began = time.monotonic()
        for sender in senders:
            sending.spawn(sender.run)
        caused = cause_faults(built, senders, order)
        sending.join()
        took = time.monotonic() - began
        try:
            until(lambda: all(len(each.events) >= COUNT for each in listeners), "all have all messages")
        finally:
            listening.kill()
            print(f"{COUNT} messages, {TRIES} times each, with {caused} faults in {took:.1f} s:",
                  {each.way: len(each.events) for each in listeners})  # fmt: skip
        check(built, conversation_id, senders, listeners, COUNT)


def check(
    built: Installation, conversation_id: str, senders: list[Sender], listeners: list[Listener], count: int
) -> None:
    """Compare the answers, the table, the log and what each device has received."""
    assert [each.unexpected for each in senders if each.unexpected] == []
    answered = {client_id: sent for each in senders for client_id, sent in each.sent.items()}
    assert {len(sent) for sent in answered.values()} == {1}, "one message has got two numbers"
    rows, expected = built.rows(IN_TABLE, conversation_id), list(range(1, count + 1))
    assert [seq for seq, _, _ in rows] == expected
    assert [version - 1 for _, version, _ in rows] == expected
    assert {client_id: seq for seq, _, client_id in rows} == {
        client_id: seq for client_id, [(_, seq)] in answered.items()
    }
    assert built.rows(IN_LOG, conversation_id) == [(seq, seq + 1) for seq in expected]
    for listener in listeners:
        assert listener.resyncs == 0, listener.way
        assert list(listener.events.values()) == expected, listener.way
    assert built.rows("SELECT last_seq, version FROM conversations WHERE id = %s", conversation_id) == [
        (count, count + 1)
    ]
