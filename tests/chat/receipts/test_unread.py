"""What is unread, against a list of messages that is counted in the simplest way (proof 3 of the design)."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field

import pytest
from flask import Flask

from metaia.chat.blocks import service as blocks
from metaia.chat.conversations import create
from metaia.chat.conversations import service as conversations
from metaia.chat.editing import service as editing
from metaia.chat.messages import service as messages
from metaia.chat.participants import service as participants
from metaia.chat.receipts import service
from metaia.chat.unread import queries as unread_queries
from metaia.core.access.actor import Actor
from metaia.core.errors import Problem
from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.support.people import Person, World

NEVER = 10**9


@dataclass
class Told:
    """A message, as everybody knows it."""

    seq: int
    id: str
    sender: str | None
    deleted: bool = False


@dataclass
class Place:
    """A user in a conversation."""

    joined: int = 0
    left: int = NEVER
    read: int = 0
    cleared: int = 0

    @property
    def active(self) -> bool:
        return self.left == NEVER


@dataclass
class Talk:
    """A conversation as a list."""

    id: str
    told: list[Told] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    def unread(self, user: str, blocked: set[tuple[str, str]]) -> int:
        place = self.places[user]
        after = max(place.joined, place.read, place.cleared)
        return sum(
            after < each.seq <= place.left
            and not each.deleted
            and each.sender not in (None, user)
            and (user, each.sender) not in blocked
            for each in self.told
        )


class History:
    """Random actions of three people in a direct conversation and in a group, and what must be unread after each."""

    def __init__(self, people: list[Person], dice: random.Random) -> None:
        self.actors = [Actor(each.id, each.user["role"], "session", 2**40) for each in people]
        self.dice = dice
        self.blocked: set[tuple[str, str]] = set()
        first, second, third = self.actors
        bodies = (
            {"participant_id": second.id},
            {"kind": "group", "title": "Weavers", "participant_ids": [second.id, third.id]},
        )
        given: Json = {"kind": None, "message": None}
        self.talks = [Talk(create.begin(first, given | body)[0]) for body in bodies]
        self.talks[0].places = {each.id: Place() for each in (first, second)}
        self.talks[1].places = {each.id: Place() for each in self.actors}

    def act(self) -> str:
        talk, actor = self.dice.choice(self.talks), self.dice.choice(self.actors)
        name = self.dice.choice(
            ["send"] * 5 + ["delete", "read", "read", "mark", "clear", "come_or_go", "block"]
        )
        if actor.id in talk.places:
            getattr(self, name)(talk, actor)
        return name

    def send(self, talk: Talk, actor: Actor) -> None:
        given: Json = {"client_message_id": new_id(), "client_sent_at": None, "text": "Hello"}
        given |= {"attachments": [], "mentions": [], "reply_to": None}
        try:
            sent = messages.send(actor, talk.id, given).message
        except Problem:
            return
        talk.told.append(Told(sent["seq"], sent["id"], actor.id))

    def delete(self, talk: Talk, actor: Actor) -> None:
        own = [each for each in talk.told if each.sender == actor.id]
        if own:
            message = self.dice.choice(own)
            editing.delete(actor, message.id)
            message.deleted = True

    def read(self, talk: Talk, actor: Actor) -> None:
        place, last = talk.places[actor.id], talk.told[-1].seq if talk.told else 0
        seq = self.dice.randint(0, last + 3)
        found = service.read(actor, talk.id, seq)
        place.read = max(place.read, min(seq, found["lastSeq"], place.left))
        assert found["readSeq"] == place.read

    def mark(self, talk: Talk, actor: Actor) -> None:
        place, seq = talk.places[actor.id], self.dice.randint(1, len(talk.told) + 2)
        place.read = min(place.read, seq - 1)
        found = service.unread(actor, talk.id, seq)
        assert (found["readSeq"], found["unread"]) == (
            place.read,
            min(100, talk.unread(actor.id, self.blocked)),
        )

    def clear(self, talk: Talk, actor: Actor) -> None:
        found = conversations.clear(actor, talk.id).conversation
        place = talk.places[actor.id]
        last = min(found.last_seq, place.left)  # a former participant clears what it sees
        place.cleared, place.read = max(place.cleared, last), max(place.read, last)

    def come_or_go(self, talk: Talk, actor: Actor) -> None:
        if talk is self.talks[0] or actor is self.actors[0]:
            return
        place, owner = talk.places[actor.id], self.actors[0]
        before = conversations.read(owner, talk.id).conversation.last_seq
        try:
            if place.active:
                participants.remove(self.dice.choice([owner, actor]), talk.id, actor.id)
                place.left = before
            else:
                participants.add(owner, talk.id, [actor.id])
                place.joined, place.left = before, NEVER
        except Problem:
            return

    def block(self, talk: Talk, actor: Actor) -> None:
        other = self.dice.choice([each for each in self.actors if each is not actor])
        pair = (actor.id, other.id)
        (blocks.unblock if pair in self.blocked else blocks.block)(actor, other.id)
        self.blocked ^= {pair}

    def compare(self, steps: list[str]) -> None:
        for actor in self.actors:
            mine = [talk for talk in self.talks if actor.id in talk.places]
            expected = {talk.id: talk.unread(actor.id, self.blocked) for talk in mine}
            found = unread_queries.unread(actor.id, [talk.id for talk in mine])
            shown = {each: unread.messages for each, unread in found.items()}
            assert shown == {each: min(number, 100) for each, number in expected.items()}, steps
            assert {each: unread.more for each, unread in found.items()} == {
                each: number > 100 for each, number in expected.items()
            }, steps
            active = [expected[talk.id] for talk in mine if talk.places[actor.id].active]
            total = unread_queries.badge(actor.id)
            assert total.messages == sum(min(number, 100) for number in active), steps
            assert total.conversations == sum(number > 0 for number in active), steps


def play(people: list[Person], seed: int, length: int) -> None:
    history, steps = History(people, random.Random(seed)), [f"seed {seed}"]
    for _ in range(length):
        steps.append(history.act())
        history.compare(steps)


@pytest.fixture
def people(world: World) -> list[Person]:
    return [world.person("tailor"), world.person("tailor"), world.person("vendor")]


@pytest.mark.parametrize("seed", range(3))
def test_unread_is_what_a_naive_list_says(app: Flask, people: list[Person], seed: int) -> None:
    play(people, seed, 60)


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(100, 100 + int(os.environ.get("CHAT_HISTORIES", "4"))))
def test_unread_is_what_a_naive_list_says_in_many_histories(
    app: Flask, people: list[Person], seed: int
) -> None:
    play(people, seed, 200)
