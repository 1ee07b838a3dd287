"""`ws /admin?token=` continues where its session left off: Timing's pages send no cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from flask_jwt_extended import create_access_token, decode_token
from websocket import ABNF, WebSocketTimeoutException

from metaia.realtime import runtime
from metaia.realtime.clients import connections
from metaia.realtime.clients.recovery import Recovery
from metaia.realtime.gateways import resuming
from tests.support.people import Person, World
from tests.support.plain_clients import Plain, refusal
from tests.support.raw_socket import PING, PONG, TEXT, Raw, frame
from tests.support.waiting import until

Open = Callable[..., "Page"]


class Page(Plain):
    """A page of Timing's: it keeps the ids of the orders that it was sent."""

    def __init__(self, admin: Person, token: str | None = None) -> None:
        before = len(clients(admin))
        super().__init__(admin.world, f"/admin?token={token or admin.token}")
        self.admin, self.orders = admin, list[str]()
        until(lambda: len(clients(admin)) > before and all(client.progress.sent for client in clients(admin)))

    def wait(self, *orders: str) -> list[str]:
        """Wait until `orders` have come; return all that came since the last call, in order."""
        found: list[str] = []
        while not set(orders) <= set(found):
            found.append(self.next()["order"]["id"])
        self.orders += found
        return found

    def prove(self) -> None:
        """Let the server ask for the receipt of everything so far, and answer."""
        (client,) = clients(self.admin)
        assert client.progress.sent is not None
        self.answer(client.progress.sent.position, client)

    def lose(self) -> None:
        """Lose the connection without a good-bye."""
        self.socket.shutdown()
        until(lambda: not clients(self.admin), "the server has noticed")

    def answer(self, position: int, client: connections.Connection | None = None) -> None:
        """Answer pings until the server knows that everything up to a position was received."""
        client = client or clients(self.admin)[0]
        client.keep_alive()
        self.socket.settimeout(0.02)

        def proven() -> bool:
            with suppress(WebSocketTimeoutException):
                self.socket.recv()
            return client.progress.proven is not None and client.progress.proven.position >= position

        until(proven, "the receipt is proven")
        self.socket.settimeout(30)


def clients(person: Person) -> list[connections.Connection]:
    return [client for client in connections.open_connections.values() if client.actor.id == person.id]


@pytest.fixture
def open_page() -> Iterator[Open]:
    """Give a function that opens a page; it closes all pages at the end."""
    made: list[Page] = []

    def opened(admin: Person, token: str | None = None) -> Page:
        made.append(Page(admin, token))
        return made[-1]

    yield opened
    for page in made:
        page.socket.shutdown()


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff()


@pytest.fixture
def customer(world: World) -> Person:
    return world.person()


