"""Lists of conversations: order, filters, pages, names, and what is only for oneself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from metaia.chat import queries
from metaia.chat.queries import Conversation
from metaia.core.json import Json
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
from tests.support.people import Person


def listed(user: Person, query: str = "") -> list[Json]:
    answer = user.get(f"{URL}{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"]["conversations"])


def ids(user: Person, query: str = "") -> list[str]:
    return [str(each["id"]) for each in listed(user, query)]


def test_the_conversation_with_the_newest_message_comes_first(cast: Cast) -> None:
    first, second = direct(cast.customer, cast.tailor), direct(cast.customer, cast.vendor)
    assert ids(cast.customer) == [second, first]
    say(cast.tailor, first, "We have linen.")
    [newest, other] = listed(cast.customer)
    assert (newest["id"], newest["lastMessage"]["text"], newest["unread"]) == (first, "We have linen.", 1)
    assert (other["lastMessage"], other["unread"], other["unreadMore"]) == (None, 0, False)
    assert ids(cast.customer, "?sort=lastMessageAt") == [second, first]
    assert ids(cast.customer, "?sort=createdAt") == [first, second]
    assert ids(cast.tailor) == [first]


def test_pages_meet_without_gap(cast: Cast) -> None:
    made = [group(cast.tailor, cast.vendor) for _ in range(5)]
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = cast.tailor.get(f"{URL}?limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
        found += [each["id"] for each in answer["data"]["conversations"]]
        cursor = answer["meta"]["nextCursor"]
    assert found == made[::-1]


def test_filters_select_what_they_name(cast: Cast, deals: Deals) -> None:
    talk, shop = direct(cast.customer, cast.tailor), direct(cast.customer, cast.vendor)
    deal_id = deals.make(cast.customer, cast.tailor)
    deal = begin(cast.customer, orderId=deal_id)["id"]
    support = begin(cast.customer, kind="support", topic="A parcel is late")["id"]
    say(cast.vendor, shop)
    cast.customer.put(f"{URL}/{talk}/mine", {"archived": True})
    for query, expected in {
        "kind=direct": {talk, shop},
        "kind=deal,support": {deal, support},
        "unread=true": {shop},
        "unread=false": {talk, deal, support},
        "archived=true": {talk},
        "archived=false": {shop, deal, support},
        f"dealId={deal_id}": {deal},
        f"dealId={UNKNOWN}": set(),
        "status=open": {talk, shop, deal, support},
        "status=closed": set(),
        "q=silk": {shop},
        "q=parcel": {support},
        "q=Rao": {talk, deal},
        "q=%25": set(),
    }.items():
        assert set(ids(cast.customer, f"?{query}")) == expected, query
    for query in ("kind=all", "unread=maybe", "sort=title", "limit=0", "limit=101", "q=", "cursor=x", "a=1"):
        assert code(cast.customer.get(f"{URL}?{query}")) == (422, "invalid"), query
    assert ids(cast.tailor, "?q=Asha") == ids(cast.tailor, "?kind=deal,direct")
    talk_only = ids(cast.vendor, "?q=Asha")
    assert (talk_only, ids(cast.vendor, "?q=Rao")) == ([shop], [])  # a surname that it does not see


def test_deleted_messages_are_not_unread(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    sent = [say(cast.customer, talk, f"{number}") for number in range(5)]
    assert listed(cast.tailor)[0]["unread"] == 5
    for message in sent[:2]:
        assert cast.customer.delete(f"/api/chat/messages/{message['id']}").status_code == 200
    assert (listed(cast.tailor)[0]["unread"], read(cast.customer, talk)["unread"]) == (3, 0)


def test_unread_messages_are_counted_up_to_a_hundred(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    for part in range(3):
        batch = [{"clientMessageId": f"{part} {number}", "text": "Hello."} for number in range(35)]
        body = {"messages": batch}
        answer = cast.customer.post(f"{URL}/{talk}/messages/batch", body)
        assert answer.status_code == 201, answer.text
    mine = read(cast.tailor, talk)
    assert (mine["unread"], mine["unreadMore"]) == (100, True)


def test_what_is_only_for_me_changes_nothing_for_others(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    say(cast.tailor, talk, "Hello.")
    body = {"mutedUntil": "2199-01-01T00:00:00Z", "notify": "none", "pinned": True}
    before = read(cast.tailor, talk)
    answer = cast.customer.put(f"{URL}/{talk}/mine", body)
    mine = answer.json()["data"]["conversation"]["mine"]
    assert (mine["notify"], mine["pinned"], mine["archived"]) == ("none", True, False)
    assert mine["mutedUntil"].startswith("2199-01-01")
    assert read(cast.tailor, talk) == before
    unmuted = cast.customer.put(f"{URL}/{talk}/mine", {"mutedUntil": None}).json()["data"]
    assert unmuted["conversation"]["mine"] == mine | {"mutedUntil": None}
    bad: tuple[Any, ...] = ({"notify": "loud"}, {"pinned": "2"}, {"mutedUntil": "soon"}, {"readSeq": 1}, [])
    for each in bad:
        assert code(cast.customer.put(f"{URL}/{talk}/mine", each)) == (422, "invalid"), each
    assert code(cast.vendor.put(f"{URL}/{talk}/mine", {"pinned": True})) == (403, "not_participant")
    assert code(cast.vendor.put(f"{URL}/{UNKNOWN}/mine", {"pinned": True})) == (404, "not_found")


def test_names_are_found_in_the_letters_in_which_they_are_written(cast: Cast) -> None:
    body = {"kind": "group", "title": "Große Straße, İpek", "participantIds": [cast.vendor.id]}
    talk = begin(cast.tailor, **body)["id"]
    for query in ("Straße", "große straße", "GRO", "İpek", "straße, İ"):
        assert ids(cast.vendor, f"?q={query}") == [talk], query


def test_clearing_is_known_on_all_devices_and_a_late_request_moves_nothing_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = direct(cast.customer, cast.tailor)
    say(cast.tailor, talk, "One.")
    say(cast.tailor, talk, "Two.")
    tablet, others = cast.customer.socket(), cast.tailor.socket()
    cast.customer.post(f"{URL}/{talk}/clear")
    [status] = tablet.wait("chat:status")
    assert status["mine"] == {"readSeq": 2, "unread": 0, "unreadMore": False, "lastSeq": 2}
    real = queries.conversation

    def earlier(conversation_id: str) -> Conversation | None:
        found = real(conversation_id)
        return replace(found, last_seq=1) if found else None

    with monkeypatch.context() as late:
        late.setattr(queries, "conversation", earlier)
        assert code(cast.customer.post(f"{URL}/{talk}/clear")) == (200, "")
    assert read(cast.customer, talk)["mine"]["clearedSeq"] == 2
    assert texts(cast.customer, talk) == []
    received_all(others, cast.tailor)
    assert others.of("chat:status") == []


def test_clearing_hides_messages_from_oneself_alone(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    say(cast.tailor, talk, "Old.")
    cleared = cast.customer.post(f"{URL}/{talk}/clear").json()["data"]["conversation"]
    assert (cleared["unread"], cleared["lastMessage"], cleared["mine"]["clearedSeq"]) == (0, None, 1)
    say(cast.tailor, talk, "New.")
    assert (texts(cast.customer, talk), texts(cast.tailor, talk)) == (["New."], ["Old.", "New."])
    assert read(cast.customer, talk)["unread"] == 1
    assert code(cast.vendor.post(f"{URL}/{talk}/clear")) == (403, "not_participant")


def test_a_group_is_renamed_by_its_owner(cast: Cast) -> None:
    talk = group(cast.tailor, cast.vendor)
    renamed = cast.tailor.patch(f"{URL}/{talk}", {"title": "Dyers"}, headers={"If-Match": '"1"'})
    assert renamed.json()["data"]["conversation"]["title"] == "Dyers"
    assert code(cast.vendor.patch(f"{URL}/{talk}", {"title": "Mine"})) == (403, "forbidden")
    stale = cast.tailor.patch(f"{URL}/{talk}", {"title": "Late", "expectedVersion": 1})
    details = stale.json()["error"]["details"]
    assert (code(stale), details["conversation"]["title"]) == ((409, "stale_version"), "Dyers")
    assert read(cast.vendor, talk)["title"] == "Dyers"
    for bad in ({}, {"title": ""}, {"title": "A" * 201}, {"title": "A", "kind": "direct"}):
        assert code(cast.tailor.patch(f"{URL}/{talk}", bad)) == (422, "invalid"), bad
    talk = direct(cast.tailor, cast.vendor)
    assert code(cast.tailor.patch(f"{URL}/{talk}", {"title": "Pair"})) == (403, "forbidden")


def test_surnames_are_shown_when_there_is_an_order(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    assert {each["name"] for each in read(cast.tailor, talk)["participants"]} == {"Asha", "Rao & Sons"}
    cast.customer.order(partnerId=cast.tailor.id)
    assert {each["name"] for each in read(cast.tailor, talk)["participants"]} == {"Asha Rao", "Rao & Sons"}


def test_hidden_receipts_are_hidden_both_ways(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)

    def marks(user: Person) -> dict[str, int | None]:
        return {each["userId"]: each["readSeq"] for each in read(user, talk)["participants"]}

    both = {cast.customer.id: 0, cast.tailor.id: 0}
    assert (marks(cast.customer), marks(cast.tailor)) == (both, both)
    cast.customer.patch("/api/chat/settings", {"readReceipts": False})
    assert marks(cast.tailor) == both | {cast.customer.id: None}
    assert marks(cast.customer) == both | {cast.tailor.id: None}
