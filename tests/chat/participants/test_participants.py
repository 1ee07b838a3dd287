"""The people of conversations: groups, leaving, and couriers that come and go."""

from __future__ import annotations

from typing import Any

import pytest

from metaia.chat import policy
from metaia.chat.participants import queries as participant_queries
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
from tests.support.people import Person


def add(user: Person, conversation_id: str, *others: Person) -> Any:
    body = {"userIds": [each.id for each in others]}
    return user.post(f"{URL}/{conversation_id}/participants", body)


def people(user: Person, conversation_id: str) -> list[str]:
    answer = user.get(f"{URL}/{conversation_id}/participants")
    assert answer.status_code == 200, answer.text
    return [str(each["userId"]) for each in answer.json()["data"]["participants"]]


def test_a_new_courier_hears_what_the_former_one_does_not(cast: Cast, deals: Deals) -> None:
    deal_id = deals.make(cast.customer, cast.tailor, cast.courier)
    talk = begin(cast.customer, orderId=deal_id)["id"]
    say(cast.customer, talk, "Ring twice.")
    former, new = cast.courier.socket(), cast.second_courier.socket()
    deals.follow(deal_id, cast.customer, cast.tailor, cast.second_courier)
    left = former.wait("chat:conversation", where=lambda data: data["userId"] == cast.courier.id)
    assert left[-1]["change"] == "participants"
    new.wait("chat:conversation", where=lambda data: data["userId"] == cast.second_courier.id)
    say(cast.customer, talk, "The door is open.")
    heard = new.wait("chat:message", where=lambda data: data["kind"] == "text")
    assert [each["text"] for each in heard] == ["The door is open."]
    received_all(former, cast.courier)
    assert former.of("chat:message") == []
    assert texts(cast.courier, talk) == ["Ring twice."]
    assert texts(cast.second_courier, talk) == ["The door is open."]
    assert code(try_to_say(cast.courier, talk)) == (403, "not_participant")
    assert read(cast.courier, talk)["allowedActions"] == []
    places = {each["userId"]: each["leftAt"] for each in read(cast.customer, talk)["participants"]}
    assert (places[cast.courier.id] is None, places[cast.second_courier.id]) == (False, None)


def test_a_former_courier_does_not_see_the_new_one(cast: Cast, deals: Deals) -> None:
    deal_id = deals.make(cast.customer, cast.tailor, cast.courier)
    talk = begin(cast.customer, orderId=deal_id)["id"]
    last = say(cast.customer, talk, "Ring twice.")["seq"]
    deals.follow(deal_id, cast.customer, cast.tailor, cast.second_courier)
    seq = say(cast.customer, talk, "The door is open.")["seq"]
    cast.tailor.put(f"{URL}/{talk}/read", {"seq": seq})
    found = read(cast.courier, talk)
    assert {each["userId"] for each in found["participants"]} == {
        cast.customer.id, cast.tailor.id, cast.courier.id,
    }  # fmt: skip
    assert {each["readSeq"] for each in found["participants"]} == {None}
    assert (found["participantCount"], found["lastSeq"]) == (2, last)
    assert code(cast.courier.get(f"{URL}/{talk}/participants")) == (403, "not_participant")
    assert read(cast.customer, talk)["participantCount"] == 3


def test_a_former_member_sees_a_group_as_it_was(cast: Cast) -> None:
    third, fourth = cast.world.person("tailor"), cast.world.person("tailor")
    talk = group(cast.tailor, cast.vendor, third)
    assert code(third.post(f"{URL}/{talk}/leave")) == (200, "")
    add(cast.tailor, talk, fourth)
    cast.tailor.patch(f"{URL}/{talk}", {"title": "Against the third one"})
    cast.vendor.post(f"{URL}/{talk}/leave")
    changes = third.get(f"{URL}/{talk}/changes?since=0").json()["data"]
    for found in (read(third, talk), changes["conversation"]):
        left = {each["userId"]: each["leftAt"] is not None for each in found["participants"]}
        assert left == {cast.tailor.id: False, cast.vendor.id: False, third.id: True}
        assert (found["title"], found["ownerId"], found["participantCount"]) == (None, None, 2)
    assert fourth.id not in str(changes)
    assert read(cast.tailor, talk)["title"] == "Against the third one"


