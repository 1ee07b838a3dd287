"""Sending: one order for all, client ids for ever, and what is refused."""

from __future__ import annotations

from collections import Counter

import gevent
import pytest
from sqlalchemy import text

from metaia.core import db
from tests.support import chats as chat
from tests.support.waiting import until


@pytest.fixture
def pair(world):
    return world.person(), world.person("tailor")


@pytest.fixture
def talk(pair):
    return chat.conversation(*pair)


def at_once(*calls):
    running = [gevent.spawn(*call) for call in calls]
    return [call.get(timeout=60) for call in running]


def test_a_message_reaches_all_participants_on_all_devices(world, pair, talk):
    customer, tailor = pair
    stranger = world.person().socket()
    screens = [customer.socket(), tailor.socket(), tailor.socket()]
    sent = chat.send(customer, talk, "Is the shirt ready?", clientSentAt="2026-11-01T10:00:00Z")
    assert (sent["seq"], sent["version"], sent["kind"], sent["status"]) == (1, 1, "text", "sent")
    assert sent["sender"] == {"id": customer.id, "role": "customer", "name": "Customer"}
    for screen in screens:
        [heard] = screen.wait("chat:message")
        assert {key: heard[key] for key in sent if key != "status"} == {
            key: value for key, value in sent.items() if key != "status"
        }
        assert heard["conversationVersion"] == 2
    answer = chat.send(tailor, talk, "Tomorrow.", replyTo=sent["id"])
    quoted = {"seq": 1, "senderId": customer.id, "excerpt": "Is the shirt ready?", "deleted": False}
    assert answer["replyTo"] == quoted | {"id": sent["id"]}
    assert [each["seq"] for each in screens[0].wait("chat:message", 2)] == [1, 2]
    assert stranger.of("chat:message") == []
    assert [each["text"] for each in chat.history(tailor, talk)["messages"]] == [
        "Is the shirt ready?",
        "Tomorrow.",
    ]


def test_seq_and_version_have_no_gaps_when_all_send_at_once(pair, talk):
    screen = pair[1].socket()
    answers = at_once(*((chat.post, pair[n % 2], talk) for n in range(40)))
    assert Counter(answer.status_code for answer in answers) == {201: 40}
    found = chat.history(pair[0], talk, limit=100)
    assert [each["seq"] for each in found["messages"]] == list(range(1, 41))
    assert found["meta"]["version"] == 41
    heard = screen.wait("chat:message", 40)
    assert [each["seq"] for each in heard] == list(range(1, 41)), "the log has another order"
    assert [each["conversationVersion"] for each in heard] == list(range(2, 42))


