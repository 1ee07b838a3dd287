"""The export of what a user wrote, the deletion of an account, and the end of what deleted messages contained."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from metaia.chat.personal_data import privacy, queries
from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now
from metaia.media.uses import queries as use_queries
from tests.support import chats
from tests.support.media import insert_media
from tests.support.people import PASSWORD, Person, World
from tests.support.plans import nodes, plans

KEPT = text("SELECT text FROM message_edits WHERE message_id = :id")
FILES = text("SELECT count(*) FROM message_attachments WHERE message_id = :id")
AGE = text("UPDATE messages SET deleted_at = deleted_at - make_interval(days => :days) WHERE id = :id")


REACTIONS = text(
    "INSERT INTO message_reactions SELECT :message, :user, 'e' || n, now() FROM generate_series(1, 2000) n"
)
NO_ID = "00000000-0000-0000-0000-000000000000"

pytestmark = pytest.mark.usefixtures("context")


def export(person: Person) -> Json:
    answer = person.get("/api/auth/export")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]["export"]
    return found


def leave(person: Person) -> None:
    """Delete an account, and run the job that follows."""
    answer = person.call("DELETE", "/api/auth/me", {"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    privacy.leave_conversations()


def remove(person: Person, message: Json) -> None:
    assert person.delete(f"/api/chat/messages/{message['id']}").status_code == 200


def age(message: Json, days: int) -> None:
    with db.transaction():
        db.execute(AGE, {"id": message["id"], "days": days})


def rows(query: Any, message: Json) -> list[Any]:
    return [row[0] for row in db.fetch_all(query, {"id": message["id"]})]


def test_the_export_has_what_one_wrote_and_nothing_of_others(
    asha: Person, tailor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy, "PAGE_SIZE", 2)
    talk, former = chats.conversation(asha, tailor), chats.conversation(asha, tailor, kind="deal")
    mine = [chats.send(asha, talk, f"an unmistakable wish {number}") for number in range(4)]
    mine.append(chats.send(asha, former, "before I left"))
    chats.place(former, asha, left_seq=1, left_at=now())
    gone = chats.send(asha, talk, "a regret")
    remove(asha, gone)
    chats.send(tailor, talk, "a confidential answer")
    asha.put(f"/api/chat/messages/{mine[0]['id']}/reactions/👍")
    asha.put(f"/api/chat/blocks/{tailor.id}")
    found = export(asha)
    by_id = {each["id"]: each["text"] for each in found["chatMessages"]}
    assert by_id == {each["id"]: each["text"] for each in mine} | {gone["id"]: None}
    assert [each["emoji"] for each in found["chatReactions"]] == ["👍"]
    assert [each["userId"] for each in found["chatBlocks"]] == [tailor.id]
    assert found["chatSettings"][0]["readReceipts"] is True
    assert "confidential" not in str(found)
    assert "regret" not in str(found)


def test_reactions_of_a_user_are_read_from_an_index(asha: Person, tailor: Person) -> None:
    message = chats.send(asha, chats.conversation(asha, tailor), "Hello")
    values = {"message": message["id"], "user": tailor.id}
    with db.transaction():
        db.execute(REACTIONS, values)
        db.execute(text("ANALYZE message_reactions"))
        first = queries.reactions(tailor.id, (NO_ID, ""), 1_990)
        rest = queries.reactions(tailor.id, (first[-1].message_id, first[-1].emoji), 1_990)
        assert (len(first), len(rest)) == (1_990, 10)
        [plan] = plans(lambda: queries.reactions(asha.id, (message["id"], "a"), 100))
    [node] = [each for each in nodes(plan) if "Index Name" in each]
    assert node["Index Name"] == "ix_message_reactions_user_id"
    assert "message_id" in node["Index Cond"]


def test_messages_of_a_deleted_account_stay_without_its_name(asha: Person, tailor: Person) -> None:
    talk = chats.conversation(asha, tailor)
    sent = chats.send(asha, talk, "The sleeves are too long")
    answer = chats.send(tailor, talk, "I will shorten them", replyTo=sent["id"])
    leave(asha)
    found = {each["id"]: each for each in chats.history(tailor, talk)["messages"]}
    assert found[sent["id"]]["text"] == "The sleeves are too long"
    assert found[sent["id"]]["sender"] == {"id": asha.id, "role": "customer", "name": None}
    assert found[answer["id"]]["replyTo"]["excerpt"] == "The sleeves are too long"
    shown = tailor.get(f"/api/chat/conversations/{talk}").json()["data"]["conversation"]
    assert shown["status"] == "closed", "no one reads it any more"
    assert "Asha" not in str(shown)
    assert chats.error(chats.post(tailor, talk)) == (409, "conversation_closed")
    assert privacy.leave_conversations() == 0


def test_a_deal_and_a_group_go_on_without_a_deleted_user(world: World, asha: Person, tailor: Person) -> None:
    vendor = world.person("vendor")
    deal = chats.conversation(asha, tailor, kind="deal")
    group = chats.conversation(tailor, asha, vendor, kind="group", owner=tailor)
    leave(asha)
    for talk in (deal, group):
        chats.send(tailor, talk, "We go on")
    leave(tailor)
    shown = vendor.get(f"/api/chat/conversations/{group}").json()["data"]["conversation"]
    assert shown["participantCount"] == 1
    assert "rename" in shown["allowedActions"], "the last partner inherits the group"


def test_conversations_go_on_without_staff_that_is_deleted(
    world: World, asha: Person, tailor: Person
) -> None:
    staff = world.staff("support")
    support = chats.conversation(asha, staff, kind="support", owner=asha)
    direct = chats.conversation(asha, tailor)
    joined = staff.post(f"/api/chat/conversations/{direct}/join", {"reason": "because of a test"})
    assert joined.status_code == 200, joined.text
    leave(staff)
    for talk in (support, direct):
        chats.send(asha, talk, "We go on")
        shown = asha.get(f"/api/chat/conversations/{talk}").json()["data"]["conversation"]
        assert staff.id not in {each["userId"] for each in shown["participants"] if each["leftAt"] is None}


def test_settings_and_blocks_of_a_deleted_account_are_erased(asha: Person, tailor: Person) -> None:
    asha.patch("/api/chat/settings", {"readReceipts": False})
    asha.put(f"/api/chat/blocks/{tailor.id}")
    tailor.post("/api/chat/reports", {"userId": asha.id, "reason": "other", "note": "an unmistakable note"})
    leave(tailor)
    leave(asha)
    for table, column in (
        ("chat_settings", "user_id"),
        ("chat_blocks", "blocker_id"),
        ("chat_blocks", "blocked_id"),
    ):
        query = text(f"SELECT count(*) FROM {table} WHERE {column} = ANY(:ids)")
        assert db.fetch_value(query, {"ids": [asha.id, tailor.id]}) == 0, (table, column)
    assert db.fetch_value(text("SELECT count(*) FROM chat_reports WHERE note LIKE '%unmistakable%'")) == 0


def test_a_deleted_message_keeps_its_content_for_thirty_days(asha: Person, tailor: Person) -> None:
    talk = chats.conversation(asha, tailor)
    media = insert_media(asha, folder="chat")
    sent = chats.send(asha, talk, "an unmistakable insult", attachments=[{"mediaId": media.id}])
    remove(asha, sent)
    age(sent, 29)
    privacy.purge_deleted()
    assert rows(KEPT, sent) == ["an unmistakable insult"]
    assert rows(FILES, sent) == [1]
    age(sent, 2)
    privacy.purge_deleted()
    assert rows(KEPT, sent) == []
    assert rows(FILES, sent) == [0]
    assert use_queries.media_ids(f"message-{sent['id']}") == []
    [left] = chats.history(tailor, talk)["messages"]
    assert (left["text"], left["deletedBy"]) == (None, "sender"), "what is left stays"
    due_at = db.fetch_value(text("SELECT due_at FROM media WHERE id = :id"), {"id": media.id})
    assert due_at <= now() + timedelta(seconds=1), "the next sweep deletes the file"


def test_content_is_kept_while_a_report_is_open(world: World, asha: Person, tailor: Person) -> None:
    talk = chats.conversation(asha, tailor)
    sent = chats.send(asha, talk, "an insult")
    answer = tailor.post("/api/chat/reports", {"messageId": sent["id"], "reason": "abuse"})
    assert answer.status_code == 201, answer.text
    remove(asha, sent)
    age(sent, 40)
    privacy.purge_deleted()
    assert rows(KEPT, sent) == ["an insult"]
    with db.transaction():
        db.execute(
            text("UPDATE chat_reports SET status = 'closed', action = 'dismiss' WHERE message_id = :id"),
            {"id": sent["id"]},
        )
    privacy.purge_deleted()
    assert rows(KEPT, sent) == []
