"""Many transactions on one account: exactly what fits is booked, and nothing waits that need not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextvars import Context

import gevent
import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.ledger import jobs, queries, service
from metaia.ledger.chart import Posting, credit, debit
from metaia.ledger.errors import HoldEnded, InsufficientBalance
from metaia.ledger.holds import service as hold_service
from tests.ledger.conftest import Books, book

MANY = 200


def together(app, *calls: Callable[[], object]) -> Counter[str]:
    """Run calls at the same time; return how many ended without an error, and with which errors the others."""

    def outcome(call: Callable[[], object]) -> str:
        with app.app_context():
            try:
                call()
            except (InsufficientBalance, HoldEnded) as error:
                return type(error).__name__
        return "ok"

    running = [gevent.spawn(outcome, call) for call in calls]
    gevent.joinall(running, raise_error=True)
    return Counter(str(each.value) for each in running)


def holding(books: Books, amount: int, hold_id: str | None = None) -> Callable[[], None]:
    def call() -> None:
        with db.transaction():
            hold_service.hold(hold_id or new_id(), books.account("credit"), amount)

    return call


def state_of(books: Books) -> tuple[int, int]:
    found = queries.balance(books.account("credit"))
    assert found is not None
    return found.posted, found.held


@pytest.mark.parametrize(("limit", "fit"), [(50, 50), (MANY, MANY)])
def test_exactly_the_holds_that_fit_succeed(app, books: Books, limit: int, fit: int) -> None:
    with db.transaction():
        hold_service.set_ceiling(books.account("credit"), 100 * limit + 99)
    done = together(app, *[holding(books, 100)] * MANY)
    assert done == Counter(ok=fit) + Counter(InsufficientBalance=MANY - fit)
    assert state_of(books)[1] == 100 * fit


def test_one_key_is_booked_once(app, books: Books) -> None:
    done = together(app, *[lambda: books.move("gateway", "due", 5, key=books.name)] * 50)
    assert done == Counter(ok=50)
    assert queries.balances([books.account("due")]) == {books.account("due"): 5}


def test_one_hold_ends_once(app, books: Books) -> None:
    with db.transaction():
        hold_service.set_ceiling(books.account("credit"), 1000)
    held = new_id()
    holding(books, 1000, held)()

    def use() -> None:
        book(debit(books.account("credit"), 600, hold_id=held), credit(books.account("partner"), 600))

    def void() -> None:
        with db.transaction():
            hold_service.release(held)

    together(app, *[use, void] * 30)
    assert state_of(books) in {(600, 0), (0, 0)}


def test_a_reversal_happens_once(app, books: Books) -> None:
    posting = books.move("bank", "suspense", 70)

    def undo() -> None:
        with db.transaction():
            service.reverse(posting)

    def outcome() -> str:
        with app.app_context():
            try:
                undo()
            except Exception as error:  # noqa: BLE001 - compared below
                return getattr(error, "code", repr(error))
        return "ok"

    running = [gevent.spawn(outcome) for _ in range(20)]
    gevent.joinall(running, raise_error=True)
    assert Counter(str(each.value) for each in running) == Counter(ok=1, already_reversed=19)


def test_new_accounts_are_opened_in_any_order(app, books: Books) -> None:
    """Each posting opens the same accounts; the lines of every second one are the other way round."""

    def move(number: int) -> Callable[[], object]:
        lines = [debit(books.account("gateway"), 1), credit(books.account("partner"), 1)]
        return lambda: book(*lines[:: 1 if number % 2 else -1])

    assert together(app, *map(move, range(MANY))) == Counter(ok=MANY)


def test_opposite_takers_do_not_deadlock(app, books: Books) -> None:
    other = Books()
    for each in (books, other):
        each.move("gateway", "due", 1000)

    def swap(first: Books, second: Books) -> Callable[[], object]:
        def call() -> None:
            with db.transaction():
                service.post_all(
                    [
                        Posting(
                            new_id(),
                            "test",
                            [debit(one.account("due"), 1), credit(one.account("partner"), 1)],
                        )
                        for one in (first, second)
                    ]
                )

        return call

    done = together(app, *[swap(books, other), swap(other, books)] * 50)
    assert done == Counter(ok=100)


def test_tails_are_folded_beside_postings(app, books: Books) -> None:
    partner, stop = books.account("partner"), gevent.event.Event()

    def fold() -> None:
        with app.app_context():
            while not stop.is_set():
                jobs.fold_tails(1)

    folding = gevent.spawn(fold)
    assert together(app, *[lambda: books.move("gateway", "partner", 3)] * MANY) == Counter(ok=MANY)
    stop.set()
    folding.get()
    assert queries.balances([partner]) == {partner: 3 * MANY}
    jobs.fold_tails(1)
    left = text("SELECT count(*) FROM ledger_tails WHERE account_id = :id")
    assert db.fetch_value(left, {"id": partner.id}) == 0
    assert queries.balances([partner]) == {partner: 3 * MANY}


def test_folding_skips_an_account_that_is_row_locked(app, books: Books) -> None:
    for _ in range(3):
        books.move("gateway", "due", 10)
    books.move("due", "partner", 1)  # its balance has a row
    fold = text("SELECT ledger_fold(CAST(:id AS uuid), 10)")
    account = {"id": books.account("due").id}

    def folded() -> int:
        with app.app_context(), db.transaction():
            return int(db.execute(fold, account).scalar_one())

    with db.transaction():
        service.post(
            Posting(new_id(), "test", [debit(books.account("due"), 5), credit(books.account("partner"), 5)])
        )
        assert Context().run(gevent.spawn, folded).get(timeout=30) == 0  # not in this transaction
    assert folded() == 3
    assert queries.balances([books.account("due")]) == {books.account("due"): 24}
