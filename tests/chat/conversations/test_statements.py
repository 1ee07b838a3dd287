"""The number of statements that a page of conversations takes."""

from __future__ import annotations

import pytest

from metaia.chat.conversations import queries, service
from metaia.core.access.actor import Actor
from tests.support.chat_rows import Talk
from tests.support.people import Person
from tests.support.plans import statements


@pytest.mark.usefixtures("context")
def test_twenty_conversations_take_as_many_statements_as_one(asha: Person, tailor: Person) -> None:
    """The last message of each has files, and is the viewer's own: its status depends on all participants."""
    talks = [Talk(asha, tailor, kind="deal") for _ in range(20)]
    for talk in talks:
        talk.say(asha, "Like this?", kind="image")
    viewer = Actor(asha.id, "customer", "", 0)
    page, _ = queries.page(asha.id, filters={}, sort="-lastMessageAt", limit=20, cursor=None)
    counts = []
    for listed in (page[:1], page):
        with statements() as found:
            shown = service.shown(viewer, listed)
        assert [each["lastMessage"]["status"] for each in shown] == ["sent"] * len(listed)
        counts.append(len(found))
    assert (len(page), counts[1]) == (20, counts[0])
