"""Proof: a deleted text is nowhere but in the one row that staff reads, and nowhere after the purge."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.chat.personal_data import privacy
from metaia.chat.reminders import service as reminders
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from tests.support import chats
from tests.support.media import insert_media
from tests.support.people import Person, World
from tests.support.waiting import until

SECRET, NAME = "pomegranate umbrella", "walrus-tax-return"
COLUMNS = text(
    "SELECT c.oid::regclass::text AS table, a.attname AS column FROM pg_class c"
    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1, 2"
)
DUE = text("UPDATE conversations SET remind_at = now() WHERE id = :id")
LONG_AGO = text("UPDATE messages SET deleted_at = deleted_at - interval '40 days' WHERE id = :id")


@pytest.fixture(autouse=True)
def context(app: Flask):
    with app.app_context():
        yield


def columns_with(words: str) -> dict[str, int]:
    """Return how many rows have `words` by column, of every column of the schema as text, bytes too."""
    found = dict(_columns_with(words))
    return {name: count for name, count in found.items() if count}


def _columns_with(words: str) -> Iterator[tuple[str, int]]:
    forms = [f"%{words}%", f"%{words.encode().hex()}%", f"%{words.split(maxsplit=1)[0]}%"]
    for table, rows in groupby(db.fetch_all(COLUMNS), key=lambda row: row.table):
        names = [row.column for row in rows]
        counts = ", ".join(f'count(*) FILTER (WHERE "{name}"::text ILIKE ANY(:forms))' for name in names)
        [found] = db.fetch_all(text(f"SELECT {counts} FROM {table}"), {"forms": forms})
        yield from ((f"{table}.{name}", int(count)) for name, count in zip(names, found, strict=True))


def seen_by(person: Person, talk: str, cursor: str) -> str:
    """Return all that a user can read of a conversation: its pages, and a replay over REST and a socket."""
    pages = (
        f"/api/chat/conversations/{talk}",
        f"/api/chat/conversations/{talk}/messages",
        f"/api/chat/conversations/{talk}/changes?since=0",
        "/api/chat/conversations",
        "/api/chat/search?q=pomegranate",
        "/api/chat/attachments",
        f"/api/sync?cursor={cursor}&limit=500",
        "/api/notifications",
        "/api/auth/export",
    )
    socket = person.socket(cursor=cursor)
    return " ".join([*(person.get(page).text for page in pages), str(socket.heard)])


def test_a_deleted_text_is_nowhere(world: World) -> None:
    asha, tailor = world.person(name="Asha Nair"), world.person("tailor")
    cursors = {person.id: person.socket().of("sync")[-1]["cursor"] for person in (asha, tailor)}
    talk = chats.conversation(asha, tailor)
    media = insert_media(asha, folder="chat", filename=f"{NAME}.pdf", kind="document")
    given: Json = {"attachments": [{"mediaId": media.id, "name": f"{NAME}.pdf"}]}
    first = chats.send(asha, talk, f"It is a {SECRET}", **given)
    chats.send(tailor, talk, "What is that?", replyTo=first["id"])
    edited = asha.patch(f"/api/chat/messages/{first['id']}", {"text": f"It is not a {SECRET}"})
    assert edited.status_code == 200, edited.text
    begin: tuple[str, Json] = ("/api/chat/conversations", {"participantId": tailor.id})
    once = {"Idempotency-Key": new_id()}
    assert SECRET in asha.post(*begin, headers=once).text, "in the quote of the newest message"
    with db.transaction():
        db.execute(DUE, {"id": talk})
    reminders.remind(talk)
    until(lambda: SECRET in seen_by(tailor, talk, cursors[tailor.id]))
    before = columns_with(SECRET)
    assert {"messages.text", "messages.words", "message_edits.text", "event_log.payload"} <= before.keys()
    assert "idempotency_keys.body" in before
    assert asha.delete(f"/api/chat/messages/{first['id']}").status_code == 200
    until(lambda: db.fetch_value(text("SELECT count(*) FROM outbox WHERE kind = 'event'")) == 0)
    assert columns_with(SECRET) == {"message_edits.text": 2}, (
        "what it said before and after the edit, for staff"
    )
    again = asha.post(*begin, headers=once)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert SECRET not in again.text
    for person in (asha, tailor):
        everything = seen_by(person, talk, cursors[person.id])
        assert first["id"] in everything
        assert SECRET not in everything
        assert NAME not in everything or person is asha, "the file itself is still in the list of its owner"
    _purge(first)
    assert columns_with(SECRET) == {}


def _purge(message: Any) -> None:
    with db.transaction():
        db.execute(LONG_AGO, {"id": message["id"]})
    privacy.purge_deleted()
