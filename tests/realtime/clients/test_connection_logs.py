"""The log lines of connections: which user came, by which transport, and left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from structlog.testing import capture_logs

from tests.support.people import Person, World
from tests.support.plain_clients import Plain, stream, ticket
from tests.support.waiting import until


@contextmanager
def socketio(_: World, person: Person) -> Iterator[None]:
    screen = person.socket()
    yield
    screen.close()


@contextmanager
def websocket(world: World, person: Person) -> Iterator[None]:
    plain = Plain(world, f"/ws?ticket={ticket(person)}")
    plain.next()
    yield
    plain.socket.shutdown()


@contextmanager
def event_stream(_: World, person: Person) -> Iterator[None]:
    with stream(person, {}) as events:
        next(events)
        yield
        person.post("/api/auth/logout")  # else the server would notice only at its next write


Connect = Callable[[World, Person], AbstractContextManager[None]]


@pytest.mark.parametrize(
    ("connect", "transport"), [(socketio, "socketio"), (websocket, "websocket"), (event_stream, "stream")]
)
def test_a_user_leaves_a_line_when_coming_and_when_leaving(
    world: World, connect: Connect, transport: str
) -> None:
    person = world.person("tailor")
    with capture_logs() as lines:

        def logged() -> list[tuple[str, str, str]]:
            return [
                (line["event"], line["role"], line["transport"])
                for line in lines
                if line.get("user") == person.id and "transport" in line and line["log_level"] == "info"
            ]

        with connect(world, person):
            until(lambda: logged() == [("user connected", "tailor", transport)], "the line of the connection")
        until(lambda: logged()[1:] == [("user disconnected", "tailor", transport)], "the line of its end")
    assert not [line for line in lines if person.token in str(line) or person.user["email"] in str(line)]
