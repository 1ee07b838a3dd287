"""Holds: room that is set aside, used once, and given back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.ledger import jobs, queries
from metaia.ledger.chart import Account, Line, credit, debit
from metaia.ledger.errors import HoldEnded, InsufficientBalance, KeyReused, LedgerError
from metaia.ledger.holds import service
from metaia.ledger.holds.queries import by_id
from tests.ledger.conftest import Books, book


def hold(account: Account, amount: int, **given: object) -> str:
    hold_id = new_id()
    with db.transaction():
        service.hold(hold_id, account, amount, **given)  # type: ignore[arg-type]
    return hold_id


def state(account: Account) -> tuple[int, int, int]:
    found = queries.balance(account)
    assert found is not None
    return found.posted, found.held, found.available


@pytest.fixture
def credit_line(books: Books) -> Account:
    """A customer's credit with a limit of 1000."""
    account = books.account("credit")
    with db.transaction():
        service.set_ceiling(account, 1000)
    return account


def spend(books: Books, amount: int, hold_id: str | None = None) -> Line:
    return debit(books.account("credit"), amount, hold_id=hold_id)


def test_a_hold_takes_room_and_its_release_gives_it_back(credit_line: Account) -> None:
    first = hold(credit_line, 600)
    assert state(credit_line) == (0, 600, 400)
    with pytest.raises(InsufficientBalance):
        hold(credit_line, 401)
    with db.transaction():
        assert service.release(first)
    with db.transaction():
        assert not service.release(first)
    assert state(credit_line) == (0, 0, 1000)


def test_a_hold_is_posted_once_for_all_or_a_part(books: Books, credit_line: Account) -> None:
    held = hold(credit_line, 600)
    book(spend(books, 500, held), credit(books.account("partner"), 500))
    assert state(credit_line) == (500, 0, 500)
    with pytest.raises(HoldEnded):
        book(spend(books, 50, held), credit(books.account("partner"), 50))
    with pytest.raises(HoldEnded), db.transaction():
        service.release(held)
    assert by_id(held).posted == 500  # type: ignore[union-attr]


def test_what_is_held_is_there_after_the_limit_was_lowered(books: Books, credit_line: Account) -> None:
    held = hold(credit_line, 600)
    with db.transaction():
        service.set_ceiling(credit_line, 100)
    with pytest.raises(InsufficientBalance):
        hold(credit_line, 1)
    book(spend(books, 600, held), credit(books.account("partner"), 600))
    assert state(credit_line) == (600, 0, -500)


def test_a_line_without_a_hold_needs_room_also_next_to_one_with_a_hold(
    books: Books, credit_line: Account
) -> None:
    held = hold(credit_line, 600)
    with pytest.raises(InsufficientBalance):
        book(spend(books, 600, held), spend(books, 401), credit(books.account("partner"), 1001))
    book(spend(books, 600, held), spend(books, 400), credit(books.account("partner"), 1000))
    assert state(credit_line) == (1000, 0, 0)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(lambda books, held: debit(books.account("credit"), 601, hold_id=held), id="more"),
        pytest.param(
            lambda books, held: credit(books.account("credit"), 600, hold_id=held), id="opposite side"
        ),
        pytest.param(lambda books, held: debit(books.account("bank"), 600, hold_id=held), id="other account"),
        pytest.param(lambda books, _: debit(books.account("credit"), 600, hold_id=new_id()), id="unknown"),
    ],
)
def test_a_line_must_fit_its_hold(books: Books, credit_line: Account, line) -> None:
    held = hold(credit_line, 600)
    made = line(books, held)
    with pytest.raises(HoldEnded):
        book(made, Line(books.account("partner"), -made.amount))
    assert state(credit_line) == (0, 600, 400)


def test_a_payout_is_held_only_from_what_a_partner_has(books: Books) -> None:
    books.move("gateway", "partner", 900)
    partner = books.account("partner")
    held = hold(partner, 900)
    with pytest.raises(InsufficientBalance):
        hold(partner, 1)
    book(debit(partner, 900, hold_id=held), credit(books.account("paying"), 900))
    assert state(partner) == (0, 0, 0)


def test_a_repeated_hold_changes_nothing(credit_line: Account) -> None:
    held = hold(credit_line, 600)
    with db.transaction():
        service.hold(held, credit_line, 600)
    assert state(credit_line)[1] == 600
    with pytest.raises(KeyReused), db.transaction():
        service.hold(held, credit_line, 599)
    with pytest.raises(LedgerError), db.transaction():
        service.hold(new_id(), credit_line, 0)


def test_nothing_can_be_held_of_an_account_without_a_limit(books: Books) -> None:
    with pytest.raises(InsufficientBalance):
        hold(books.account("credit"), 1)


def test_an_unknown_hold_cannot_be_released() -> None:
    with pytest.raises(HoldEnded), db.transaction():
        service.release(new_id())


def test_a_hold_with_an_end_lapses_and_one_without_does_not(credit_line: Account) -> None:
    moment = now()
    lasting = hold(credit_line, 100)
    later = hold(credit_line, 200, expires_at=moment + timedelta(hours=1))
    over = hold(credit_line, 300, expires_at=moment - timedelta(seconds=1))
    long_over = hold(credit_line, 400, expires_at=moment - timedelta(days=9))
    jobs.lapse()
    assert state(credit_line)[1] == 700
    jobs.lapse_all()
    assert state(credit_line)[1] == 300
    outcomes = [by_id(each).outcome for each in (lasting, later, over, long_over)]  # type: ignore[union-attr]
    assert outcomes == [None, None, "expired", "expired"]
