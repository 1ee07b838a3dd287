"""A client that was away gets every message, in order, on every way of catching up."""

from __future__ import annotations

import gevent

from metaia.realtime.log import store
from tests.support import chats as chat

AWAY = 1_200  # more than two pages of the log


def test_more_messages_than_a_page_arrive_in_order_with_a_live_one(world, app):
    """Case 9: replay and live events meet without a gap, and so do the pages of the history."""
    customer, tailor = world.person(), world.person("tailor")
    talk = chat.conversation(customer, tailor)
    cursor = store.head().cursor()
    path = f"/api/chat/conversations/{talk}/messages"
    for _ in range(AWAY // 50):
        batch = {"messages": [chat.body() for _ in range(50)]}
        assert customer.post(f"{path}/batch", batch).status_code == 201
    live = gevent.spawn(chat.send, customer, talk, "One more")
    screen = tailor.socket(cursor=cursor)
    assert live.get(timeout=60)["seq"] == AWAY + 1
    heard = screen.wait("chat:message", AWAY + 1)
    assert [each["seq"] for each in heard] == list(range(1, AWAY + 2))
    found, last, more = [], 0, True
    while more:
        page = chat.history(tailor, talk, after=last, limit=100)
        found += [each["seq"] for each in page["messages"]]
        last, more = page["meta"]["lastSeq"], page["meta"]["hasAfter"]
    assert found == list(range(1, AWAY + 2))
    synced, at = [], cursor
    while True:
        answer = tailor.get("/api/sync", params={"cursor": at}).json()
        events = answer["data"]["events"]
        synced += [each["data"]["seq"] for each in events if each["type"] == "chat:message"]
        at = answer["meta"]["cursor"] if "meta" in answer else answer["data"]["cursor"]
        if len(synced) > AWAY or not events:
            break
    assert synced == list(range(1, AWAY + 2))
