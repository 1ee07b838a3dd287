"""Beginning conversations: by role, once for each pair, deal and user, and within limits."""

from __future__ import annotations

from typing import Any

import gevent
import pytest

from metaia.chat.conversations import policy
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
)


def test_a_customer_writes_to_a_partner(cast: Cast) -> None:
    screen = cast.tailor.socket()
    message = {"clientMessageId": "first", "text": "Do you sew suits?"}
    made = cast.customer.post(URL, {"participantId": cast.tailor.id, "message": message})
    assert made.status_code == 201
    mine = made.json()["data"]["conversation"]
    assert (mine["kind"], mine["lastMessage"]["text"], mine["unread"]) == ("direct", "Do you sew suits?", 0)
    theirs = read(cast.tailor, mine["id"])
    assert (theirs["unread"], theirs["version"]) == (1, mine["version"])
    assert {each["name"] for each in theirs["participants"]} == {"Asha", "Rao & Sons"}
    [created] = screen.wait("chat:conversation")
    assert (created["change"], created["conversationVersion"]) == ("created", 1)
    assert screen.wait("chat:message")[0]["conversationVersion"] == 2


def test_twenty_requests_from_both_sides_make_one_conversation(cast: Cast) -> None:
    cast.customer.order(partnerId=cast.tailor.id)  # so that the partner may begin too
    pairs = [(cast.customer, cast.tailor), (cast.tailor, cast.customer)] * 10
    asked = [gevent.spawn(a.post, URL, {"participantId": b.id}) for a, b in pairs]
    answers = [each.get() for each in asked]
    assert {each.status_code for each in answers} <= {200, 201}, [each.text for each in answers]
    assert len({each.json()["data"]["conversation"]["id"] for each in answers}) == 1
    assert sorted(each.status_code for each in answers) == [200] * 19 + [201]


def test_roles_that_do_not_write_to_each_other_are_refused(cast: Cast) -> None:
    cases = [
        (cast.customer, cast.other, (403, "not_allowed_to_write")),
        (cast.customer, cast.courier, (403, "not_allowed_to_write")),
        (cast.courier, cast.tailor, (403, "not_allowed_to_write")),
        (cast.tailor, cast.customer, (403, "not_allowed_to_write")),
        (cast.customer, cast.support, (403, "not_allowed_to_write")),
        (cast.customer, cast.customer, (422, "invalid")),
        (cast.tailor, cast.vendor, (201, "")),
        (cast.support, cast.customer, (201, "")),
        (cast.admin, cast.courier, (201, "")),
    ]
    for user, other, expected in cases:
        assert code(user.post(URL, {"participantId": other.id})) == expected, (user.user, other.user)
    assert code(cast.customer.post(URL, {"participantId": UNKNOWN})) == (404, "not_found")


def test_a_partner_writes_to_a_customer_that_has_ordered(cast: Cast) -> None:
    cast.customer.order(partnerId=cast.tailor.id)
    found = read(cast.tailor, direct(cast.tailor, cast.customer))
    assert {each["name"] for each in found["participants"]} == {"Asha Rao", "Rao & Sons"}


def test_a_partner_is_open_to_its_customers_only(cast: Cast) -> None:
    settings = {"whoMayWrite": "customers_only"}
    assert cast.tailor.patch("/api/chat/settings", settings).status_code == 200
    assert code(cast.customer.post(URL, {"participantId": cast.tailor.id})) == (403, "cannot_message")
    cast.customer.order(partnerId=cast.tailor.id)
    assert code(cast.customer.post(URL, {"participantId": cast.tailor.id})) == (201, "")


def test_a_customer_waits_for_answers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "MOST_UNANSWERED", 2)
    shops = [cast.world.person("tailor") for _ in range(3)]
    ids = [direct(cast.customer, shop) for shop in shops[:2]]
    for each in ids:
        say(cast.customer, each)
    refused = cast.customer.post(URL, {"participantId": shops[2].id})
    assert (code(refused), refused.json()["error"]["details"]) == ((429, "limit_reached"), {"most": 2})
    assert direct(cast.customer, shops[0]) == ids[0]  # one that exists is no new one
    say(shops[0], ids[0], "Yes?")
    direct(cast.customer, shops[2])
    monkeypatch.setattr(policy, "MOST_UNANSWERED", 100)
    monkeypatch.setattr(policy, "MOST_NEW", 3)
    assert code(cast.customer.post(URL, {"participantId": cast.vendor.id})) == (429, "limit_reached")


def test_a_deal_has_one_conversation_of_its_people(cast: Cast, deals: Deals) -> None:
    deal_id = deals.make(cast.customer, cast.tailor)
    bodies: list[dict[str, Any]] = [{"orderId": deal_id}, {"dealId": deal_id}]
    found = [begin(user, **body) for user in (cast.customer, cast.tailor) for body in bodies]
    assert len({each["id"] for each in found}) == 1
    assert (found[0]["kind"], found[0]["dealId"], found[0]["orderId"]) == ("deal", deal_id, deal_id)
    assert {each["name"] for each in found[0]["participants"]} == {"Asha Rao", "Rao & Sons"}
    for body in (*bodies, {"bookingId": deal_id}, {"offerId": UNKNOWN}):
        assert code(cast.other.post(URL, body)) == (404, "not_found")


