"""Search in messages: all scripts, one's own conversations only, and where the matches are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import gevent
import pytest

from metaia.chat.search import queries, service
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.core.text import excerpts
from metaia.core.times import now, rfc3339
from tests.core.text.test_words import TABLE
from tests.support.chat_rows import Talk
from tests.support.people import Person, World
from tests.support.plans import statements

PAGE: dict[str, Any] = {"sort": "-createdAt", "limit": 20, "cursor": None}
CHINESE, THAI, HINDI = "我想买一件红色的衬衫", "เสื้อเชิ้ตผ้าลินินสีขาว", "मुझे लाल कुर्ता चाहिए"


pytestmark = pytest.mark.usefixtures("context")


def search(person: Person, q: str, **query: Any) -> list[Json]:
    answer = person.get(f"/api/chat/search?{urlencode({'q': q} | query)}")
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["data"]["messages"]
    return found


def texts(person: Person, q: str, **query: Any) -> list[str]:
    return [each["message"]["text"] for each in search(person, q, **query)]


def test_words_are_found_inside_of_scripts_without_spaces(asha: Person, tailor: Person) -> None:
    talk = Talk(asha, tailor)
    for said in (CHINESE, THAI, HINDI):
        talk.say(asha, said)
    for q, said in (("衬衫", CHINESE), ("ลินิน", THAI), ("कुर्ता", HINDI)):
        [found] = search(tailor, q)
        assert found["message"]["text"] == found["excerpt"] == said
        [[start, length]] = found["matches"]
        assert said[start : start + length] == q


def test_the_table_of_all_scripts_holds_for_messages(asha: Person, tailor: Person) -> None:
    """Proof 13. Queries that are not found are compared within one conversation for each text."""
    for said, (found, not_found) in TABLE.items():
        talk = Talk(asha, tailor, kind="deal")
        talk.say(tailor, said)
        for queried, expected in ((found, 1), (not_found, 0)):
            for q in filter(None, queried.split("|")):
                rows, _ = queries.page(asha.id, filters={"q": q, "conversation_id": talk.id}, **PAGE)
                assert len(rows) == expected, (q, said)


def test_only_conversations_of_the_searcher_are_searched(world: World, asha: Person, tailor: Person) -> None:
    stranger = world.person()
    talk = Talk(asha, tailor)
    talk.say(asha, "The velvet sample")
    assert texts(tailor, "velv") == ["The velvet sample"]
    for query in ({}, {"conversationId": talk.id}, {"senderId": asha.id}):
        assert search(stranger, "velvet", **query) == []
    assert search(world.staff("admin"), "velvet", conversationId=talk.id) == []


def test_a_search_ends_where_the_reading_ends(asha: Person, tailor: Person) -> None:
    talk = Talk(asha, tailor)
    for number in range(1, 6):
        talk.say(asha, f"brocade number {number}")
    talk.set(tailor, joined_seq=1, cleared_seq=2)
    assert texts(tailor, "brocade") == [f"brocade number {number}" for number in (5, 4, 3)]
    talk.set(tailor, left_seq=4, left_at=now())
    assert texts(tailor, "brocade") == [], "of conversations that one has left only if they are named"
    assert texts(tailor, "brocade", conversationId=talk.id) == ["brocade number 4", "brocade number 3"]


def test_deleted_messages_are_not_found(asha: Person, tailor: Person) -> None:
    talk = Talk(asha, tailor)
    talk.delete(talk.say(asha, "chiffon"))
    assert search(asha, "chiffon") == []


def find(person: Person, q: str) -> list[Json]:
    found, _ = service.find(Actor(person.id, person.user["role"], "session", 0.0), filters={"q": q}, **PAGE)
    return found


def test_a_message_that_is_deleted_while_the_search_runs_is_left_out(
    asha: Person, tailor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk(asha, tailor)
    kept, gone = talk.say(asha, "taffeta one"), talk.say(asha, "taffeta two")
    read = queries.page

    def page(*args: Any, **options: Any) -> Any:
        found = read(*args, **options)
        talk.delete(gone)
        return found

    monkeypatch.setattr(queries, "page", page)
    assert [each["message"]["id"] for each in find(tailor, "taffeta")] == [kept]


def test_a_page_of_many_conversations_takes_as_many_queries_as_one_of_one(asha: Person, world: World) -> None:
    numbers = []
    for count in (1, 4):
        for _ in range(count):
            tailor = world.person("tailor")
            talk = Talk(asha, tailor)
            talk.say(asha, f"poplin{count}")
            talk.set(tailor, seen_seq=1)
        with statements() as executed:
            found = find(asha, f"poplin{count}")
        assert [each["message"]["status"] for each in found] == ["read"] * count
        numbers.append(len(executed))
    assert numbers[0] == numbers[1]


def test_other_greenlets_have_a_turn_between_two_excerpts(
    asha: Person, tailor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, turns, seen = Talk(asha, tailor), [0], list[int]()
    for _ in range(3):
        talk.say(asha, "jersey")

    def other() -> None:
        while True:
            turns[0] += 1
            gevent.sleep(0)

    def excerpt(*_: str) -> tuple[str, list[Any]]:
        seen.append(turns[0])
        return "", []

    monkeypatch.setattr(excerpts, "excerpt", excerpt)
    running = gevent.spawn(other)
    try:
        find(asha, "jersey")
    finally:
        running.kill()
    assert seen[0] < seen[1] < seen[2]


def test_the_word_of_a_conversation_is_no_word_of_its_messages(asha: Person, tailor: Person) -> None:
    talk = Talk(asha, tailor)
    talk.say(asha, "linen")
    for q in ("c", f"c{talk.id}", f"c{talk.id}".replace("-", ""), talk.id, talk.id[:8]):
        assert search(asha, q) == [], q


def test_filters_narrow_the_search(asha: Person, tailor: Person) -> None:
    talk, other = Talk(asha, tailor), Talk(asha, tailor, kind="deal")
    old = now() - timedelta(days=3)
    talk.say(asha, "silk one", created_at=old)
    talk.say(tailor, "silk two")
    other.say(asha, "silk three", kind="image")
    assert texts(asha, "silk") == ["silk three", "silk two", "silk one"]
    assert texts(asha, "silk", senderId=tailor.id) == ["silk two"]
    assert texts(asha, "silk", kind="image") == ["silk three"]
    assert texts(asha, "silk", to=rfc3339(old + timedelta(days=1))) == ["silk one"]
    assert texts(asha, "silk", **{"from": rfc3339(old + timedelta(days=1))}) == ["silk three", "silk two"]
    assert texts(asha, "silk", sort="createdAt")[0] == "silk one"


def test_pages_meet_without_gap(asha: Person, tailor: Person, world: World) -> None:
    talks = [Talk(asha, world.person("tailor")) for _ in range(3)]
    for number in range(9):
        talks[number % 3].say(asha, f"organza {number}")
    found, cursor = list[str](), None
    while True:
        query = {"q": "organza", "limit": 4} | ({"cursor": cursor} if cursor else {})
        answer = asha.get(f"/api/chat/search?{urlencode(query)}").json()
        found += [each["message"]["text"] for each in answer["data"]["messages"]]
        cursor = answer["meta"]["nextCursor"]
        if cursor is None:
            break
    assert found == [f"organza {number}" for number in range(8, -1, -1)]


def test_a_user_with_many_conversations_finds_the_same(
    asha: Person, tailor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, _ = Talk(asha, tailor), Talk(asha, tailor, kind="deal")
    talk.say(tailor, "gabardine")
    monkeypatch.setattr(queries, "MOST_BY_WORD", 1)
    rows, _ = queries.page(asha.id, filters={"q": "gabardine"}, **PAGE)
    assert [row.text for row in rows] == ["gabardine"]


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=%00", "q=x&limit=0", "q=x&conversationId=1", "q=x&kind=system", "q=x&from=yesterday", "q=x&cursor=1",
     "q=" + "x" * 201, "q=x&words=y"],
)  # fmt: skip
def test_bad_queries_are_refused(asha: Person, query: str) -> None:
    assert asha.get(f"/api/chat/search?{query}").status_code == 422


@pytest.mark.parametrize("q", ["'", "&", "' | 'a", "\\", "!", "<->", ":*", "(", "'';--"])
def test_a_query_has_no_syntax(asha: Person, tailor: Person, q: str) -> None:
    Talk(asha, tailor).say(asha, "a b c")
    assert isinstance(search(asha, q), list)
