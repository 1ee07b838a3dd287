"""Conversations of tests: beginning them, writing in them, and deals that no order stands behind."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from flask import Flask

from metaia.chat import contexts
from metaia.chat.contexts import Context, Deal
from metaia.chat.participants import service as participant_service
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.support.people import Person, Socket

URL = "/api/chat/conversations"
UNKNOWN = "01a1f86b-752e-753f-ab3a-936f1e472418"  # nothing has this id


def code(answer: requests.Response) -> tuple[int, str]:
    """Return the status and the code of an error; the code is empty for a success."""
    return answer.status_code, answer.json().get("error", {}).get("code", "")


def begin(user: Person, **body: object) -> Json:
    """Begin a conversation, or find it, and return it."""
    answer = user.post(URL, body)
    assert answer.status_code in {200, 201}, answer.text
    found: Json = answer.json()["data"]["conversation"]
    return found


def direct(user: Person, other: Person) -> str:
    """Return the id of the direct conversation that `user` begins."""
    return str(begin(user, participantId=other.id)["id"])


def group(user: Person, *others: Person) -> str:
    """Return the id of a new group."""
    body = {"kind": "group", "title": "Weavers", "participantIds": [each.id for each in others]}
    return str(begin(user, **body)["id"])


def try_to_say(user: Person, conversation_id: str, text: str = "Hello.") -> requests.Response:
    """Send a message."""
    body = {"clientMessageId": uuid.uuid4().hex, "text": text}
    return user.post(f"{URL}/{conversation_id}/messages", body)


def say(user: Person, conversation_id: str, text: str = "Hello.") -> Json:
    """Send a message, and return it."""
    answer = try_to_say(user, conversation_id, text)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()["data"]["message"]
    return found


def read(user: Person, conversation_id: str) -> Json:
    """Return a conversation as a user sees it."""
    answer = user.get(f"{URL}/{conversation_id}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]["conversation"]
    return found


def received_all(screen: Socket, asking: Person) -> None:
    """Wait until a screen has received all events so far: it gets the one of a conversation that begins now.

    `asking` is the user of the screen, or any user if that one is staff; it has no open conversation with support yet.
    """
    talk = begin(asking, kind="support")["id"]
    screen.wait("chat:conversation", where=lambda data: data["conversationId"] == talk)


def texts(user: Person, conversation_id: str) -> list[str]:
    """Return the texts of the messages that a user sees, without those of the system."""
    answer = user.get(f"{URL}/{conversation_id}/messages?limit=100")
    assert answer.status_code == 200, answer.text
    return [each["text"] for each in answer.json()["data"]["messages"] if each["kind"] != "system"]


class Deals:
    """Deals that resolve as orders, for all their people and for staff."""

    def __init__(self) -> None:
        self.known: dict[str, Deal] = {}

    def make(self, *people: Person, finished: bool = False) -> str:
        """Return the id of a new deal, which is that of its order."""
        deal_id = new_id()
        self._set(deal_id, people, finished=finished)
        return deal_id

    def follow(self, deal_id: str, *people: Person, finished: bool = False) -> None:
        """Change the people of a deal, as an order does when its courier changes."""
        self._set(deal_id, people, finished=finished)
        with db.transaction():
            participant_service.follow(deal_id, self.known[deal_id].people)

    def _set(self, deal_id: str, people: tuple[Person, ...], *, finished: bool) -> None:
        self.known[deal_id] = Deal(deal_id, deal_id, [user.id for user in people], finished)

    def resolve(self, actor: Actor, thing_id: str) -> Deal | None:
        """Return a deal for its people and staff."""
        deal = self.known.get(thing_id)
        if deal is None or (actor.role not in {"support", "admin"} and actor.id not in set(deal.people)):
            return None
        return deal


@contextmanager
def deals_of(app: Flask) -> Iterator[Deals]:
    """Let deals of a test resolve as orders, instead of those that are registered."""
    deals, registered = Deals(), contexts.CONTEXTS.of(app)
    before = dict(registered)
    registered.clear()
    registered[contexts.ORDER] = Context(deals.resolve)
    try:
        yield deals
    finally:
        registered.clear()
        registered.update(before)
