"""Messages of the tests as rows, in any number and of any time: for tests of what follows from messages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, text

from metaia.chat import queries
from metaia.chat.models import MessageRow
from metaia.chat.queries import Conversation
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.text import words
from metaia.core.times import now
from tests.support import chats
from tests.support.people import Person

ADD = text(
    "UPDATE conversations SET last_seq = last_seq + 1, version = version + 1, last_message_at = now(),"
    " remind_at = coalesce(remind_at, now()) WHERE id = :id RETURNING last_seq, version"
)


class Talk:
    """A conversation without events. Its messages are due for reminders at once."""

    def __init__(self, *people: Person, kind: str = "direct", **fields: Any) -> None:
        self.id = chats.conversation(*people, kind=kind)
        if fields:
            chats.change(self.id, **fields)

    def set(self, person: Person, **values: Any) -> None:
        """Change columns of a participant."""
        chats.place(self.id, person, **values)

    def say(self, person: Person, said: str | None, **fields: Any) -> str:
        """Insert a message of a participant, and return its id."""
        message_id, moment = new_id(), now()
        index = words.index([said], words=[queries.in_conversation(self.id)])
        with db.transaction():
            seq, version = db.execute(ADD, {"id": self.id}).one()
            row = {
                "id": message_id,
                "conversation_id": self.id,
                "seq": seq,
                "changed": version,
                "version": 1,
                "sender_id": person.id,
                "sender_role": person.user["role"],
                "client_id": message_id,
                "kind": "text",
                "text": said,
                "mentions": [],
                "reactions": [],
                "words": index,
                "created_at": moment,
            }
            db.execute(insert(MessageRow).values(**row | fields))
        return message_id

    def delete(self, message_id: str) -> None:
        """Delete a message, and keep its text for staff."""
        with db.transaction():
            kept = "INSERT INTO message_edits SELECT id, version, text, now() FROM messages WHERE id = :id"
            db.execute(text(kept), {"id": message_id})
            gone = "text = NULL, words = '', deleted_at = now(), deleted_by = 'sender'"
            db.execute(text(f"UPDATE messages SET {gone} WHERE id = :id"), {"id": message_id})

    def now(self) -> Conversation:
        """Return the conversation as it is now."""
        found = queries.conversation(self.id)
        assert found is not None
        return found
