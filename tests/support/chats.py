"""Conversations that tests begin without the rules of who may begin them, and messages in them."""

from __future__ import annotations

import uuid
from typing import Any

import requests
from sqlalchemy import insert, update

from metaia.chat.models import ConversationRow, MessageRow, ParticipantRow
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from tests.support.people import Person

MARKS = ("joined_seq", "read_seq", "seen_seq", "delivered_seq", "cleared_seq", "reminded_seq")


def conversation(*people: Person, kind: str = "direct", owner: Person | None = None) -> str:
    """Create a conversation and return its id. Needs an application context."""
    conversation_id, moment = new_id(), now()
    values: Json = {
        "id": conversation_id,
        "kind": kind,
        "status": "open",
        "deal_id": new_id() if kind == "deal" else None,
        "direct_key": " ".join(sorted(person.id for person in people)) if kind == "direct" else None,
        "owner_id": owner.id if owner else None,
        "last_seq": 0,
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
    }
    with db.transaction():
        db.execute(insert(ConversationRow).values(**values))
        for person in people:
            db.execute(
                insert(ParticipantRow).values(**_place(conversation_id, person.id, person.user["role"]))
            )
    return conversation_id


def _place(conversation_id: str, user_id: str, role: str) -> Json:
    return {
        "id": new_id(),
        "conversation_id": conversation_id,
        "user_id": user_id,
        "role": role,
        "joined_at": now(),
        **dict.fromkeys(MARKS, 0),
        "notify": "all",
        "pinned": False,
        "archived": False,
        "version": 1,
    }


def place(conversation_id: str, person: Person, **values: Any) -> None:
    """Change the place of a participant."""
    own = (ParticipantRow.conversation_id == conversation_id, ParticipantRow.user_id == person.id)
    with db.transaction():
        db.execute(update(ParticipantRow).where(*own).values(**values))


def change(conversation_id: str, **values: Any) -> None:
    """Change a conversation; its version rises."""
    row = update(ConversationRow).where(ConversationRow.id == conversation_id)
    with db.transaction():
        db.execute(row.values(version=ConversationRow.version + 1, **values))


def body(text: str | None = "Hello", **more: Any) -> Json:
    """Return the body of a message with a client id of its own."""
    return {"clientMessageId": str(uuid.uuid4()), "text": text} | more


def post(
    person: Person, conversation_id: str, given: Json | None = None, **options: Any
) -> requests.Response:
    """Send a message and return the answer."""
    path = f"/api/chat/conversations/{conversation_id}/messages"
    return person.post(path, given or body(), **options)


def send(person: Person, conversation_id: str, text: str = "Hello", **more: Any) -> Json:
    """Send a message and return it."""
    answer = post(person, conversation_id, body(text, **more))
    assert answer.status_code == 201, answer.text
    message: Json = answer.json()["data"]["message"]
    return message


def history(person: Person, conversation_id: str, **query: Any) -> Json:
    """Return `{messages, meta}` of a page."""
    answer = person.get(f"/api/chat/conversations/{conversation_id}/messages", params=query)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return {"messages": found["data"]["messages"], "meta": found["meta"]}


def changes(person: Person, conversation_id: str, since: int, **query: Any) -> Json:
    """Return `{messages, meta}` of what has changed."""
    path = f"/api/chat/conversations/{conversation_id}/changes"
    answer = person.get(path, params={"since": since} | query)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return {"messages": found["data"]["messages"], "meta": found["meta"]}


def error(answer: requests.Response) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return answer.status_code, answer.json()["error"]["code"]


def insert_message(conversation_id: str, sender: Person, seq: int, client_id: str | None = None) -> str:
    """Insert a message as its row alone, and return its id, which is its client id too unless one is given."""
    message_id, moment = new_id(), now()
    values = {
        "id": message_id,
        "conversation_id": conversation_id,
        "seq": seq,
        "changed": seq + 1,
        "version": 1,
        "sender_id": sender.id,
        "sender_role": sender.user["role"],
        "client_id": client_id or message_id,
        "kind": "text",
        "text": "Hello",
        "mentions": [],
        "reactions": [],
        "words": "",
        "created_at": moment,
    }
    with db.transaction():
        db.execute(insert(MessageRow).values(**values))
        row = update(ConversationRow).where(ConversationRow.id == conversation_id)
        db.execute(row.values(last_seq=seq, version=seq + 1, last_message_at=moment))
    return message_id