def test_a_former_member_of_a_large_group_sees_how_many_it_had(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    third, fourth, newcomer = (cast.world.person("tailor") for _ in range(3))
    talk = group(cast.tailor, cast.vendor, third, fourth)
    third.post(f"{URL}/{talk}/leave")
    cast.vendor.post(f"{URL}/{talk}/leave")
    add(cast.tailor, talk, newcomer)
    monkeypatch.setattr(participant_queries, "SHOWN", 2)
    found = read(third, talk)
    assert found["participantCount"] == 3
    assert {each["userId"] for each in found["participants"]} < {cast.tailor.id, cast.vendor.id, fourth.id}
    assert [each["leftAt"] for each in found["participants"]] == [None, None]


def test_a_courier_that_comes_back_sees_nothing_from_in_between(cast: Cast, deals: Deals) -> None:
    deal_id = deals.make(cast.customer, cast.tailor, cast.courier)
    talk = begin(cast.courier, orderId=deal_id)["id"]
    deals.follow(deal_id, cast.customer, cast.tailor)
    say(cast.customer, talk, "He was rude.")
    deals.follow(deal_id, cast.customer, cast.tailor, cast.courier)
    say(cast.customer, talk, "Welcome.")
    assert texts(cast.courier, talk) == ["Welcome."]
    assert read(cast.courier, talk)["unread"] == 1


def test_following_a_deal_twice_changes_nothing(cast: Cast, deals: Deals) -> None:
    deal_id = deals.make(cast.customer, cast.tailor)
    deals.follow(deal_id, cast.customer, cast.tailor)  # without a conversation
    talk = begin(cast.customer, orderId=deal_id)
    deals.follow(deal_id, cast.customer, cast.tailor)
    assert read(cast.customer, talk["id"])["version"] == talk["version"]


def test_an_owner_adds_and_removes_members(cast: Cast) -> None:
    talk = group(cast.tailor, cast.vendor)
    third = cast.world.person("tailor")
    say(cast.tailor, talk, "Before.")
    assert code(add(cast.vendor, talk, third)) == (403, "forbidden")
    assert code(add(cast.tailor, talk, third, cast.vendor)) == (200, "")
    say(cast.tailor, talk, "After.")
    assert texts(third, talk) == ["After."]
    assert people(third, talk) == [cast.tailor.id, cast.vendor.id, third.id]
    path = f"{URL}/{talk}/participants"
    assert code(cast.vendor.delete(f"{path}/{third.id}")) == (403, "forbidden")
    assert code(cast.tailor.delete(f"{path}/{third.id}")) == (200, "")
    assert code(cast.tailor.delete(f"{path}/{third.id}")) == (404, "not_found")
    assert (texts(third, talk), read(cast.tailor, talk)["participantCount"]) == (["After."], 2)
    assert code(try_to_say(third, talk)) == (403, "not_participant")


def test_members_of_a_group_hear_it_without_asking(cast: Cast) -> None:
    third = cast.world.person("tailor")
    screens = [user.socket() for user in (cast.tailor, cast.vendor, third)]
    talk = group(cast.tailor, cast.vendor)
    assert screens[1].wait("chat:conversation")[0]["change"] == "created"
    say(cast.tailor, talk, "One.")
    add(cast.tailor, talk, third)
    joined = screens[2].wait("chat:conversation")[0]
    assert (joined["change"], joined["userId"]) == ("participants", third.id)
    say(cast.vendor, talk, "Two.")
    cast.tailor.delete(f"{URL}/{talk}/participants/{third.id}")
    left = screens[2].wait("chat:conversation", 2)[-1]
    assert (left["change"], left["userId"]) == ("participants", third.id)
    last = say(cast.tailor, talk, "Three.")
    for screen in screens[:2]:
        screen.wait("chat:message", where=lambda data: data["id"] == last["id"])
    heard = [
        [each["text"] for each in screen.of("chat:message") if each["kind"] == "text"] for screen in screens
    ]
    assert heard == [["One.", "Two.", "Three."], ["One.", "Two.", "Three."], ["Two."]]


def test_a_group_is_inherited(cast: Cast) -> None:
    talk = group(cast.tailor, cast.vendor)
    assert code(cast.tailor.post(f"{URL}/{talk}/leave")) == (200, "")
    mine = read(cast.vendor, talk)
    assert (mine["ownerId"], mine["participantCount"]) == (cast.vendor.id, 1)
    assert code(add(cast.vendor, talk, cast.tailor)) == (200, "")
    assert code(cast.vendor.delete(f"{URL}/{talk}/participants/{cast.vendor.id}")) == (200, "")


def test_parties_do_not_leave_their_conversation(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    assert code(cast.customer.post(f"{URL}/{talk}/leave")) == (403, "forbidden")
    assert code(cast.customer.delete(f"{URL}/{talk}/participants/{cast.customer.id}")) == (403, "forbidden")
    assert code(add(cast.customer, talk, cast.vendor)) == (403, "forbidden")
    assert code(cast.customer.get(f"{URL}/{talk}/participants")) == (200, "")
    assert code(cast.vendor.get(f"{URL}/{talk}/participants")) == (403, "not_participant")


def test_groups_have_limits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policy.MOST_PARTICIPANTS, "group", 2)
    talk = group(cast.tailor, cast.vendor)
    third = cast.world.person("tailor")
    assert code(add(cast.tailor, talk, third)) == (422, "too_many_participants")
    monkeypatch.setattr(policy, "MOST_GROUPS", 1)
    body = {"kind": "group", "title": "More", "participantIds": [third.id]}
    assert code(cast.tailor.post(URL, body)) == (429, "limit_reached")
    other = cast.world.person("vendor")
    assert code(other.post(URL, body | {"participantIds": [cast.vendor.id]})) == (429, "limit_reached")


def test_users_that_cannot_be_added_are_refused(cast: Cast) -> None:
    talk = group(cast.tailor, cast.vendor)
    third = cast.world.person("tailor")
    assert code(add(cast.tailor, talk, cast.customer)) == (403, "not_allowed_to_write")
    third.put(f"/api/chat/blocks/{cast.tailor.id}")
    assert code(add(cast.tailor, talk, third)) == (403, "cannot_message")
    path = f"{URL}/{talk}/participants"
    bad: tuple[Any, ...] = (
        {},
        {"userIds": []},
        {"userIds": [UNKNOWN]},
        {"userIds": ["a"]},
        {"userIds": [UNKNOWN] * 501},
        {"userIds": third.id},
        {"userIds": [third.id], "role": "owner"},
    )
    for body in bad:
        assert code(cast.tailor.post(path, body)) == (422, "invalid"), body
    for query in ("limit=0", "sort=name", "cursor=x", "a=b"):
        assert code(cast.tailor.get(f"{path}?{query}")) == (422, "invalid"), query
    assert code(cast.tailor.delete(f"{URL}/{UNKNOWN}/participants/{third.id}")) == (404, "not_found")


def test_large_groups_are_listed_in_pages(cast: Cast) -> None:
    talk = group(cast.tailor, cast.vendor, cast.world.person("tailor"))
    path = f"{URL}/{talk}/participants?limit=2"
    first = cast.vendor.get(path).json()
    second = cast.vendor.get(f"{path}&cursor={first['meta']['nextCursor']}").json()
    assert (len(first["data"]["participants"]), len(second["data"]["participants"])) == (2, 1)
    assert second["meta"]["nextCursor"] is None
