"""Pages of the history, and changes since a version."""

from __future__ import annotations

import pytest

from tests.support import chats as chat


@pytest.fixture
def pair(world):
    return world.person(), world.person("tailor")


def seqs(page):
    return [each["seq"] for each in page["messages"]]


def test_pages_meet_without_gap(pair):
    customer, tailor = pair
    talk = chat.conversation(*pair)
    for n in range(3):
        batch = {"messages": [chat.body(str(n)) for _ in range(10)]}
        customer.post(f"/api/chat/conversations/{talk}/messages/batch", batch)
    newest = chat.history(tailor, talk, limit=10)
    assert seqs(newest) == list(range(21, 31))
    assert newest["meta"] == {
        "firstSeq": 21,
        "lastSeq": 30,
        "version": 31,
        "hasBefore": True,
        "hasAfter": False,
    }
    older = chat.history(tailor, talk, before=21, limit=20)
    assert seqs(older) == list(range(1, 21))
    assert (older["meta"]["hasBefore"], older["meta"]["hasAfter"]) == (False, True)
    found, last = [], 0
    while True:
        page = chat.history(tailor, talk, after=last, limit=7)
        found += seqs(page)
        last = page["meta"]["lastSeq"]
        if not page["meta"]["hasAfter"]:
            break
    assert found == list(range(1, 31))
    around = chat.history(tailor, talk, around=15, limit=6)
    assert seqs(around) == [12, 13, 14, 15, 16, 17]
    assert (around["meta"]["hasBefore"], around["meta"]["hasAfter"]) == (True, True)
    assert seqs(chat.history(tailor, talk, around=1, limit=1)) == [1]
    assert chat.history(tailor, talk, after=30)["meta"]["lastSeq"] is None


def test_changes_are_the_messages_as_they_are_now(pair):
    customer, tailor = pair
    talk = chat.conversation(*pair)
    first, second, third = (chat.send(customer, talk, text) for text in ("one", "two", "three"))
    seen = chat.history(tailor, talk)["meta"]["version"]
    assert chat.changes(tailor, talk, seen) == {"messages": [], "meta": {"version": seen, "more": False}}
    customer.patch(f"/api/chat/messages/{first['id']}", {"text": "one, edited"})
    customer.delete(f"/api/chat/messages/{third['id']}")
    tailor.put(f"/api/chat/messages/{second['id']}/reactions/👍")
    found = chat.changes(tailor, talk, seen)
    assert [(each["seq"], each["text"], each["deletedBy"]) for each in found["messages"]] == [
        (1, "one, edited", None),
        (3, None, "sender"),
        (2, "two", None),
    ]
    assert found["meta"] == {"version": seen + 3, "more": False}
    path = f"/api/chat/conversations/{talk}/changes"
    whole = tailor.get(path, params={"since": seen}).json()["data"]["conversation"]
    assert (whole["version"], whole["lastSeq"], whole["lastMessage"]["seq"]) == (seen + 3, 3, 3)
    page = chat.changes(tailor, talk, seen, limit=2)
    assert page["meta"] == {"version": seen + 2, "more": True}
    assert seqs(chat.changes(tailor, talk, seen + 2)) == [2]
    assert len(chat.changes(tailor, talk, 0)["messages"]) == 3


def test_what_was_before_and_after_a_participant_is_not_visible(world, pair):
    customer, tailor = pair
    talk = chat.conversation(*pair)
    for text in "abcde":
        chat.send(customer, talk, text)
    chat.place(talk, tailor, joined_seq=2, left_seq=4, left_at="2026-11-01T10:00:00Z")
    assert seqs(chat.history(tailor, talk)) == [3, 4]
    assert seqs(chat.history(tailor, talk, before=99)) == [3, 4]
    assert seqs(chat.history(tailor, talk, after=0)) == [3, 4]
    assert seqs(chat.changes(tailor, talk, 0)) == [3, 4]
    chat.place(talk, customer, cleared_seq=4)
    assert seqs(chat.history(customer, talk)) == [5]
    for path in ("messages", "changes?since=0"):
        refused = world.person().get(f"/api/chat/conversations/{talk}/{path}")
        assert chat.error(refused) == (403, "not_participant")


def test_a_sender_sees_how_far_a_message_has_come(world, pair):
    customer, tailor = pair
    talk = chat.conversation(*pair)
    for text in "abc":
        chat.send(customer, talk, text)
    chat.place(talk, tailor, seen_seq=1, delivered_seq=2)
    shown = chat.history(customer, talk)["messages"]
    assert [each["status"] for each in shown] == ["read", "delivered", "sent"]
    assert {each["status"] for each in chat.history(tailor, talk)["messages"]} == {None}
    agents = [world.staff("support"), world.staff("support")]
    help_ = chat.conversation(customer, *agents, kind="support", owner=customer)
    chat.send(customer, help_, "Help")
    chat.place(help_, agents[1], seen_seq=1)
    assert chat.history(customer, help_)["messages"][0]["status"] == "read", "one of staff is enough"


def test_a_status_ignores_users_that_came_later(world):
    """Users that came later do not see the message: they neither read it nor take the status back."""
    sender, reader, later = world.person("tailor"), world.person("tailor"), world.person("tailor")
    talk = chat.conversation(sender, reader, later, kind="group")
    for text in "abc":
        chat.send(sender, talk, text)
    chat.place(talk, reader, seen_seq=2, delivered_seq=3)
    chat.place(talk, later, joined_seq=2)
    shown = chat.history(sender, talk)["messages"]
    assert [each["status"] for each in shown] == ["read", "read", "sent"]
    chat.place(talk, reader, joined_seq=2)
    shown = chat.history(sender, talk)["messages"]
    assert [each["status"] for each in shown] == ["sent", "sent", "sent"], "nobody sees the first two"


def test_more_than_one_place_is_refused(pair):
    talk = chat.conversation(*pair)
    path = f"/api/chat/conversations/{talk}/messages"
    for query in ({"before": 1, "after": 1}, {"before": -1}, {"after": 2**63}, {"limit": 0}, {"limit": 101}):
        assert pair[0].get(path, params=query).status_code == 422, query