def test_a_user_has_one_open_conversation_with_support(cast: Cast) -> None:
    room = cast.support.socket()
    asked = [
        gevent.spawn(cast.customer.post, URL, {"kind": "support", "topic": f"Late {number}"})
        for number in range(6)
    ]
    answers = [each.get() for each in asked]
    assert {each.status_code for each in answers} <= {200, 201}, [each.text for each in answers]
    assert len({each.json()["data"]["conversation"]["id"] for each in answers}) == 1
    mine = answers[0].json()["data"]["conversation"]
    heard = room.wait("chat:conversation", where=lambda data: data["conversationId"] == mine["id"])
    assert heard[0]["conversation"]["title"].startswith("Late")
    say(cast.customer, mine["id"], "Where is it?")
    say(cast.customer, mine["id"], "Hello?")
    received_all(room, cast.tailor)
    assert room.of("chat:message") == []  # without text
    assert code(cast.support.post(URL, {"kind": "support"})) == (403, "forbidden")


def test_only_partners_and_staff_make_groups(cast: Cast) -> None:
    body = {"kind": "group", "title": "Weavers", "participantIds": [cast.vendor.id]}
    assert code(cast.customer.post(URL, body)) == (403, "forbidden")
    assert code(cast.courier.post(URL, body)) == (403, "forbidden")
    assert code(cast.tailor.post(URL, body)) == (201, "")
    with_customer = body | {"participantIds": [cast.vendor.id, cast.customer.id]}
    assert code(cast.tailor.post(URL, with_customer)) == (403, "not_allowed_to_write")
    assert code(cast.admin.post(URL, with_customer)) == (201, "")
    strange = cast.tailor.post(URL, body | {"participantIds": [UNKNOWN]})
    assert (code(strange), [*strange.json()["error"]["details"]]) == ((422, "invalid"), ["participantIds"])


def test_what_is_no_way_to_begin_is_invalid(cast: Cast) -> None:
    bad: tuple[Any, ...] = (
        {},
        {"kind": "direct"},
        {"kind": "group"},
        {"kind": "group", "title": "A", "participantIds": []},
        {"kind": "group", "title": " ", "participantIds": [cast.vendor.id]},
        {"kind": "group", "title": "A" * 201, "participantIds": [cast.vendor.id]},
        {"kind": "group", "title": "A", "participantIds": [UNKNOWN] * 500},
        {"kind": "group", "title": "A", "participantIds": "all"},
        {"kind": "support", "participantId": cast.tailor.id},
        {"kind": "support", "topic": "A\x00"},
        {"participantId": cast.tailor.id, "orderId": UNKNOWN},
        {"participantId": "me"},
        {"participantId": None},
        {"participantId": ["a"]},
        {"participantId": cast.tailor.id, "message": {}},
        {"participantId": cast.tailor.id, "message": {"clientMessageId": "a", "text": " "}},
        {"participantId": cast.tailor.id, "topic": "A"},
        {"participantId": cast.tailor.id, "more": 1},
        [],
    )
    for body in bad:
        assert code(cast.customer.post(URL, body)) == (422, "invalid"), body
    begun = cast.customer.get(URL).json()["data"]["conversations"]
    assert begun == []  # no message, no conversation


def test_a_restricted_user_begins_nothing_but_talk_with_support(cast: Cast, deals: Deals) -> None:
    deal_id = deals.make(cast.customer, cast.tailor)
    path = f"/api/admin/chat/restrictions/{cast.customer.id}"
    assert cast.support.put(path, {"until": "2199-01-01T00:00:00Z", "reason": "Spam."}).status_code == 200
    refused = cast.customer.post(URL, {"participantId": cast.tailor.id})
    assert code(refused) == (403, "restricted")
    assert refused.json()["error"]["details"]["until"].startswith("2199-01-01T00:00:00")
    assert code(cast.customer.post(URL, {"orderId": deal_id})) == (403, "restricted")
    support = begin(cast.customer, kind="support")["id"]
    say(cast.customer, support, "Why?")
    assert cast.support.delete(path).status_code == 200
    say(cast.customer, direct(cast.customer, cast.tailor))


def test_a_restricted_user_changes_no_group(cast: Cast) -> None:
    talk, third = group(cast.tailor, cast.vendor), cast.world.person("tailor")
    path = f"/api/admin/chat/restrictions/{cast.tailor.id}"
    assert code(cast.support.put(path, {"reason": "Spam."})) == (200, "")
    title, users = {"title": "Cheap gold"}, {"userIds": [third.id]}
    assert code(cast.tailor.patch(f"{URL}/{talk}", title)) == (403, "restricted")
    assert code(cast.tailor.post(f"{URL}/{talk}/participants", users)) == (403, "restricted")
    found = read(cast.vendor, talk)
    assert (found["title"], found["participantCount"]) == ("Weavers", 2)
    assert code(cast.support.delete(path)) == (200, "")
    assert code(cast.tailor.patch(f"{URL}/{talk}", title)) == (200, "")
    assert code(cast.tailor.post(f"{URL}/{talk}/participants", users)) == (200, "")


def test_a_group_of_two_is_no_direct_conversation(cast: Cast) -> None:
    first, second = group(cast.tailor, cast.vendor), group(cast.tailor, cast.vendor)
    assert len({first, second, direct(cast.tailor, cast.vendor)}) == 3
    say(cast.tailor, first, "One.")
    assert (texts(cast.vendor, first), texts(cast.vendor, second)) == (["One."], [])
