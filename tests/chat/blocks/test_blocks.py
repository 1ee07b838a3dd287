"""Blocks: neither of two users writes to the other, and an order that goes on keeps its conversation."""

from __future__ import annotations

from tests.chat.conftest import Cast
from tests.support.conversations import UNKNOWN, URL, Deals, begin, code, direct, group, read, say, try_to_say

PATH = "/api/chat/blocks"


def test_a_block_ends_a_direct_conversation_for_both(cast: Cast) -> None:
    talk = direct(cast.customer, cast.tailor)
    say(cast.tailor, talk, "Buy a suit.")
    screen = cast.tailor.socket()
    assert code(cast.customer.put(f"{PATH}/{cast.tailor.id}")) == (200, "")
    assert code(cast.customer.put(f"{PATH}/{cast.tailor.id}")) == (200, "")
    [change] = screen.wait("chat:conversation")
    assert (change["change"], change["userId"]) == ("participants", None)
    for user in (cast.customer, cast.tailor):
        assert code(try_to_say(user, talk)) == (403, "cannot_message")
    [block] = cast.customer.get(PATH).json()["data"]["blocks"]
    assert (block["userId"], block["name"]) == (cast.tailor.id, "Rao & Sons")
    assert cast.tailor.get(PATH).json()["data"]["blocks"] == []
    assert read(cast.customer, talk)["unread"] == 0  # of a blocked user
    assert code(cast.customer.delete(f"{PATH}/{cast.tailor.id}")) == (200, "")
    assert code(cast.customer.delete(f"{PATH}/{cast.tailor.id}")) == (200, "")
    say(cast.tailor, talk)
    assert read(cast.customer, talk)["unread"] == 2


def test_a_block_prevents_new_conversations(cast: Cast) -> None:
    cast.tailor.put(f"{PATH}/{cast.vendor.id}")
    for user, other in ((cast.vendor, cast.tailor), (cast.tailor, cast.vendor)):
        assert code(user.post(URL, {"participantId": other.id})) == (403, "cannot_message")


def test_a_block_does_not_end_an_order_that_goes_on(cast: Cast, deals: Deals) -> None:
    running = deals.make(cast.customer, cast.tailor)
    talk = begin(cast.customer, orderId=running)["id"]
    cast.customer.put(f"{PATH}/{cast.tailor.id}")
    say(cast.tailor, talk, "It is ready.")
    places = {each["userId"]: each["readSeq"] for each in read(cast.tailor, talk)["participants"]}
    assert places == {cast.customer.id: None, cast.tailor.id: 0}  # no receipts to the blocked one
    deals.follow(running, cast.customer, cast.tailor, finished=True)
    for user in (cast.customer, cast.tailor):
        assert code(try_to_say(user, talk)) == (403, "cannot_message")
    another = deals.make(cast.customer, cast.tailor)
    say(cast.tailor, begin(cast.tailor, orderId=another)["id"])
    finished = deals.make(cast.customer, cast.tailor, finished=True)
    assert code(cast.tailor.post(URL, {"orderId": finished})) == (403, "cannot_message")


def test_changes_of_a_conversation_show_no_marks(cast: Cast, deals: Deals) -> None:
    deal_id = deals.make(cast.customer, cast.tailor)
    talk = begin(cast.customer, orderId=deal_id)["id"]
    last = say(cast.tailor, talk, "It is ready.")
    cast.customer.put(f"{PATH}/{cast.tailor.id}")
    assert cast.customer.put(f"{URL}/{talk}/read", {"seq": last["seq"]}).status_code == 200
    screen = cast.tailor.socket()
    deals.follow(deal_id, cast.customer, cast.tailor, cast.courier)
    [change] = screen.wait("chat:conversation", where=lambda data: data["userId"] == cast.courier.id)
    places = change["conversation"]["participants"]
    assert [(each["readSeq"], each["deliveredSeq"]) for each in places] == [(None, None)] * 3


def test_blocked_members_of_a_group_are_not_unread(cast: Cast) -> None:
    talk = group(cast.tailor, cast.vendor, cast.world.person("tailor"))
    cast.tailor.put(f"{PATH}/{cast.vendor.id}")
    say(cast.vendor, talk)
    assert read(cast.tailor, talk)["unread"] == 0


def test_who_cannot_be_blocked_is_refused(cast: Cast) -> None:
    for target, expected in (
        (cast.customer.id, (422, "invalid")),
        (cast.support.id, (403, "forbidden")),
        (UNKNOWN, (404, "not_found")),
        ("me", (404, "not_found")),
    ):
        assert code(cast.customer.put(f"{PATH}/{target}")) == expected, target
    assert code(cast.customer.delete(f"{PATH}/{UNKNOWN}")) == (404, "not_found")
