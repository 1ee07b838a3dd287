"""A word of many messages is looked for among the next messages of the page: it is found as by the index of words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from metaia.chat.search import queries
from metaia.core import db
from metaia.core.json import Json
from metaia.core.times import now
from tests.support.chat_rows import Talk
from tests.support.people import Person, World
from tests.support.plans import nodes, plans, statements

TALKS, MESSAGES, LIMIT = 4, 40, 4
BEGAN = now() - timedelta(days=900)  # before the messages of other tests
Search = Callable[..., queries.Page]
pytestmark = pytest.mark.usefixtures("context")


def moment(number: int) -> Any:
    """Return when a message was sent; some at the same time, and not in the order of their ids."""
    return BEGAN + timedelta(seconds=10 * (number * 7 % MESSAGES // 2))


@pytest.fixture
def asha(world: World) -> Person:
    """Give a user in several conversations, of some of which it does not see all messages."""
    asha, tailor = world.person(), world.person("tailor")
    made = [Talk(asha, tailor, kind="deal") for _ in range(TALKS)]
    for number in range(MESSAGES):
        said = f"tulle {('red', 'blue')[number % 2]}{' satin' if number == 9 else ''}"
        sent = made[number * number % TALKS].say(
            (asha, tailor)[number // 2 % 2], said, created_at=moment(number)
        )
        if number % 20 == 18:
            made[number * number % TALKS].delete(sent)
    made[1].set(asha, joined_seq=3, cleared_seq=2)
    Talk(tailor, world.person(), kind="deal").say(tailor, "tulle of others", created_at=moment(3))
    left = Talk(asha, tailor, kind="deal")
    left.say(tailor, "tulle left", created_at=moment(5))
    left.set(asha, left_seq=1, left_at=now())
    return asha


def all_pages(search: Search, filters: Json, sort: str) -> list[str]:
    found, cursor = list[str](), None
    while True:
        rows, cursor = search(filters=filters, sort=sort, limit=LIMIT, cursor=cursor)
        found += [row.id for row in rows]
        if cursor is None:
            return found


def test_what_is_read_first_changes_nothing(asha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_BY_WORD", 1)
    late = BEGAN + timedelta(days=1)  # other tests may add messages while this one runs
    narrowed: list[Json] = [
        {"q": "tulle"},
        {"q": "tull blu", "sender_id": asha.id},
        {"q": "tulle", "kind": "image"},
        {"q": "blue", "to": moment(30)},
        {"q": "tulle", "from_": moment(12)},
        {"q": "satin"},
    ]
    for search in (partial(queries.page, asha.id), queries.page_of_all):
        for more in narrowed:
            for sort in ("-createdAt", "createdAt")[: 1 + (more == narrowed[0])]:
                filters, found = {"to": late} | more, {}
                for read, most in ((1, 50_000), (10, 5), (10_000, 5)):
                    monkeypatch.setattr(queries, "MOST_READ", read)
                    monkeypatch.setattr(queries, "MOST_FOUND", most)
                    found[read] = all_pages(search, filters, sort)
                assert found[1] == found[10] == found[10_000], (search, sort, filters)
                if more == narrowed[0]:
                    assert len(found[1]) == len(set(found[1])) > 6 * LIMIT


def test_each_select_has_one_way(asha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Common words are found in the order of time; of others, no select reads all messages in it."""
    monkeypatch.setattr(queries, "MOST_BY_WORD", 1)
    with db.transaction():
        for setting in ("seqscan", "sort"):  # the table is small here
            db.execute(text(f"SET LOCAL enable_{setting} = off"))
        for search in (partial(queries.page, asha.id), queries.page_of_all):
            for q, most in (("tulle", 50_000), ("satin", 50_000), ("satin", 0)):
                monkeypatch.setattr(queries, "MOST_FOUND", most)
                filters = {"q": q, "to": BEGAN + timedelta(days=1)}
                call = partial(search, filters=filters, sort="-createdAt", limit=LIMIT, cursor=None)
                with statements() as executed:
                    call()
                used = {node.get("Index Name") for plan in plans(call)[-1:] for node in nodes(plan)}
                if q == "tulle":
                    assert sum("@@" in sql for sql, _ in executed) == 1, search
                    assert "ix_messages_created_at" in used, search
                else:
                    by_words = bool(most) or search is queries.page_of_all
                    assert ("ix_messages_words" in used) == by_words, (search, most, used)
                    assert "ix_messages_created_at" not in used, (search, most)


def test_a_user_without_conversations_finds_nothing(world: World, asha: Person) -> None:
    assert all_pages(partial(queries.page, world.person().id), {"q": "tulle"}, "-createdAt") == []
