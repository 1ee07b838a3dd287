"""Work of support: joining, assigning, closing, reopening, and calls for support."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from metaia.chat import queries
from metaia.core import db
from tests.chat.conftest import Cast
from tests.support.conversations import (
    UNKNOWN,
    URL,
    Deals,
    begin,
    code,
    direct,
    group,
    read,
    received_all,
    say,
    texts,
    try_to_say,
)

REASON = {"reason": "The parcel is late."}


def audited(action: str, conversation_id: str) -> list[Any]:
    query = text("SELECT actor_id, after FROM audit_log WHERE action = :action AND subject = :subject")
    found = db.fetch_all(query, {"action": action, "subject": f"chat-{conversation_id}"})
    return [(row.actor_id, row.after) for row in found]


def waiting_for(conversation_id: str) -> str | None:
    found = queries.conversation(conversation_id)
    assert found is not None
    return found.waiting_for


def test_staff_joins_with_a_reason_and_leaves(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    say(cast.customer, talk, "Where is it?")
    path = f"{URL}/{talk}"
    assert code(cast.support.get(path)) == (403, "not_participant")
    assert code(cast.support.get(f"{path}/messages")) == (403, "not_participant")
    assert code(try_to_say(cast.support, talk)) == (403, "not_participant")
    assert code(cast.support.post(f"{path}/join", {})) == (422, "invalid")
    assert code(cast.customer.post(f"{path}/join", REASON)) == (403, "forbidden")
    screen = cast.customer.socket()
    assert code(cast.support.post(f"{path}/join", REASON)) == (200, "")
    assert audited("chat.join", talk) == [(cast.support.id, REASON)]
    [joined] = screen.wait("chat:conversation")
    assert (joined["change"], joined["userId"]) == ("joined", cast.support.id)
    assert texts(cast.support, talk) == ["Where is it?"]
    say(cast.support, talk, "We look into it.")
    assert code(cast.support.post(f"{path}/join", REASON)) == (403, "forbidden")
    assert code(cast.support.post(f"{path}/leave")) == (200, "")
    assert code(try_to_say(cast.support, talk)) == (403, "not_participant")
    assert screen.wait("chat:conversation", 2)[-1]["change"] == "left"


def test_the_former_assignee_gets_no_more(cast: Cast) -> None:
    talk = begin(cast.customer, kind="support")["id"]
    say(cast.customer, talk, "Hello?")
    path = f"{URL}/{talk}"
    former, new = cast.support.socket(), cast.second_support.socket()
    assert code(cast.admin.post(f"{path}/assign", {"assigneeId": cast.support.id})) == (200, "")
    version = read(cast.customer, talk)["version"]
    again = {"assigneeId": cast.second_support.id, "expectedVersion": version}
    assert code(cast.admin.post(f"{path}/assign", again | {"expectedVersion": 1})) == (409, "stale_version")
    assert waiting_for(talk) == cast.support.id
    assert code(cast.admin.post(f"{path}/assign", again)) == (200, "")
    assert waiting_for(talk) == cast.second_support.id
    assert read(cast.customer, talk)["assigneeId"] == cast.second_support.id
    say(cast.customer, talk, "Is anybody there?")
    heard = new.wait("chat:message", where=lambda data: data["text"] == "Is anybody there?")
    assert len(heard) == 1
    received_all(former, cast.tailor)
    assert [each for each in former.of("chat:message") if each["kind"] == "text"] == []
    assert texts(cast.second_support, talk) == ["Hello?", "Is anybody there?"]
    for user in (cast.customer, cast.tailor):
        assert code(user.post(f"{path}/assign", {"assigneeId": cast.support.id})) == (403, "forbidden")
    bad: tuple[Any, ...] = (
        {},
        {"assigneeId": cast.customer.id},
        {"assigneeId": UNKNOWN},
        {"assigneeId": "me"},
        {"assigneeId": cast.support.id, "expectedVersion": 0},
        {"assigneeId": cast.support.id, "expectedVersion": 2**31},
    )
    for body in bad:
        assert code(cast.admin.post(f"{path}/assign", body)) == (422, "invalid"), body


def test_staff_is_assigned_to_a_deal_with_a_reason_or_after_joining(cast: Cast, deals: Deals) -> None:
    talk = begin(cast.customer, orderId=deals.make(cast.customer, cast.tailor))["id"]
    say(cast.customer, talk, "Between us.")
    path, mine = f"{URL}/{talk}", {"assigneeId": cast.support.id}
    for body in (mine, mine | {"reason": None}, mine | {"reason": " "}, mine | {"reason": "a" * 501}):
        refused = cast.support.post(f"{path}/assign", body)
        assert (code(refused), [*refused.json()["error"]["details"]]) == ((422, "invalid"), ["reason"]), body
    assert code(cast.support.get(f"{path}/messages")) == (403, "not_participant")
    assert code(cast.support.post(f"{path}/assign", mine | REASON)) == (200, "")
    assert audited("chat.assign", talk) == [(cast.support.id, mine | REASON)]
    assert texts(cast.support, talk) == ["Between us."]
    cast.second_support.post(f"{path}/join", REASON)
    other = {"assigneeId": cast.second_support.id}
    assert code(cast.admin.post(f"{path}/assign", other)) == (200, "")
    assert audited("chat.assign", talk)[1:] == [(cast.admin.id, other | {"reason": None})]


def test_an_assignee_that_leaves_is_no_assignee(cast: Cast) -> None:
    talk = begin(cast.customer, kind="support")["id"]
    cast.support.post(f"{URL}/{talk}/assign", {"assigneeId": cast.support.id})
    say(cast.customer, talk, "Hello?")
    assert read(cast.customer, talk)["assigneeId"] == waiting_for(talk) == cast.support.id
    cast.support.post(f"{URL}/{talk}/leave")
    assert read(cast.customer, talk)["assigneeId"] is waiting_for(talk) is None
    cast.admin.post(f"{URL}/{talk}/assign", {"assigneeId": cast.second_support.id})
    assert waiting_for(talk) == cast.second_support.id, "it has to answer what was asked before"


def test_a_support_conversation_is_closed_and_reopened(cast: Cast) -> None:
    talk = begin(cast.customer, kind="support")["id"]
    path = f"{URL}/{talk}"
    assert code(cast.tailor.post(f"{path}/close", {})) == (403, "not_participant")
    assert code(cast.customer.post(f"{path}/reopen", {})) == (409, "illegal_transition")
    assert code(cast.customer.post(f"{path}/close", {})) == (200, "")
    assert code(cast.customer.post(f"{path}/close", {})) == (409, "illegal_transition")
    assert code(try_to_say(cast.customer, talk)) == (409, "conversation_closed")
    assert read(cast.customer, talk)["allowedActions"] == ["reopen"]
    second = begin(cast.customer, kind="support")["id"]
    refused = cast.customer.post(f"{path}/reopen", {})
    assert code(refused) == (409, "another_is_open")
    assert refused.json()["error"]["details"] == {"conversationId": second}
    assert code(cast.support.post(f"{URL}/{second}/close", {})) == (200, "")
    assert code(cast.support.post(f"{path}/reopen", {"expectedVersion": 1})) == (409, "stale_version")
    assert code(cast.support.post(f"{path}/reopen", {})) == (200, "")
    say(cast.customer, talk, "Thank you.")


def test_only_staff_closes_what_is_no_support(cast: Cast) -> None:
    for talk in (direct(cast.tailor, cast.vendor), group(cast.tailor, cast.vendor)):
        assert code(cast.tailor.post(f"{URL}/{talk}/close", {})) == (403, "forbidden")
        assert code(cast.support.post(f"{URL}/{talk}/close", {})) == (200, "")
        assert code(try_to_say(cast.tailor, talk)) == (409, "conversation_closed")
        assert code(cast.support.post(f"{URL}/{talk}/reopen", {})) == (200, "")
        say(cast.tailor, talk)


def test_a_participant_calls_support(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    say(cast.customer, talk, "Give me my money back.")
    path, room = f"{URL}/{talk}/escalate", cast.support.socket()
    assert code(cast.vendor.post(path, REASON)) == (403, "not_participant")
    assert code(cast.support.post(path, REASON)) == (403, "forbidden")
    assert code(cast.customer.post(path, {"reason": ""})) == (422, "invalid")
    assert code(cast.customer.post(path, REASON)) == (200, "")
    [called] = room.wait("chat:conversation", where=lambda data: data["conversationId"] == talk)
    assert (called["change"], called["userId"]) == ("escalated", cast.customer.id)
    version = read(cast.customer, talk)["version"]
    assert code(cast.customer.post(path, REASON)) == (200, "")  # it is called already
    assert read(cast.customer, talk)["version"] == version
    calls = cast.support.get("/api/admin/chat/reports?reason=support&limit=100&sort=-createdAt")
    mine = [each for each in calls.json()["data"]["reports"] if each["conversationId"] == talk]
    assert [(each["note"], each["reporterId"]) for each in mine] == [(REASON["reason"], cast.customer.id)]
    received_all(room, cast.tailor)
    assert room.of("chat:message") == []
