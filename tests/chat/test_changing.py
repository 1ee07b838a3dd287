"""Editing, deleting and reactions."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import func, insert, select, update

from metaia.chat.editing import queries as edit_queries
from metaia.chat.editing.models import MessageEditRow
from metaia.chat.models import MessageRow
from metaia.core import db
from metaia.core.audit.log import AuditEntry
from metaia.core.times import now
from tests.support import chats as chat
from tests.support.media import insert_media

TABLES = """
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'public' AND relkind = 'r'
"""


@pytest.fixture
def pair(world):
    return world.person(), world.person("tailor")


@pytest.fixture
def talk(pair):
    return chat.conversation(*pair)


def path(message, rest=""):
    return f"/api/chat/messages/{message['id']}{rest}"


def make_older(message, **age):
    row = update(MessageRow).where(MessageRow.id == message["id"])
    with db.transaction():
        db.execute(row.values(created_at=now() - timedelta(**age)))


def test_a_sender_edits_a_message_for_15_minutes(world, pair, talk):
    customer, tailor = pair
    screen = tailor.socket()
    sent = chat.send(customer, talk, "Blue")
    answer = customer.patch(path(sent), {"text": "Green", "expectedVersion": 1})
    assert answer.json()["data"]["message"]["text"] == "Green"
    [heard] = screen.wait("chat:message_update")
    assert (heard["text"], heard["version"], heard["change"]) == ("Green", 2, "edited")
    assert heard["conversationVersion"] == 3
    stale = customer.patch(path(sent), {"text": "Red", "expectedVersion": 1})
    assert chat.error(stale) == (409, "stale_version")
    assert stale.json()["error"]["details"]["message"]["text"] == "Green"
    assert customer.patch(path(sent), {"text": "Green"}).json()["data"]["message"]["version"] == 2
    assert chat.error(tailor.patch(path(sent), {"text": "Mine"})) == (403, "forbidden")
    assert chat.error(world.person().patch(path(sent), {"text": "Mine"})) == (404, "not_found")
    over_socket = customer.socket().ask("chat:edit", {"messageId": sent["id"], "text": "Grey"})
    assert over_socket["data"]["message"]["version"] == 3
    support = world.staff("support")
    texts = [each["text"] for each in support.get(path(sent, "/edits")).json()["data"]["edits"]]
    assert texts == ["Blue", "Green"]
    assert customer.get(path(sent, "/edits")).status_code == 403
    make_older(sent, minutes=16)
    assert chat.error(customer.patch(path(sent), {"text": "Late"})) == (409, "edit_window_over")


@pytest.mark.parametrize("entrance", ["rest", "socket"])
def test_a_file_without_text_gets_one(world, pair, talk, entrance):
    picture = insert_media(pair[0], folder="chat")
    body = chat.body(None, attachments=[{"mediaId": picture.id}])
    sent = chat.post(pair[0], talk, body).json()["data"]["message"]
    for version, said in ((2, "Like this?"), (3, "Like that?")):
        if entrance == "rest":
            found = pair[0].patch(path(sent), {"text": said}).json()["data"]
        else:
            found = pair[0].socket().ask("chat:edit", {"messageId": sent["id"], "text": said})["data"]
        shown = found["message"]
        assert (shown["text"], shown["version"], shown["kind"]) == (said, version, "image")
        assert shown["attachments"] == sent["attachments"]
    kept = world.staff("support").get(path(sent, "/edits")).json()["data"]["edits"]
    assert [(each["version"], each["text"]) for each in kept] == [(2, "Like this?")]


def test_staff_sees_the_newest_of_many_earlier_texts(world, pair, talk):
    sent = chat.send(pair[0], talk)
    rows = [
        {"message_id": sent["id"], "version": number, "text": str(number), "at": now()}
        for number in range(1, edit_queries.MOST + 3)
    ]
    with db.transaction():
        db.execute(insert(MessageEditRow).values(rows))
    kept = world.staff("support").get(path(sent, "/edits")).json()["data"]["edits"]
    assert [each["version"] for each in kept] == list(range(3, edit_queries.MOST + 3))


def test_a_deleted_message_stays_without_text(world, pair, talk):
    """Case 14: quotes of it show that it is deleted."""
    customer, tailor = pair
    screen = tailor.socket()
    sent = chat.send(customer, talk, "A secret", mentions=[tailor.id])
    tailor.put(path(sent, "/reactions/👍"))
    chat.send(tailor, talk, "What?", replyTo=sent["id"])
    assert chat.error(tailor.delete(path(sent))) == (403, "forbidden")
    assert chat.error(world.person().delete(path(sent))) == (404, "not_found")
    gone = customer.delete(path(sent)).json()["data"]["message"]
    assert (gone["text"], gone["mentions"], gone["reactions"], gone["deletedBy"]) == (None, [], [], "sender")
    [heard] = screen.wait("chat:message_update")
    assert (heard["change"], heard["text"], heard["seq"]) == ("deleted", None, 1)
    first, second = chat.history(tailor, talk)["messages"]
    assert first["deletedAt"] is not None
    assert second["replyTo"] == {
        "id": sent["id"],
        "seq": 1,
        "senderId": customer.id,
        "excerpt": None,
        "deleted": True,
    }
    later = chat.send(customer, talk, "Never mind", replyTo=sent["id"])
    assert later["replyTo"]["deleted"]
    version = chat.history(tailor, talk)["meta"]["version"]
    assert customer.delete(path(sent)).status_code == 200, "deleting may be repeated"
    assert chat.history(tailor, talk)["meta"]["version"] == version
    assert chat.error(customer.patch(path(sent), {"text": "Back"})) == (409, "message_deleted")
    assert chat.error(tailor.put(path(sent, "/reactions/👍"))) == (409, "message_deleted")
    support = world.staff("support")
    assert [each["text"] for each in support.get(path(sent, "/edits")).json()["data"]["edits"]] == [
        "A secret"
    ]


def test_a_deleted_text_is_in_no_event_and_in_one_row_of_one_table(world, pair, talk, environment):
    customer, tailor = pair
    cursor, secret = tailor.socket().cursor, f"secret-{talk}"
    sent = chat.send(customer, talk, f"My {secret}")
    customer.patch(path(sent), {"text": f"Our {secret}"})
    chat.send(tailor, talk, "What?", replyTo=sent["id"])
    waiting = tailor.socket(cursor=cursor)
    assert secret in str(waiting.wait("chat:message", 2))
    customer.delete(path(sent))
    waiting.wait("chat:message_update", 2)
    replayed = tailor.socket(cursor=cursor)
    replayed.wait("chat:message_update", 2)
    assert secret not in str(replayed.heard)
    assert secret not in tailor.get("/api/sync", params={"cursor": cursor}).text
    assert secret not in str(chat.history(tailor, talk)) + str(chat.changes(tailor, talk, 0))
    assert tables_with(environment["DATABASE_URL"], secret) == {"message_edits": 2}


def tables_with(url, text):
    """Return how many rows of each table contain a text."""
    counts = {}
    with psycopg.connect(url) as connection:
        for (name,) in connection.execute(TABLES).fetchall():
            query = sql.SQL("SELECT FROM {} AS row WHERE row::text LIKE %s").format(sql.Identifier(name))
            counts[name] = connection.execute(query, [f"%{text}%"]).rowcount
    return {name: count for name, count in counts.items() if count}


def test_staff_removes_a_message_at_any_time(world, pair, talk):
    sent = chat.send(pair[0], talk, "Pay me outside")
    make_older(sent, hours=25)
    assert chat.error(pair[0].delete(path(sent))) == (409, "edit_window_over")
    screen, support = pair[1].socket(), world.staff("support")
    gone = support.delete(path(sent), params={"reason": "fraud"}).json()["data"]["message"]
    assert gone["deletedBy"] == "moderator"
    assert screen.wait("chat:message_update")[0]["change"] == "moderated"
    assert chat.error(support.patch(path(sent), {"text": "Mine"})) == (403, "forbidden")


def test_staff_deletes_its_own_message_at_any_time(world, pair):
    support = world.staff("support")
    talk = chat.conversation(pair[0], support)
    sent = chat.send(support, talk, "A mistake")
    make_older(sent, hours=25)
    answer = support.delete(path(sent))
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["message"]["deletedBy"] == "sender"
    removed = (AuditEntry.action == "chat.message_removed", AuditEntry.subject == f"chat-{talk}")
    assert db.fetch_value(select(func.count()).where(*removed)) == 0


def test_an_emoji_is_one_reaction_in_all_its_forms(pair, talk):
    customer, tailor = pair
    screen = customer.socket()
    sent = chat.send(customer, talk)
    for emoji in ("❤", "❤\ufe0f", "❤\ufe0e"):
        answer = tailor.put(path(sent, f"/reactions/{emoji}"))
        assert answer.json()["data"]["message"]["reactions"] == [
            {"emoji": "❤️", "count": 1, "userIds": [tailor.id]}
        ]
    customer.put(path(sent, "/reactions/❤️"))
    socket = tailor.socket()
    for emoji, on in (("👍🏽", True), ("👍", True), ("👍🏽", False)):
        assert socket.ask("chat:react", {"messageId": sent["id"], "emoji": emoji, "on": on})["ok"]
    tailor.delete(path(sent, "/reactions/❤"))
    [now_] = chat.history(customer, talk)["messages"]
    assert now_["reactions"] == [
        {"emoji": "❤️", "count": 1, "userIds": [customer.id]},
        {"emoji": "👍", "count": 1, "userIds": [tailor.id]},
    ]
    heard = screen.wait("chat:reaction", 6)
    assert [(each["emoji"], each["on"]) for each in heard] == [
        ("❤️", True), ("❤️", True), ("👍🏽", True), ("👍", True), ("👍🏽", False), ("❤️", False),
    ]  # fmt: skip
    assert [each["conversationVersion"] for each in heard] == list(range(3, 9))
    assert heard[-1]["reactions"] == now_["reactions"]
    tailor.delete(path(sent, "/reactions/❤"))
    assert chat.history(customer, talk)["meta"]["version"] == 8, "nothing has changed"


def test_what_is_no_emoji_is_no_reaction(pair, talk):
    sent = chat.send(pair[0], talk)
    for text in ("a", "1", "%23", "ok", "👍👍", "👨" * 40, "🇮", "%EF%B8%8F", "👍x"):
        answer = pair[1].put(path(sent, f"/reactions/{text}"))
        assert chat.error(answer) == (422, "not_an_emoji"), text
    for emoji in "😀😁😂🤣😃😄😅😆😉😊😋😎😍😘🥰😗😙😚🙂🤗":
        assert pair[1].put(path(sent, f"/reactions/{emoji}")).status_code == 200, emoji
    assert pair[1].put(path(sent, "/reactions/🤩")).status_code == 422, "20 emoji are the most"
