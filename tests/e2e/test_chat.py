"""Chat with several processes: people come and go everywhere at once, and what was deleted is in no memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.e2e.stack import Stack, stack
from tests.e2e.test_processes import on_each
from tests.support import chats as chat
from tests.support.conversations import URL, group
from tests.support.people import Socket, World
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]


@pytest.fixture(scope="module")
def two(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give two web processes on one port."""
    with stack(environment, tmp_path_factory.mktemp("chat")) as (started, _):
        started.web(WEB_CONCURRENCY="2")
        yield started


@pytest.fixture
def people(two: Stack) -> Iterator[World]:
    with World(two.url) as world:
        yield world


def texts(socket: Socket) -> list[str]:
    return [each["text"] for each in socket.of("chat:message") if each["kind"] != "system"]


def test_members_enter_and_leave_in_every_process(two: Stack, people: World) -> None:
    owner, member = people.person("tailor"), people.person("tailor")
    talk = group(owner, member)
    screens, witnesses = on_each(two, member), on_each(two, owner)
    chat.send(owner, talk, "first")
    assert owner.delete(f"{URL}/{talk}/participants/{member.id}").status_code == 200
    chat.send(owner, talk, "second")
    assert owner.post(f"{URL}/{talk}/participants", {"userIds": [member.id]}).status_code == 200
    chat.send(owner, talk, "third")
    for screen in screens:
        until(lambda s=screen: "third" in texts(s), "the last message")  # type: ignore[misc]
        assert texts(screen) == ["first", "third"]
    for witness in witnesses:
        until(lambda s=witness: "third" in texts(s))  # type: ignore[misc]
        assert texts(witness) == ["first", "second", "third"]


def test_typing_is_told_in_every_process(two: Stack, people: World) -> None:
    owner, member = people.person("tailor"), people.person("tailor")
    talk = group(owner, member)
    screens, typist = on_each(two, member), owner.socket()
    for socket in (*screens, typist):
        assert socket.ask("chat:join", talk)["ok"]
    assert typist.ask("typing:start", talk)["ok"]
    for screen in screens:
        assert screen.wait("typing:start")[0]["userId"] == owner.id


def test_a_deleted_text_is_replayed_by_no_process(two: Stack, people: World) -> None:
    owner, member = people.person("tailor"), people.person("tailor")
    talk, words = group(owner, member), f"secret{uuid.uuid4().hex}"
    cursor, witnesses = member.socket().cursor, on_each(two, owner)
    message = chat.send(owner, talk, words)
    assert owner.delete(f"/api/chat/messages/{message['id']}").status_code == 200
    last = chat.send(owner, talk, "the last")
    for witness in witnesses:  # each process has come so far
        witness.wait("chat:message", where=lambda each: each["id"] == last["id"])
    for _ in range(10):  # of which some are served by each process
        back = member.socket(cursor)
        back.wait("chat:message", where=lambda each: each["id"] == last["id"])
        assert words not in repr(back.heard)
        [gone] = [each for each in back.of("chat:message") if each["id"] == message["id"]]
        assert gone["text"] is None