def test_orders_are_not_sent_again_once_their_pings_are_answered(
    open_page: Open, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is asked at once, because it would show an order that comes again as another one."""
    monkeypatch.setattr(connections, "_prove", lambda: None)
    admin, customer = world.staff(), world.person()
    page = open_page(admin)
    placed = [customer.order()["id"] for _ in range(3)]
    page.wait(*placed)
    (client,) = clients(admin)
    assert client.progress.sent is not None
    page.answer(client.progress.sent.position)
    page.lose()
    missed = customer.order()["id"]
    assert open_page(admin).wait(missed) == [missed]


def test_a_page_that_is_back_gets_the_orders_it_missed(
    open_page: Open, admin: Person, customer: Person
) -> None:
    page = open_page(admin)
    first = customer.order()["id"]
    page.wait(first)
    page.prove()
    page.lose()
    missed = [customer.order()["id"], customer.order()["id"]]
    again = open_page(admin)
    assert again.wait(*missed) == missed


@pytest.mark.parametrize("code", [1000, 1012])
def test_a_page_that_a_process_ends_resumes_however_it_answers(
    open_page: Open, admin: Person, customer: Person, code: int
) -> None:
    """A stopping process closes with 1012. Libraries answer with the same code, or with 1000."""
    page = open_page(admin)
    page.wait(customer.order()["id"])
    page.prove()
    connections.end(clients(admin)[0], connections.RESTARTING)
    while page.socket.recv_frame().opcode != ABNF.OPCODE_CLOSE:
        pass
    page.socket.send_close(code)
    until(lambda: not clients(admin), "the server has noticed")
    missed = customer.order()["id"]
    assert open_page(admin).wait(missed) == [missed]


def test_two_pages_that_are_lost_again_get_nothing_twice(
    open_page: Open, admin: Person, customer: Person
) -> None:
    """A page that is back must not use up the record of the other one, which is open again."""
    pages = [open_page(admin), open_page(admin)]
    for _ in range(3):
        for page in pages:
            page.socket.shutdown()
        until(lambda: not clients(admin), "the server has noticed")
        missed = customer.order()["id"]
        pages = []
        for _ in range(2):
            page = open_page(admin)
            assert page.wait(missed) == [missed]
            client = max(clients(admin), key=lambda one: one.key)
            assert client.progress.sent is not None
            page.answer(client.progress.sent.position, client)
            pages.append(page)


def test_only_the_answer_to_a_ping_after_an_order_proves_its_receipt(admin: Person, customer: Person) -> None:
    with Raw(admin.world.url, path=f"/admin?token={admin.token}") as page:

        def ping_number() -> bytes:
            while (got := page.next())[0] != PING:
                assert got[0] == TEXT
            return got[1]

        def answer(*numbers: bytes) -> None:
            """Send pongs, and wait until the server has read them."""
            page.send(*(frame(number, PONG) for number in (*numbers, b"", b"x")), frame("read", PING))
            while page.next() != (PONG, b"read"):
                pass

        until(lambda: clients(admin) and clients(admin)[0].progress.sent)
        (client,) = clients(admin)
        customer.order()
        first = ping_number()
        client.keep_alive()
        second = ping_number()
        customer.order()
        while page.next()[0] != TEXT:
            pass
        page.send(frame(second, PONG))
        third = ping_number()  # asked again, because the second order was sent after the first ping
        assert client.progress.proven
        first_order = client.progress.proven.position
        answer(first, second)
        assert client.progress.proven.position == first_order
        answer(third)
        assert client.progress.proven.position > first_order


def test_orders_without_proof_come_again(open_page: Open, admin: Person, customer: Person) -> None:
    page = open_page(admin)
    order = customer.order()["id"]
    page.wait(order)
    page.lose()
    again = open_page(admin)
    assert again.wait(order) == [order]


def test_a_page_that_was_left_begins_anew(open_page: Open, admin: Person, customer: Person) -> None:
    """A reload closes the connection with 1001 or without a code; the new page has fetched the orders."""
    page = open_page(admin)
    page.wait(customer.order()["id"])
    page.socket.close()
    until(lambda: not clients(admin), "the server has noticed")
    customer.order()
    again = open_page(admin)
    order = customer.order()["id"]
    assert again.wait(order)[-1] == order
    assert len(again.orders) <= 2  # the order before may have reached the log only after the page was back


def test_two_lost_pages_of_one_session_both_miss_nothing(
    open_page: Open, admin: Person, customer: Person
) -> None:
    one = open_page(admin)
    one.prove()
    two = open_page(admin)
    order = customer.order()["id"]
    one.wait(order)
    two.wait(order)
    for page in (one, two):
        page.socket.shutdown()
    until(lambda: not clients(admin), "the server has noticed")
    missed = customer.order()["id"]
    first, second = open_page(admin), open_page(admin)
    assert missed in first.wait(missed)
    assert missed in second.wait(missed)


def test_another_session_begins_now(open_page: Open, world: World, customer: Person) -> None:
    admin, other = world.staff(), world.staff()
    page = open_page(admin)
    order = customer.order()["id"]
    page.wait(order)
    page.lose()
    again = open_page(other)
    later = customer.order()["id"]
    assert again.wait(later) == [later]


def test_records_of_a_session_end(open_page: Open, admin: Person, customer: Person, app: Flask) -> None:
    recovery: Recovery = runtime.of(app).recovery
    page = open_page(admin)
    order = customer.order()["id"]
    page.wait(order)
    page.lose()
    until(lambda: not (recovery._waiting or recovery._written), "it is stored")
    recovery.redis.delete(*recovery.redis.keys("metaia:recovery:*"))
    again = open_page(admin)
    later = customer.order()["id"]
    assert again.wait(later) == [later]


def old(admin: Person) -> str:
    """Return a token of the admin's session that has expired."""
    claims = {"userId": admin.id, "role": "admin", "sid": decode_token(admin.token)["sid"]}
    return str(create_access_token(admin.id, additional_claims=claims, expires_delta=timedelta(minutes=-1)))


def test_a_page_comes_back_although_its_token_has_expired(
    open_page: Open, admin: Person, customer: Person
) -> None:
    page = open_page(admin)
    page.lose()
    order = customer.order()["id"]
    assert order in open_page(admin, old(admin)).wait(order)


def test_an_expired_token_alone_opens_nothing(
    open_page: Open, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/admin?token={old(admin)}"
    assert refusal(admin.world, path) == (401, "token_expired")
    open_page(admin)
    monkeypatch.setattr(resuming, "_network", lambda: "192.0.2.1")
    assert refusal(admin.world, path) == (401, "token_expired")
