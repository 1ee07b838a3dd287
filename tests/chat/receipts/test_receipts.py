"""Reading, delivering and marking as unread: what others see only rises, and what is unread is counted."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from metaia.chat.models import ParticipantRow
from metaia.chat.receipts import flushing, service
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.realtime import runtime
from tests.support import chats as chat
from tests.support.people import Person, Socket, World
from tests.support.waiting import caught_up, until

URL = "/api/chat"


@pytest.fixture
def pair(world: World) -> tuple[Person, Person]:
    return world.person(), world.person("tailor")


@pytest.fixture
def talk(pair: tuple[Person, Person]) -> str:
    return chat.conversation(*pair)


@pytest.fixture(autouse=True)
def others_hide(world: World) -> None:
    """Let there be users who hide their receipts, and block: they must not matter to others."""
    hiding, blocked = world.person(), world.person("tailor")
    assert hiding.patch(f"{URL}/settings", {"readReceipts": False}).status_code == 200
    assert hiding.put(f"{URL}/blocks/{blocked.id}").status_code in (200, 204)


def read(person: Person, talk: str, seq: int, what: str = "read") -> Json:
    answer = person.put(f"{URL}/conversations/{talk}/{what}", {"seq": seq})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]
    return found


def listed(person: Person, talk: str) -> Json:
    answer = person.get(f"{URL}/conversations/{talk}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]["conversation"]
    return found


def badge(person: Person) -> Json:
    found: Json = person.get(f"{URL}/unread").json()["data"]
    return found


def marks(person: Person, talk: str) -> tuple[int, int, int]:
    row = ParticipantRow
    found = db.fetch_one(
        select(row.read_seq, row.seen_seq, row.delivered_seq).where(
            row.conversation_id == talk, row.user_id == person.id
        )
    )
    assert found is not None
    return tuple(found)


def statuses(socket: Socket) -> list[Json]:
    varying = {"eventId", "cursor", "at"}
    return [{k: v for k, v in each.items() if k not in varying} for each in socket.of("chat:status")]


def test_case_6_reading_a_part_leaves_the_rest_unread_everywhere(pair: Any, talk: str) -> None:
    customer, tailor = pair
    phone, tablet, other = tailor.socket(), tailor.socket(), customer.socket()
    for _ in range(3):
        chat.send(customer, talk)
    assert badge(tailor) == {"conversations": 1, "messages": 3, "more": False}
    answer = phone.ask("chat:read", {"conversationId": talk, "seq": 2})
    mine = {"readSeq": 2, "unread": 1, "unreadMore": False, "lastSeq": 3}
    assert answer == {"ok": True, "data": mine}
    assert listed(tailor, talk)["unread"] == 1
    assert badge(tailor) == {"conversations": 1, "messages": 1, "more": False}
    seen = {"conversationId": talk, "userId": tailor.id, "deliveredSeq": 2, "readSeq": 2}
    for own in (phone, tablet):
        own.wait("chat:status")
        assert statuses(own) == [seen | {"mine": mine}]
    other.wait("chat:status")
    assert statuses(other) == [seen]
    assert chat.history(customer, talk)["messages"][1]["status"] == "read"
    assert chat.history(customer, talk)["messages"][2]["status"] == "sent"


def test_case_3_deleted_messages_are_not_unread(pair: Any, talk: str) -> None:
    customer, tailor = pair
    sent = [chat.send(customer, talk) for _ in range(5)]
    for message in sent[1:3]:
        assert customer.delete(f"{URL}/messages/{message['id']}").status_code == 200
    assert listed(tailor, talk)["unread"] == 3
    assert badge(tailor)["messages"] == 3
    assert read(tailor, talk, 5)["unread"] == 0
    assert listed(tailor, talk)["unread"] == 0
    assert badge(tailor) == {"conversations": 0, "messages": 0, "more": False}


def test_case_7_what_others_see_never_goes_back(app: Flask, pair: Any, talk: str) -> None:
    customer, tailor = pair
    other = customer.socket()
    for _ in range(10):
        chat.send(customer, talk)
    assert read(tailor, talk, 10)["readSeq"] == 10
    other.wait("chat:status")
    assert tailor.put(f"{URL}/delivered", {"conversations": [{"id": talk, "seq": 4}]}).status_code == 200
    flushing.current().flush()
    assert read(tailor, talk, 7)["readSeq"] == 10
    assert marks(tailor, talk) == (10, 10, 10)
    read(customer, talk, 1)  # something that is told after it
    chat.send(tailor, talk, "Told last")
    other.wait("chat:message", 11)
    assert [each["readSeq"] for each in statuses(other) if each["userId"] == tailor.id] == [10]


def test_delivered_is_told_once_and_with_the_highest_mark(pair: Any, talk: str) -> None:
    customer, tailor = pair
    phone, other = tailor.socket(), customer.socket()
    for _ in range(3):
        chat.send(customer, talk)
    for seq in (1, 3, 2):
        answer = phone.ask("chat:delivered", [{"conversationId": talk, "seq": seq}])
        assert answer == {"ok": True, "data": {"conversations": 1}}
    [told] = other.wait("chat:status", where=lambda each: each["deliveredSeq"] == 3)
    assert (told["userId"], told["readSeq"]) == (tailor.id, 0)
    assert "mine" not in told
    assert chat.history(customer, talk)["messages"][2]["status"] == "delivered"
    assert marks(tailor, talk) == (0, 0, 3)
    assert phone.of("chat:status") == []
    receipts = customer.get(f"{URL}/messages/{chat.history(customer, talk)['messages'][0]['id']}/receipts")
    assert receipts.json()["data"]["receipts"] == [{"userId": tailor.id, "status": "delivered"}]


def test_marks_of_strangers_and_of_messages_that_do_not_exist_are_dropped(
    app: Flask, world: World, pair: Any, talk: str
) -> None:
    customer, tailor = pair
    chat.send(customer, talk)
    stranger, pending = world.person(), flushing.current()
    given = [(stranger, talk, 1), (tailor, new_id(), 1), (tailor, talk, 2**53 - 1)]
    for person, conversation_id, seq in given:
        pending.add(person.id, conversation_id, seq)
    pending.flush()
    assert marks(tailor, talk) == (0, 0, 1)


def test_groups_tell_only_ones_own_devices(world: World) -> None:
    people = [world.person(), world.person(), world.person()]
    talk = chat.conversation(*people, kind="group")
    sender, reader, other = people
    phone, screen = reader.socket(), other.socket()
    chat.send(sender, talk)
    flushing.current().add(reader.id, talk, 1)
    flushing.current().flush()
    assert marks(reader, talk) == (0, 0, 0)
    assert read(reader, talk, 1)["unread"] == 0
    phone.wait("chat:status")
    chat.send(sender, talk)
    assert screen.of("chat:status") == []


@pytest.mark.parametrize("hides", ["reader", "sender", "block"])
def test_hidden_receipts_are_shown_to_nobody_and_hide_those_of_others(
    pair: Any, talk: str, hides: str
) -> None:
    customer, tailor = pair
    if hides == "block":
        assert tailor.put(f"{URL}/blocks/{customer.id}").status_code in (200, 204)
    first = chat.insert_message(talk, customer, 1)  # whatever the block
    if hides in ("reader", "sender"):
        hiding = tailor if hides == "reader" else customer
        assert hiding.patch(f"{URL}/settings", {"readReceipts": False}).status_code == 200
    other, phone = customer.socket(), tailor.socket()
    assert read(tailor, talk, 1)["readSeq"] == 1
    phone.wait("chat:status")
    answer = customer.get(f"{URL}/messages/{first}/receipts").json()["data"]["receipts"]
    assert answer == [{"userId": tailor.id, "status": "sent"}]
    flushing.current().add(tailor.id, talk, 1)
    flushing.current().flush()
    assert other.of("chat:status") == []
    assert chat.history(customer, talk)["messages"][0]["status"] == "sent"


def test_marking_as_unread_is_for_oneself_only(app: Flask, pair: Any, talk: str) -> None:
    customer, tailor = pair
    for _ in range(4):
        chat.send(customer, talk)
    read(tailor, talk, 4)
    caught_up(runtime.of(app).feed)
    phone, other = tailor.socket(), customer.socket()
    assert read(tailor, talk, 2, "unread") == {"readSeq": 1, "unread": 3, "unreadMore": False, "lastSeq": 4}
    phone.wait("chat:status")
    assert statuses(phone)[0]["mine"]["unread"] == 3
    assert statuses(phone)[0]["readSeq"] == 4
    assert marks(tailor, talk) == (1, 4, 4)
    assert chat.history(customer, talk)["messages"][3]["status"] == "read"
    assert read(tailor, talk, 3)["unread"] == 1
    chat.send(tailor, talk, "Told last")
    other.wait("chat:message")
    assert other.of("chat:status") == []
    assert read(tailor, talk, 1, "unread")["readSeq"] == 0


def test_sending_marks_nothing_as_read_and_ones_own_messages_are_never_unread(pair: Any, talk: str) -> None:
    customer, tailor = pair
    chat.send(customer, talk)
    chat.send(tailor, talk)
    assert listed(tailor, talk)["unread"] == 1
    assert listed(customer, talk)["unread"] == 1
    assert badge(customer)["messages"] == 1


def test_more_than_a_hundred_are_not_counted(pair: Any, talk: str) -> None:
    customer, tailor = pair
    for seq in range(1, 103):
        chat.insert_message(talk, customer, seq)
    assert badge(tailor) == {"conversations": 1, "messages": 100, "more": True}
    assert (listed(tailor, talk)["unread"], listed(tailor, talk)["unreadMore"]) == (100, True)
    assert read(tailor, talk, 2) == {"readSeq": 2, "unread": 100, "unreadMore": False, "lastSeq": 102}


def test_all_conversations_are_read_at_once(world: World, pair: Any, talk: str) -> None:
    customer, tailor = pair
    talks = [talk, *(chat.conversation(tailor, world.person()) for _ in range(3))]
    chat.send(customer, talk)
    for each in talks[1:]:
        chat.insert_message(each, customer, 1)
    assert badge(tailor)["conversations"] == 4
    answer = tailor.put(f"{URL}/conversations/read", {"ids": [*talks[:2], new_id()]})
    assert answer.json()["data"] == {"conversations": 2}
    assert badge(tailor)["conversations"] == 2
    assert tailor.put(f"{URL}/read-all").json()["data"] == {"conversations": 2}
    assert tailor.put(f"{URL}/read-all").json()["data"] == {"conversations": 0}
    assert badge(tailor) == {"conversations": 0, "messages": 0, "more": False}
    assert chat.history(customer, talk)["messages"][0]["status"] == "read"


def test_strangers_read_nothing_and_only_the_sender_sees_receipts(world: World, pair: Any, talk: str) -> None:
    customer, tailor = pair
    message, stranger = chat.send(customer, talk), world.person()
    for what in ("read", "unread"):
        answer = stranger.put(f"{URL}/conversations/{talk}/{what}", {"seq": 1})
        assert chat.error(answer) == (403, "not_participant")
        answer = stranger.put(f"{URL}/conversations/{new_id()}/{what}", {"seq": 1})
        assert chat.error(answer) == (404, "not_found")
    path = f"{URL}/messages/{message['id']}/receipts"
    assert chat.error(stranger.get(path)) == (404, "not_found")
    assert chat.error(tailor.get(path)) == (403, "forbidden")
    assert chat.error(customer.get(f"{URL}/messages/{new_id()}/receipts")) == (404, "not_found")


def test_a_former_participant_reads_up_to_the_end_and_tells_nobody(pair: Any, world: World) -> None:
    customer, tailor = pair
    courier = world.person("delivery")
    talk = chat.conversation(customer, tailor, courier, kind="deal")
    chat.send(customer, talk)
    chat.place(talk, courier, left_seq=1, left_at=now())
    chat.send(customer, talk)
    other = customer.socket()
    assert read(courier, talk, 2) == {"readSeq": 1, "unread": 0, "unreadMore": False, "lastSeq": 2}
    chat.send(tailor, talk)
    other.wait("chat:message")
    assert other.of("chat:status") == []


@pytest.mark.parametrize(
    "seq", [-1, 2**63, 2**53, "x", None, 1.5, True, [], {"a": 1}, "9" * 400], ids=lambda seq: str(seq)[:12]
)
def test_what_is_no_seq_is_refused_at_every_entrance(pair: Any, talk: str, seq: object) -> None:
    customer, _ = pair
    socket = customer.socket()
    for what in ("read", "unread"):
        assert customer.put(f"{URL}/conversations/{talk}/{what}", {"seq": seq}).status_code == 422
    body = {"conversations": [{"id": talk, "seq": seq}]}
    assert customer.put(f"{URL}/delivered", body).status_code == 422
    for name, given in (("chat:read", {"conversationId": talk, "seq": seq}), ("chat:delivered", body)):
        assert socket.ask(name, given)["error"]["code"] == "invalid"


def test_lists_that_are_too_long_or_of_something_else_are_refused(pair: Any, talk: str) -> None:
    customer, _ = pair
    socket = customer.socket()
    one = {"conversationId": talk, "seq": 1}
    for given in (
        [one] * 101,
        [],
        [1],
        "x",
        [{"conversationId": talk}],
        [one | {"more": 1}],
        [one | {"id": talk}],
    ):
        assert socket.ask("chat:delivered", given)["error"]["code"] == "invalid", given
    assert customer.put(f"{URL}/conversations/read", {"ids": [talk] * 101}).status_code == 422


def test_marks_wait_while_the_database_is_away(
    app: Flask, pair: Any, talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, tailor = pair
    chat.send(customer, talk)
    pending = flushing.current()

    def away(_: object) -> None:
        raise db.UNAVAILABLE[1]("away")

    with monkeypatch.context() as patch:
        patch.setattr(service, "write_delivered", away)
        pending.add(tailor.id, talk, 1)
        pending.flush()
    assert marks(tailor, talk)[2] == 0
    pending.flush()
    until(lambda: marks(tailor, talk)[2] == 1)
