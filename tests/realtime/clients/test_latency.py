"""Latency at the client: sampled clients acknowledge deliveries, and the others do not notice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.core import metrics
from metaia.core.times import now, rfc3339
from metaia.realtime.clients import latency
from tests.support.people import Person, World
from tests.support.raw_socket import Raw
from tests.support.waiting import numbers, send_numbered, until

Every = Callable[[int], None]
ASKED = re.compile(r'42(\d+)\["new_notification"')


@pytest.fixture
def every(monkeypatch: pytest.MonkeyPatch) -> Every:
    """Give a function that sets the number of deliveries per acknowledgement."""
    return lambda number: monkeypatch.setattr(latency, "_every", number)


@pytest.fixture
def counted(world: World, every: Every) -> Counter[str]:
    """Give the counts from now on."""
    until(lambda: latency.pending() == 0)
    before = Counter(metrics.acknowledgements)
    metrics.acknowledgements.subtract(before)
    return metrics.acknowledgements


def next_event(client: Raw) -> str:
    """Return a client's next event, with or without the number of an acknowledgement."""
    while '["new_notification"' not in (text := client.text()):
        pass
    return text


def number_of(text: str) -> int | None:
    found = ASKED.match(text)
    return None if found is None else int(found[1])


@pytest.mark.parametrize("transports", [["websocket"], ["polling"]])
def test_a_clients_acknowledgement_is_counted(
    world: World, every: Every, counted: Counter[str], transports: list[str]
) -> None:
    person = world.person()
    screen = person.socket(transports=transports)
    every(1)
    for number in range(1, 4):
        send_numbered(person, number)
        screen.wait("new_notification", number)
        until(lambda: latency.pending() == 0)
        assert counted == {"asked": number, "received": number}
    assert numbers(screen) == [1, 2, 3]


def test_staff_and_prometheus_see_the_latencies(world: World, every: Every) -> None:
    person, admin = world.person(), world.staff()

    def seen() -> int:
        (process,) = admin.get("/api/admin/websocket/stats").json()["data"]["processes"].values()
        return sum(process["acknowledged"]["buckets"])

    screen, before = person.socket(), seen()
    every(1)
    send_numbered(person, 1)
    screen.wait("new_notification")
    until(lambda: seen() > before)
    text = admin.get("/metrics").text
    counts = re.findall(r'metaia_acknowledged_latency_seconds_bucket{le="\+Inf",process=".+"} (\S+)', text)
    assert [float(count) > before for count in counts] == [True]
    assert re.search(r'metaia_acknowledgements_total{process=".+",what="received"} \d', text)


def test_a_client_that_never_acknowledges_is_asked_once_and_gets_everything(
    world: World, every: Every, counted: Counter[str]
) -> None:
    person = world.person()
    with Raw(world.url) as client:
        client.login(person)
        every(1)
        for number in range(20):
            send_numbered(person, number)
        received = [next_event(client) for _ in range(20)]
        assert [number_of(text) is not None for text in received] == [True] + [False] * 19
        assert [f'"number":{number}}}' in text for number, text in enumerate(received)] == [True] * 20
        assert (counted["asked"], counted["received"], latency.pending()) == (1, 0, 1)
    until(lambda: latency.pending() == 0, "the server has forgotten it")


def test_only_the_answer_that_was_asked_for_counts_and_only_once(
    world: World, every: Every, counted: Counter[str]
) -> None:
    person = world.person()
    with Raw(world.url) as client:
        client.login(person)
        client.send_text("431[]", "430[]", "43[]", '43["a"]')
        every(1)
        send_numbered(person, 1)
        number = number_of(next_event(client))
        assert number is not None
        client.send_text("430[]", f"43{number + 1}[]", f"43{'9' * 30}[]", '420["are_you_there"]')
        client.until("430[")
        assert counted["received"] == 0
        client.send_text(f"43{number}[]", f'43{number}["again"]')
        until(lambda: counted["received"] == 1)
        send_numbered(person, 2)
        assert number_of(next_event(client)) not in (None, number)  # it has answered, and may be asked again
        assert counted["received"] == 1


def test_a_sampled_client_is_asked_and_all_others_share_one_frame(
    world: World, every: Every, counted: Counter[str]
) -> None:
    person = world.person()
    clients = [Raw(world.url) for _ in range(4)]
    for client in clients:
        client.login(person)
    every(4)
    for turn in range(1, 4):
        send_numbered(person, turn)
        received = [next_event(client) for client in clients]
        asked = [number for text in received if (number := number_of(text)) is not None]
        assert len(asked) <= 1  # none where the choice falls on a client that owes an answer
        assert len({re.sub(r"^42\d*", "", text) for text in received}) == 1
    assert counted["asked"] >= 1
    for client in clients:
        client.wire.close()


def test_what_a_client_missed_is_not_measured(world: World, every: Every, counted: Counter[str]) -> None:
    person = world.person()
    screen = person.socket()
    cursor = screen.cursor
    send_numbered(person, 1, 2)
    screen.wait("new_notification", 2)
    every(1)
    assert len(person.socket(cursor).of("new_notification")) == 2
    assert counted["asked"] == 0


def test_by_default_no_client_is_asked(world: World, counted: Counter[str], person: Person) -> None:
    with Raw(world.url) as client:
        client.login(person)
        send_numbered(person, 1)
        assert number_of(next_event(client)) is None
    assert counted["asked"] == 0


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


@given(st.integers(-1, 12), st.integers(0, 40))
def test_every_delivery_has_the_same_chance(every_so_many: int, clients: int) -> None:
    sids, chosen = [f"client {n}" for n in range(clients)], Counter[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(latency, "_every", every_so_many)
        for start in range(max(every_so_many, 1)):
            patch.setattr(latency, "_pending", {})
            patch.setattr(latency, "randrange", lambda _, start=start: start)
            asked = latency.sample(sids, rfc3339(now()) or "")
            assert len(set(asked.values())) == len(asked)
            chosen.update(asked.keys())
    assert set(chosen.values()) <= {1}
    assert len(chosen) == (clients if every_so_many > 0 else 0)
