"""Reports and their decisions, and reading conversations of others as staff."""

from __future__ import annotations

from typing import Any

import gevent
from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from tests.chat.conftest import Cast
from tests.support.conversations import UNKNOWN, code, direct, say, texts, try_to_say
from tests.support.people import Person

REPORTS, ADMIN = "/api/chat/reports", "/api/admin/chat"


def report(user: Person, **body: object) -> Json:
    answer = user.post(REPORTS, {"reason": "abuse"} | body)
    assert answer.status_code in {200, 201}, answer.text
    return dict(answer.json()["data"]["report"])


def decide(user: Person, report_id: str, action: str, **body: object) -> Any:
    return user.patch(
        f"{ADMIN}/reports/{report_id}", {"action": action, "note": "Stay polite, please."} | body
    )


def test_a_user_reports_what_it_sees(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    message = say(cast.tailor, talk, "You fool.")
    mine = say(cast.customer, talk, "Pardon?")
    first = report(cast.customer, messageId=message["id"], note="He insults me.")
    assert (first["userId"], first["conversationId"], first["status"]) == (cast.tailor.id, talk, "open")
    assert report(cast.customer, messageId=message["id"], reason="spam")["id"] == first["id"]
    assert report(cast.customer, conversationId=talk)["userId"] == cast.tailor.id
    assert report(cast.customer, userId=cast.tailor.id)["conversationId"] is None
    for user, body, expected in (
        (cast.vendor, {"messageId": message["id"]}, (404, "not_found")),
        (cast.vendor, {"conversationId": talk}, (404, "not_found")),
        (cast.vendor, {"userId": cast.tailor.id}, (404, "not_found")),
        (cast.customer, {"messageId": UNKNOWN}, (404, "not_found")),
        (cast.customer, {"messageId": mine["id"]}, (422, "invalid")),
        (cast.customer, {"userId": cast.customer.id}, (422, "invalid")),
        (cast.customer, {}, (422, "invalid")),
        (cast.customer, {"messageId": message["id"], "userId": cast.tailor.id}, (422, "invalid")),
        (cast.customer, {"userId": "a"}, (422, "invalid")),
        (cast.customer, {"userId": cast.tailor.id, "note": "A" * 1001}, (422, "invalid")),
        (cast.customer, {"userId": cast.tailor.id, "reason": "support"}, (422, "invalid")),
    ):
        assert code(user.post(REPORTS, {"reason": "fraud"} | body)) == expected, body


def test_equal_reports_at_once_are_one(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    bodies = [{"conversationId": talk, "reason": reason} for reason in ("abuse", "spam", "fraud") * 3]
    asked = [gevent.spawn(cast.customer.post, REPORTS, body) for body in bodies]
    answers = [each.get() for each in asked]
    assert sorted(each.status_code for each in answers) == [200] * 8 + [201]
    assert len({each.json()["data"]["report"]["id"] for each in answers}) == 1


def test_a_reported_message_is_removed(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    message = say(cast.tailor, talk, "You fool.")
    made = report(cast.customer, messageId=message["id"])
    screen = cast.customer.socket()
    assert code(decide(cast.tailor, made["id"], "dismiss")) == (403, "forbidden")
    assert code(decide(cast.support, made["id"], "remove_message", expectedVersion=2)) == (
        409, "stale_version",
    )  # fmt: skip
    decided = decide(cast.support, made["id"], "remove_message")
    shown = decided.json()["data"]["report"]
    assert (shown["status"], shown["action"], shown["decidedBy"], shown["version"]) == (
        "closed", "remove_message", cast.support.id, 2,
    )  # fmt: skip
    assert texts(cast.customer, talk) == [None]
    assert screen.wait("chat:message_update")[0]["change"] == "moderated"
    assert code(decide(cast.support, made["id"], "dismiss")) == (409, "illegal_transition")
    assert code(decide(cast.support, UNKNOWN, "dismiss")) == (404, "not_found")


def test_a_reported_user_is_warned_or_restricted(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    say(cast.tailor, talk)
    warned = report(cast.customer, userId=cast.tailor.id)
    assert code(decide(cast.support, warned["id"], "warn")) == (200, "")
    notices = cast.tailor.get("/api/notifications").json()["data"]["notifications"]
    assert "Stay polite" in next(each["message"] for each in notices if each["type"] == "chat_warned")
    restricted = report(cast.customer, conversationId=talk)
    assert code(decide(cast.support, restricted["id"], "remove_message")) == (422, "invalid")
    assert code(decide(cast.support, restricted["id"], "restrict")) == (200, "")
    refused = try_to_say(cast.tailor, talk)
    assert code(refused) == (403, "restricted")
    assert refused.json()["error"]["details"]["until"] is not None
    about_staff = direct(cast.admin, cast.customer)
    say(cast.admin, about_staff)
    of_staff = report(cast.customer, conversationId=about_staff)
    assert code(decide(cast.support, of_staff["id"], "restrict")) == (403, "forbidden")
    bad: tuple[Any, ...] = (
        {"action": "ban"},
        {"note": ""},
        {"until": "2001-01-01T00:00:00Z", "action": "restrict"},
        {"until": 5},
        {"expectedVersion": -1},
        {"by": "me"},
    )
    again = report(cast.customer, conversationId=talk)
    for body in bad:
        given = {"action": "dismiss", "note": "No."} | body
        answer = cast.support.patch(f"{ADMIN}/reports/{again['id']}", given)
        assert code(answer) == (422, "invalid"), body


def test_a_decision_does_not_shorten_a_restriction(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    path = f"{ADMIN}/restrictions/{cast.tailor.id}"

    def ends(*restrictions: dict[str, str]) -> str | None:
        """Return the end of the restriction after decisions about reports."""
        for each in restrictions:
            made = report(cast.customer, conversationId=talk)
            assert code(decide(cast.support, made["id"], "restrict", **each)) == (200, "")
        until = try_to_say(cast.tailor, talk).json()["error"]["details"]["until"]
        return until and str(until)[:4]

    assert ends({"until": "2150-01-01T00:00:00Z"}, {"until": "2199-01-01T00:00:00Z"}, {}) == "2199"
    assert code(cast.support.put(path, {"until": None, "reason": "Fraud."})) == (200, "")
    assert ends({"until": "2199-01-01T00:00:00Z"}) is None
    assert code(cast.support.put(path, {"until": "2150-01-01T00:00:00Z", "reason": "Less."})) == (200, "")
    assert ends({}) == "2150"
    assert code(cast.support.delete(path)) == (200, "")
    assert code(try_to_say(cast.tailor, talk)) == (201, "")


def test_staff_lists_the_restrictions_that_last(cast: Cast) -> None:
    for user, until in ((cast.tailor, None), (cast.vendor, "2199-01-01T00:00:00Z"), (cast.customer, None)):
        body = {"until": until, "reason": f"Of {user.id}."}
        assert code(cast.support.put(f"{ADMIN}/restrictions/{user.id}", body)) == (200, "")
    ended = text(
        "UPDATE chat_restrictions SET until = now() - interval '1 s' WHERE user_id = CAST(:id AS uuid)"
    )
    with db.transaction():
        db.execute(ended.bindparams(id=cast.customer.id))
    first = cast.support.get(f"{ADMIN}/restrictions?limit=1").json()
    assert [one["userId"] for one in first["data"]["restrictions"]] == [cast.vendor.id]
    assert first["data"]["restrictions"][0]["until"].startswith("2199")
    second = f"{ADMIN}/restrictions?limit=1&cursor={first['meta']['nextCursor']}"
    [one] = cast.support.get(second).json()["data"]["restrictions"]
    assert (one["userId"], one["until"], one["createdBy"]) == (cast.tailor.id, None, cast.support.id)
    for query in ("limit=0", "limit=101", "cursor=x", "sort=until", "status=open", "cursor="):
        assert code(cast.support.get(f"{ADMIN}/restrictions?{query}")) == (422, "invalid"), query
    assert code(cast.tailor.get(f"{ADMIN}/restrictions")) == (403, "forbidden")


def test_a_restriction_is_set_and_lifted_by_staff(cast: Cast) -> None:
    path = f"{ADMIN}/restrictions/{cast.tailor.id}"
    body = {"until": None, "reason": "Fraud."}
    shown = cast.support.put(path, body).json()["data"]["restriction"]
    assert (shown["until"], shown["reason"], shown["createdBy"]) == (None, "Fraud.", cast.support.id)
    assert code(cast.support.put(path, {"reason": "Other."})) == (200, "")
    assert code(cast.support.delete(path)) == (200, "")
    assert code(cast.support.delete(path)) == (200, "")
    assert code(cast.support.delete(f"{ADMIN}/restrictions/{UNKNOWN}")) == (404, "not_found")
    for target, expected in (
        (cast.admin.id, (403, "forbidden")),
        (UNKNOWN, (404, "not_found")),
    ):
        assert code(cast.support.put(f"{ADMIN}/restrictions/{target}", body)) == expected
    for given in (
        {},
        {"reason": ""},
        {"reason": "A", "until": "2001-01-01T00:00:00Z"},
        {"reason": "A" * 501},
    ):
        assert code(cast.support.put(path, given)) == (422, "invalid"), given
    assert code(cast.customer.put(path, body)) == (403, "forbidden")


def test_staff_reads_conversations_of_others_with_a_reason(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    for number in range(3):
        say(cast.customer, talk, f"{number}")
    listed = cast.support.get(f"{ADMIN}/conversations?participantId={cast.tailor.id}").json()
    [found] = listed["data"]["conversations"]
    assert (found["id"], found["lastMessage"], found["mine"], found["unread"]) == (talk, None, None, 0)
    assert {each["name"] for each in found["participants"]} == {"Asha Rao", "Rao & Sons"}
    path = f"{ADMIN}/conversations/{talk}/messages"
    assert code(cast.support.get(path)) == (422, "invalid")
    assert code(cast.customer.get(f"{path}?reason=because")) == (403, "forbidden")
    page = cast.support.get(f"{path}?reason=A dispute&limit=2").json()
    assert [each["text"] for each in page["data"]["messages"]] == ["1", "2"]
    assert page["meta"] == {"hasBefore": True}
    earlier = cast.support.get(f"{path}?reason=A dispute&before=2").json()
    assert ([each["text"] for each in earlier["data"]["messages"]], earlier["meta"]) == (
        ["0"], {"hasBefore": False},
    )  # fmt: skip
    query = text("SELECT after FROM audit_log WHERE action = 'chat.read' AND subject = :subject ORDER BY id")
    entries = [row.after for row in db.fetch_all(query, {"subject": f"chat-{talk}"})]
    assert [each["reason"] for each in entries] == ["A dispute", "A dispute"]
    for bad in ("reason=", "reason=ab", "reason=because&before=0", "reason=because&limit=101", "x=1"):
        assert code(cast.support.get(f"{path}?{bad}")) == (422, "invalid"), bad
    absent = f"{ADMIN}/conversations/{UNKNOWN}/messages?reason=because"
    assert code(cast.support.get(absent)) == (404, "not_found")
    for bad in ("kind=all", "status=old", "participantId=me", "sort=title", "q="):
        assert code(cast.support.get(f"{ADMIN}/conversations?{bad}")) == (422, "invalid"), bad


def test_staff_searches_messages_of_others_with_a_reason(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    word = f"linen{cast.customer.id[-12:]}"
    sent = [say(cast.customer, talk, f"{word} {number}") for number in range(3)]
    cast.customer.delete(f"/api/chat/messages/{sent[0]['id']}")
    path = f"{ADMIN}/search?q={word}"
    assert code(cast.support.get(path)) == (422, "invalid")
    assert code(cast.customer.get(f"{path}&reason=because")) == (403, "forbidden")
    found = cast.support.get(f"{path}&reason=because&limit=1").json()
    assert [each["text"] for each in found["data"]["messages"]] == [f"{word} 2"]
    more = cast.support.get(f"{path}&reason=because&limit=1&cursor={found['meta']['nextCursor']}").json()
    assert [each["text"] for each in more["data"]["messages"]] == [f"{word} 1"]
    assert more["meta"]["nextCursor"] is None
    for query, expected in {
        f"q={word}&conversationId={talk}": 2,
        f"q={word}&senderId={cast.tailor.id}": 0,
        f"q={word}&conversationId={UNKNOWN}": 0,
        "q=%2C": 0,
    }.items():
        answer = cast.support.get(f"{ADMIN}/search?{query}&reason=because")
        assert len(answer.json()["data"]["messages"]) == expected, query
    entry = text("SELECT after FROM audit_log WHERE action = 'chat.searched' AND actor_id = :id ORDER BY id")
    logged = db.fetch_all(entry, {"id": cast.support.id})
    assert (logged[0].after, len(logged)) == ({"reason": "because", "q": word}, 6)
    for bad in ("q=", "q=a&limit=51", "q=a&cursor=x", "q=a&senderId=me", "q=a%00", f"q={'a' * 101}"):
        assert code(cast.support.get(f"{ADMIN}/search?reason=because&{bad}")) == (422, "invalid"), bad
