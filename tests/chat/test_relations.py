"""Each relation to a conversation of each kind, through each route about one conversation, as the contract says."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import requests

from metaia.core.json import Json
from metaia.core.times import now
from tests.chat.conftest import Cast
from tests.support import chats
from tests.support.conversations import URL, code
from tests.support.people import Person

KINDS = ("direct", "deal", "support", "group")
# By relation: a person of the cast. The owner is the user of a support conversation, and the creator of a group.
RELATIONS = {
    "owner": "tailor",
    "member": "customer",
    "former": "courier",
    "stranger": "vendor",
    "staff": "support",
    "joined": "second_support",
}
STAFF, INSIDE = {"staff", "joined"}, {"owner", "member", "joined"}
OK, FORBIDDEN, STRANGE = (200, ""), (403, "forbidden"), (403, "not_participant")
ILLEGAL, INVALID = (409, "illegal_transition"), (422, "invalid")
Outcome = tuple[int, str]
Rule = Callable[[str, str], Outcome]  # of a kind and a relation


def seen(kind: str, relation: str) -> Outcome:
    return OK if relation in INSIDE | {"former"} or (relation, kind) == ("staff", "support") else STRANGE


def seen_now(kind: str, relation: str) -> Outcome:
    return STRANGE if relation == "former" else seen(kind, relation)


def place(_: str, relation: str) -> Outcome:
    return OK if relation in INSIDE | {"former"} else STRANGE


def managed(kind: str, relation: str) -> Outcome:
    if relation in {"former", "stranger"}:
        return STRANGE
    return OK if kind == "group" and relation in STAFF | {"owner"} else FORBIDDEN


def added(kind: str, relation: str) -> Outcome:
    return INVALID if managed(kind, relation) == OK else managed(kind, relation)  # an unknown user


def left(kind: str, relation: str) -> Outcome:
    if relation in {"former", "stranger", "staff"}:
        return STRANGE
    return OK if kind == "group" or relation == "joined" else FORBIDDEN


def joined(_: str, relation: str) -> Outcome:
    return OK if relation == "staff" else FORBIDDEN


def assigned(kind: str, relation: str) -> Outcome:
    return OK if kind in {"support", "deal"} and relation in STAFF else FORBIDDEN


def closed(kind: str, relation: str) -> Outcome:
    if relation in {"former", "stranger"}:
        return STRANGE
    return OK if relation in STAFF or (kind, relation) == ("support", "owner") else FORBIDDEN


def reopened(kind: str, relation: str) -> Outcome:
    return ILLEGAL if closed(kind, relation) == OK else closed(kind, relation)


def escalated(kind: str, relation: str) -> Outcome:
    if relation in {"former", "stranger"}:
        return STRANGE
    return OK if relation in {"owner", "member"} and kind != "support" else FORBIDDEN


def said(_: str, relation: str) -> Outcome:
    return (201, "") if relation in INSIDE else STRANGE


def only_staff(outcome: Outcome) -> Rule:
    return lambda _, relation: outcome if relation in STAFF else FORBIDDEN


def cases(cast: Cast) -> dict[str, tuple[Json | None, Rule]]:
    """Return the body and the rule of each route."""
    reason, status = {"reason": "because"}, {"expectedVersion": None}
    message = {"clientMessageId": uuid.uuid4().hex, "text": "Hello."}
    return {
        "GET ": (None, seen),
        "GET /participants": (None, seen_now),
        "GET /messages": (None, place),
        "POST /messages": (message, said),
        "PUT /mine": ({"pinned": True}, place),
        "POST /clear": (None, place),
        "PATCH ": ({"title": "Weavers"}, managed),
        "POST /participants": ({"userIds": [str(uuid.uuid4())]}, added),
        "POST /leave": (None, left),
        "POST /join": (reason, joined),
        "POST /assign": ({"assigneeId": cast.admin.id} | reason, assigned),
        "POST /close": (status, closed),
        "POST /reopen": (status, reopened),
        "POST /escalate": (reason, escalated),
        "ADMIN /messages": (None, only_staff(INVALID)),
        "ADMIN /messages?reason=because": (None, only_staff(OK)),
    }


def make(cast: Cast, kind: str) -> str:
    """Return a new conversation of a kind in which each relation has its place."""
    inside = [cast.tailor, cast.customer, cast.courier, cast.second_support]
    talk = chats.conversation(*inside, kind="group")
    chats.place(talk, cast.courier, left_seq=0, left_at=now())
    keys = {"direct": {"direct_key": talk}, "deal": {"deal_id": talk}}
    owner_id = cast.tailor.id if kind in {"support", "group"} else None
    chats.change(talk, kind=kind, owner_id=owner_id, **keys.get(kind, {}))
    return talk


def call(user: Person, route: str, talk: str, body: Json | None) -> requests.Response:
    method, _, path = route.partition(" ")
    if method == "ADMIN":
        return user.get(f"/api/admin/chat/conversations/{talk}{path}")
    return user.call(method, f"{URL}/{talk}{path}", body)


def test_each_relation_gets_what_the_contract_says(cast: Cast) -> None:
    wrong: list[str] = []
    for kind in KINDS:
        for route, (body, rule) in cases(cast).items():
            talk = make(cast, kind)
            for relation, name in RELATIONS.items():
                answer = call(getattr(cast, name), route, talk, _own(body))
                if code(answer) != rule(kind, relation):
                    wrong.append(f"{kind}, {route}, {relation}: {code(answer)}, not {rule(kind, relation)}")
                if answer.ok and not route.startswith(("GET", "ADMIN")):
                    chats.change(talk, status="closed")  # a user has one open conversation with support
                    talk = make(cast, kind)
            chats.change(talk, status="closed")
    assert wrong == []


def test_only_participants_hear_what_is_said(cast: Cast) -> None:
    screens = {relation: getattr(cast, name).socket() for relation, name in RELATIONS.items()}
    for kind in ("direct", "deal", "support"):
        talk = make(cast, kind)
        sent = chats.send(cast.customer, talk)["id"]
        assert code(cast.second_support.post(f"{URL}/{talk}/close", {"expectedVersion": None})) == OK
        for relation in INSIDE:
            screens[relation].wait(
                "chat:conversation", where=lambda data, talk=talk: data["conversationId"] == talk
            )
            assert sent in {data["id"] for data in screens[relation].of("chat:message")}, (kind, relation)
    beacon = cast.world.person("tailor")  # what the others could hear has come before
    for relation in screens.keys() - INSIDE:
        talk = chats.conversation(beacon, getattr(cast, RELATIONS[relation]))
        said_last = chats.send(beacon, talk)["id"]
        screens[relation].wait("chat:message", where=lambda data, last=said_last: data["id"] == last)
        assert len(screens[relation].of("chat:message")) == 1, relation


def _own(body: Json | None) -> Json | None:
    """Return a body with a client id of its own."""
    return body | {"clientMessageId": uuid.uuid4().hex} if body and "clientMessageId" in body else body
