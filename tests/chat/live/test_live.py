"""Conversations on the screen: rooms, typing and presence."""

from __future__ import annotations

import gc
import json
from typing import Any

import gevent
import pytest
from flask import Flask
from sqlalchemy import text

from metaia.chat.live import screens, service
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.presence import publish as presence_publish
from metaia.presence import service as presence_service
from tests.support import chats as chat
from tests.support.conversations import group
from tests.support.people import Person, Socket, World
from tests.support.stock_client import Stock
from tests.support.waiting import until

URL = "/api/chat"


@pytest.fixture
def pair(world: World) -> tuple[Person, Person]:
    return world.person(), world.person("tailor")


@pytest.fixture
def talk(pair: tuple[Person, Person]) -> str:
    return chat.conversation(*pair)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every start be told, however soon it comes."""
    monkeypatch.setattr(screens, "EVERY", 0.0)


def joined(person: Person, talk: str) -> Socket:
    socket = person.socket()
    answer = socket.ask("chat:join", {"conversationId": talk})
    assert answer["ok"], answer
    return socket


def typing(socket: Socket) -> list[tuple[str, str]]:
    return [(name, data["userId"]) for name, data in socket.passing if name.startswith("typing:")]


def barrier(person: Person, talk: str, *sockets: Socket) -> None:
    """Type and stop as the last thing: everything that was told before has arrived."""
    screen = joined(person, talk)
    before = {socket: typing(socket).count(("typing:stop", person.id)) for socket in sockets}
    assert screen.ask("typing:start", talk)["ok"]
    assert screen.ask("typing:stop", talk)["ok"]
    for socket in sockets:
        _told(socket, person, before[socket])
    screen.close()


def _told(socket: Socket, person: Person, before: int) -> None:
    until(lambda: typing(socket).count(("typing:stop", person.id)) > before)


def test_a_room_is_restored_without_its_answer(pair: Any, talk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    built, shown = list[str](), service.shown

    def build(actor: Actor, conversation_id: str) -> Any:
        built.append(actor.id)
        return shown(actor, conversation_id)

    monkeypatch.setattr(service, "shown", build)
    customer, tailor = pair
    first = Stock(customer)
    first.sync()
    first.send_text("421" + json.dumps(["chat:join", talk]))
    assert json.loads(first.until("431")[3:])[0]["ok"]
    again = Stock(customer, **first.next_auth())
    again.sync()
    assert again.recovered
    assert built == [customer.id]
    barrier(tailor, talk)
    until(lambda: again.event()[0] == "typing:stop", "it is in the room")
    for client in (first, again):
        client.wire.close()


def test_joining_shows_the_conversation_its_room_and_the_presence_of_others(
    app: Flask, pair: Any, talk: str
) -> None:
    customer, tailor = pair
    tailor.socket()
    presence_service.of(app).round()
    answer = customer.socket().ask("chat:join", {"conversationId": talk})
    assert answer["ok"]
    assert answer["data"]["room"] == f"chat-{talk}"
    assert answer["data"]["conversation"]["id"] == talk
    assert answer["data"]["presence"] == [{"userId": tailor.id, "status": "online"}]


def test_typing_is_told_to_the_other_screens_only(world: World, pair: Any, talk: str) -> None:
    customer, tailor = pair
    own, second, other = joined(customer, talk), joined(customer, talk), joined(tailor, talk)
    elsewhere = tailor.socket()
    assert own.ask("typing:start", {"conversationId": talk}) == {"ok": True, "data": {}}
    [told] = other.wait("typing:start")
    assert told == {"conversationId": talk, "userId": customer.id, "expiresIn": 8}
    second.wait("typing:start")
    assert own.ask("typing:start", {"conversationId": talk})["ok"]  # too soon
    assert own.ask("typing:stop", {"conversationId": talk})["ok"]
    other.wait("typing:stop")
    assert typing(other) == [("typing:start", customer.id), ("typing:stop", customer.id)]
    assert own.ask("typing:stop", {"conversationId": talk})["ok"]
    barrier(tailor, talk, other, second)
    assert [each for each in typing(other) if each[1] == customer.id] == typing(second)[:2]
    assert [each for each in typing(own) if each[1] == customer.id] == []
    assert typing(elsewhere) == []


def test_case_20_typing_ends_with_the_client_and_a_late_joiner_sees_nobody(
    app: Flask, pair: Any, talk: str
) -> None:
    customer, tailor = pair
    own, other = joined(customer, talk), joined(tailor, talk)
    events = db.fetch_value(COUNT)
    own.ask("typing:start", talk)
    assert other.wait("typing:start")[0]["expiresIn"] == 8
    late = joined(tailor, talk)
    assert typing(late) == []
    assert db.fetch_value(COUNT) == events
    own.close()
    other.wait("typing:stop")
    until(lambda: _screens_of(customer) == 0, "nothing is left behind")


COUNT = text("SELECT (SELECT count(*) FROM event_log) + (SELECT count(*) FROM outbox)")


def _screens_of(person: Person) -> int:
    gc.collect()
    return sum(client.actor.id == person.id for client in list(screens._screens))


def test_typing_needs_the_conversation_on_the_screen(world: World, pair: Any, talk: str) -> None:
    customer, tailor = pair
    stranger = world.person().socket()
    for name in ("typing:start", "typing:stop"):
        assert customer.socket().ask(name, talk)["error"]["code"] == "not_joined"
        assert stranger.ask(name, talk)["error"]["code"] == "not_joined"
    assert stranger.ask("chat:join", talk)["error"]["code"] == "not_participant"
    assert stranger.ask("chat:join", new_id())["error"]["code"] == "not_found"
    assert stranger.ask("chat:leave", talk)["ok"]
    own = joined(tailor, talk)
    assert own.ask("chat:leave", talk) == {
        "ok": True,
        "data": {"conversationId": talk, "room": f"chat-{talk}"},
    }
    assert own.ask("typing:start", talk)["error"]["code"] == "not_joined"


@pytest.mark.parametrize("reason", ["setting", "block", "many", "closed", "staff"])
def test_typing_that_others_must_not_see_is_not_told(world: World, pair: Any, talk: str, reason: str) -> None:
    customer, tailor = pair
    typist, reader = customer, tailor
    if reason == "setting":
        assert customer.patch(f"{URL}/settings", {"typing": False}).status_code == 200
    elif reason == "block":
        assert customer.put(f"{URL}/blocks/{tailor.id}").status_code in (200, 204)
    elif reason == "many":
        talk = chat.conversation(*pair, *(world.person() for _ in range(31)), kind="group")
    elif reason == "closed":
        chat.change(talk, status="closed")
    else:
        talk, typist = (
            chat.conversation(customer, tailor, kind="support", owner=customer),
            world.staff("support"),
        )
    other, own = joined(reader, talk), joined(typist, talk)
    assert own.ask("typing:start", talk) == {"ok": True, "data": {}}
    if reason in ("setting", "block", "staff"):
        barrier(tailor if reason != "staff" else customer, talk, other)
    else:
        gevent.sleep(0.2)
    assert ("typing:start", typist.id) not in typing(other)


def test_who_is_removed_types_and_hears_no_more(world: World, eager: None) -> None:
    owner, member, removed = world.person("tailor"), world.person("tailor"), world.person("vendor")
    talk = group(owner, member, removed)
    screen, former = joined(member, talk), joined(removed, talk)
    assert former.ask("typing:start", talk)["ok"]
    screen.wait("typing:start")
    assert owner.delete(f"{URL}/conversations/{talk}/participants/{removed.id}").status_code == 200
    former.wait("chat:conversation", where=lambda each: each["userId"] == removed.id)
    assert former.ask("typing:start", talk)["error"]["code"] == "not_joined"
    chat.send(owner, talk, "After the removal")
    screen.wait("chat:message", where=lambda each: each["text"] == "After the removal")
    barrier(owner, talk, screen)
    assert [each["text"] for each in former.of("chat:message") if each["text"]] == []
    assert [each for each in typing(former) if each[1] == owner.id] == []


def test_members_of_a_group_hear_it_without_asking_also_when_it_leaves_the_screen(world: World) -> None:
    owner, member = world.person("tailor"), world.person("vendor")
    talk = group(owner, member)
    phone, screen = member.socket(), joined(member, talk)
    assert screen.ask("chat:leave", talk)["ok"]
    chat.send(owner, talk, "Hello all")
    for socket in (phone, screen):
        socket.wait("chat:message", where=lambda each: each["text"] == "Hello all")
    cursor = phone.cursor
    phone.close()
    chat.send(owner, talk, "While away")
    back = member.socket(cursor)
    back.wait("chat:message", where=lambda each: each["text"] == "While away")


def test_one_who_is_added_gets_nothing_from_before_and_one_who_left_nothing_after(world: World) -> None:
    owner, member, late = world.person("tailor"), world.person("vendor"), world.person("vendor")
    talk = group(owner, member)
    cursor, away = late.socket().cursor, member.socket().cursor
    chat.send(owner, talk, "Before")
    screen = late.socket()
    answer = owner.post(f"{URL}/conversations/{talk}/participants", {"userIds": [late.id]})
    assert answer.status_code == 200, answer.text
    chat.send(owner, talk, "With both")
    screen.wait("chat:message", where=lambda each: each["text"] == "With both")
    assert member.delete(f"{URL}/conversations/{talk}/participants/{member.id}").status_code == 200
    chat.send(owner, talk, "Without the member")
    screen.wait("chat:message", where=lambda each: each["text"] == "Without the member")

    def said(socket: Socket) -> list[str]:
        return [each["text"] for each in socket.of("chat:message") if each["text"]]

    assert said(screen) == ["With both", "Without the member"]
    assert said(late.socket(cursor)) == ["With both", "Without the member"]
    assert said(member.socket(away)) == ["Before", "With both"]


def test_staff_hears_conversations_of_support_on_the_screen_and_no_others(world: World, pair: Any) -> None:
    customer, _ = pair
    support, direct = chat.conversation(customer, kind="support", owner=customer), chat.conversation(*pair)
    staff = world.staff("support")
    screen = staff.socket()
    assert screen.ask("chat:join", direct)["error"]["code"] == "not_participant"
    assert screen.ask("chat:join", support)["ok"]
    chat.send(customer, direct, "Between us")
    chat.send(customer, support, "Please help")
    screen.wait("chat:message")
    assert [each["text"] for each in screen.of("chat:message")] == ["Please help"]


@pytest.mark.parametrize("shown", ["everybody", "nobody", "blocked"])
def test_presence_is_told_to_the_screens_of_conversations(
    app: Flask, world: World, pair: Any, talk: str, shown: str
) -> None:
    customer, tailor = pair
    if shown == "nobody":
        assert customer.patch(f"{URL}/settings", {"presence": "nobody"}).status_code == 200
    if shown == "blocked":
        assert customer.put(f"{URL}/blocks/{tailor.id}").status_code in (200, 204)
    screen, elsewhere = joined(tailor, talk), tailor.socket()
    other = world.person()
    joined_to = chat.conversation(tailor, other)
    assert screen.ask("chat:join", joined_to)["ok"]
    presence_publish.announce([f"customer {customer.id}"], "online")
    presence_publish.announce([f"customer {other.id}"], "offline")
    screen.wait("user:status_change", where=lambda each: each["userId"] == other.id)
    told = [each["userId"] for each in screen.of("user:status_change")]
    assert (customer.id in told) == (shown == "everybody")
    assert elsewhere.of("user:status_change") == []


@pytest.mark.parametrize("given", [None, 1, "x", [], {}, {"conversationId": "x"}, "a" * 5000])
def test_bad_input_is_refused(pair: Any, talk: str, given: object) -> None:
    socket = pair[0].socket()
    for name in ("chat:join", "chat:leave", "typing:start", "typing:stop"):
        assert socket.ask(name, given)["error"]["code"] == "invalid", name