def test_a_client_id_sends_once_for_ever(pair, talk):
    """Case 1: the same message, five times at once and once more through a socket."""
    customer, tailor = pair
    screen, given = tailor.socket(), chat.body("Only once")
    answers = at_once(*((chat.post, customer, talk, given) for _ in range(5)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 4}
    again = customer.socket().ask("chat:send", given | {"conversationId": talk})
    messages = [answer.json()["data"]["message"] for answer in answers] + [again["data"]["message"]]
    assert {(each["id"], each["seq"]) for each in messages} == {(messages[0]["id"], 1)}
    replayed = [a.headers.get("Idempotency-Replayed") for a in answers if a.status_code == 200]
    assert replayed == ["true"] * 4
    chat.send(customer, talk, "The next one")
    assert [each["seq"] for each in screen.wait("chat:message", 2)] == [1, 2]
    later = chat.post(customer, talk, given | {"clientSentAt": "2026-11-01T10:00:00Z"})
    assert later.status_code == 200, "the time at which an app sends again may differ"
    other = chat.post(customer, talk, given | {"text": "Other words"})
    assert chat.error(other) == (409, "client_id_mismatch")
    assert chat.post(tailor, talk, given).status_code == 201, "client ids of two users are independent"


def test_a_client_id_of_another_conversation_is_a_mismatch(world, pair, talk):
    customer, other = pair[0], chat.conversation(pair[0], world.person("vendor"))
    for _ in range(5):
        given = chat.body()
        answers = at_once(*((chat.post, customer, each, given) for each in (talk, other)))
        assert sorted(answer.status_code for answer in answers) == [201, 409]


@pytest.mark.parametrize("way", ["batch", "begin"])
def test_a_client_id_that_another_conversation_is_taking_is_a_mismatch(app, world, pair, talk, way):
    """The transaction of the other message has not committed when this one is written."""
    customer, vendor = pair[0], world.person("vendor")
    other, given, path = chat.conversation(customer, vendor), chat.body(), "/api/chat/conversations"
    calls = {
        "batch": (f"{path}/{talk}/messages/batch", {"messages": [given]}),
        "begin": (path, {"participantId": pair[1].id, "message": given}),
    }
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'transactionid'")
    with db.transaction():
        chat.insert_message(other, customer, 1, client_id=given["clientMessageId"])
        sending = gevent.spawn(lambda: customer.post(*calls[way]))
        until(lambda: sending.ready() or db.fetch_value(waiting), "waits for the other transaction")
    answer = sending.get(timeout=60)
    assert chat.error(answer) == (409, "client_id_mismatch")
    assert chat.history(customer, talk)["messages"] == []


def test_a_batch_is_sent_in_its_order_or_not_at_all(pair, talk):
    customer, tailor = pair
    path, screen = f"/api/chat/conversations/{talk}/messages/batch", tailor.socket()
    given = [chat.body(f"Line {n}") for n in range(20)]
    chat.post(customer, talk, given[3])
    answer = customer.post(path, {"messages": given})
    assert answer.status_code == 201, answer.text
    seqs = {each["text"]: each["seq"] for each in answer.json()["data"]["messages"]}
    rest = [f"Line {n}" for n in range(20) if n != 3]
    assert seqs == {"Line 3": 1} | {text: seq for seq, text in enumerate(rest, 2)}
    assert [each["text"] for each in screen.wait("chat:message", 20)] == ["Line 3", *rest]
    again = customer.post(path, {"messages": given})
    assert [each["seq"] for each in again.json()["data"]["messages"]] == [
        seqs[f"Line {n}"] for n in range(20)
    ]
    wrong = [chat.body("New"), given[0] | {"text": "Another text"}]
    assert chat.error(customer.post(path, {"messages": wrong})) == (409, "client_id_mismatch")
    assert chat.history(customer, talk)["meta"]["lastSeq"] == 20


def test_who_may_not_write_is_refused(world, pair, talk):
    customer, tailor = pair
    assert chat.error(chat.post(world.person(), talk)) == (403, "not_participant")
    missing = "01900000-0000-7000-8000-000000000000"
    assert chat.error(chat.post(customer, missing)) == (404, "not_found")
    given = chat.body()
    chat.post(tailor, talk, given)
    chat.place(talk, tailor, left_seq=1, left_at="2026-11-01T10:00:00Z")
    assert chat.error(chat.post(tailor, talk)) == (403, "not_participant")
    assert chat.post(tailor, talk, given).status_code == 200, "a repeated message is answered for ever"
    chat.change(talk, status="closed")
    assert chat.error(chat.post(customer, talk)) == (409, "conversation_closed")


def test_a_mention_and_a_quote_belong_to_the_conversation(world, pair, talk):
    customer, tailor = pair
    elsewhere = chat.send(customer, chat.conversation(customer, world.person("vendor")))
    refused = chat.post(customer, talk, chat.body(replyTo=elsewhere["id"]))
    assert chat.error(refused) == (422, "reply_elsewhere")
    assert chat.post(customer, talk, chat.body(mentions=[world.person().id])).status_code == 422
    assert chat.send(customer, talk, mentions=[tailor.id, tailor.id])["mentions"] == [tailor.id]
    early = chat.send(customer, talk, "Before you came")
    chat.place(talk, tailor, joined_seq=early["seq"])
    refused = chat.post(tailor, talk, chat.body(replyTo=early["id"]))
    assert chat.error(refused) == (422, "reply_elsewhere")
    answer = chat.send(customer, talk, "Quoting", replyTo=early["id"])
    assert answer["replyTo"]["excerpt"] is None, "the event would show what was before"
    assert chat.history(customer, talk)["messages"][-1]["replyTo"]["excerpt"] == "Before you came"
    assert chat.history(tailor, talk)["messages"][-1]["replyTo"]["excerpt"] is None


def test_a_deal_shows_whole_names_when_it_has_an_order(world):
    customer, tailor = world.person(name="Asha Rao"), world.person("tailor")
    deal, screen = chat.conversation(customer, tailor, kind="deal"), tailor.socket()
    names = [chat.send(customer, deal)["sender"]["name"]]
    chat.change(deal, order_id=deal)
    names.append(chat.send(customer, deal)["sender"]["name"])
    assert names == ["Asha", "Asha Rao"]
    assert [each["sender"]["name"] for each in screen.wait("chat:message", 2)] == names
    assert {each["sender"]["name"] for each in chat.history(tailor, deal)["messages"]} == {"Asha Rao"}


def test_a_group_is_heard_by_its_room_alone(world):
    people = [world.person() for _ in range(3)]
    group = chat.conversation(*people, kind="group", owner=people[0])
    sent = chat.send(people[0], group, "For all", mentions=[people[1].id])
    assert [each["id"] for each in chat.history(people[2], group)["messages"]] == [sent["id"]]
    assert chat.post(people[0], group, chat.body(mentions=[world.person().id])).status_code == 422
