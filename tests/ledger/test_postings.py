"""Postings: what is booked, what is refused, and what a repetition changes."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.errors import Conflict, NotFound
from metaia.core.ids import new_id
from metaia.ledger import queries, service
from metaia.ledger.chart import KINDS, Account, Line, Posting, credit, debit
from metaia.ledger.errors import InsufficientBalance, KeyReused, LedgerError
from tests.ledger.conftest import Books, book


def balance(books: Books, kind: str) -> int:
    account = books.account(kind)
    return queries.balances([account])[account]


def test_a_posting_moves_money_between_accounts(books: Books) -> None:
    books.move("gateway", "due", 1000)
    books.move("due", "partner", 900)
    assert [balance(books, kind) for kind in ("gateway", "due", "partner")] == [1000, 100, 900]


def test_the_chart_is_the_one_of_the_database() -> None:
    rows = db.fetch_all(text("SELECT kind, normal, takes FROM ledger_kinds"))
    assert {row.kind: (row.normal, row.takes) for row in rows} == KINDS


def test_the_accounts_of_the_house_are_open() -> None:
    rows = db.fetch_all(text("SELECT id, kind, owner, currency FROM ledger_accounts WHERE owner = 'house'"))
    assert {"bank", "commission", "suspense"} <= {row.kind for row in rows}
    assert all(row.id == Account(row.kind, row.owner, row.currency).id for row in rows)


def test_a_repeated_posting_changes_nothing(books: Books) -> None:
    first = books.move("gateway", "due", 1000, key=books.name)
    assert books.move("gateway", "due", 1000, key=books.name) == first
    assert balance(books, "due") == 1000


def test_a_key_belongs_to_its_lines(books: Books) -> None:
    books.move("gateway", "due", 1000, key=books.name)
    with pytest.raises(KeyReused):
        books.move("gateway", "due", 999, key=books.name)
    with pytest.raises(KeyReused):
        books.move("gateway", "due", 1000, key=books.name, kind="other")
    assert balance(books, "due") == 1000


def test_several_postings_are_booked_together(books: Books) -> None:
    before = books.move("gateway", "due", 5, key=f"{books.name}:0")
    lines = [(debit(books.account("gateway"), 5), credit(books.account("due"), 5))] * 3
    postings = [Posting(f"{books.name}:{n}", "test", each) for n, each in enumerate(lines)]
    with db.transaction():
        ids = service.post_all(postings)
    assert ids[0] == before
    assert [each.key for each in queries.booked(ids)] == [posting.key for posting in postings]
    assert balance(books, "due") == 15
    with pytest.raises(LedgerError, match="twice"), db.transaction():
        service.post_all([postings[0], postings[0]])


def test_a_purpose_never_owes_less_than_nothing(books: Books) -> None:
    books.move("gateway", "due", 1000)
    with pytest.raises(InsufficientBalance):
        books.move("due", "partner", 1001)
    books.move("due", "partner", 1000)
    assert (balance(books, "due"), balance(books, "partner")) == (0, 1000)


def test_a_partner_may_owe_the_house(books: Books) -> None:
    books.move("partner", "refunding", 300)
    assert balance(books, "partner") == -300


@pytest.mark.parametrize(
    "lines",
    [
        [("gateway", 5, "INR"), ("due", -4, "INR")],
        [("gateway", 5, "INR"), ("due", -5, "JPY")],
        [("gateway", 5, "INR")],
        [],
    ],
)
def test_a_posting_sums_to_nothing_in_each_currency(lines: list[tuple[str, int, str]]) -> None:
    with pytest.raises(ValueError, match=r"off by|must have"):
        Posting("key", "test", [Line(Account(kind, "me", unit), amount) for kind, amount, unit in lines])


@pytest.mark.parametrize("amount", [0, 1.0, True, 10**13 + 1, "5", None])
def test_an_amount_is_a_whole_number_of_minor_units(amount: object) -> None:
    with pytest.raises(ValueError, match="minor units"):
        Line(Account("due", "me", "INR"), amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "owner", "currency"), [("purse", "me", "INR"), ("due", "", "INR"), ("due", "me", "inr")]
)
def test_an_account_has_a_known_kind_an_owner_and_a_currency(kind: str, owner: str, currency: str) -> None:
    with pytest.raises(ValueError, match="account"):
        Account(kind, owner, currency)


def test_a_reversal_is_the_opposite_and_happens_once(books: Books) -> None:
    posting = books.move("gateway", "due", 1000)
    with db.transaction():
        reversal = service.reverse(posting)
    (found,) = queries.booked([reversal])
    assert (found.kind, found.key) == ("reversal", f"reverse:{posting}")
    assert (balance(books, "gateway"), balance(books, "due")) == (0, 0)
    for again, code in ((posting, "already_reversed"), (reversal, "not_reversible")):
        with pytest.raises(Conflict) as caught, db.transaction():
            service.reverse(again)
        assert caught.value.code == code
    with pytest.raises(NotFound), db.transaction():
        service.reverse(new_id())


def test_what_was_spent_cannot_be_reversed(books: Books) -> None:
    posting = books.move("gateway", "due", 1000)
    books.move("due", "partner", 600)
    with pytest.raises(InsufficientBalance), db.transaction():
        service.reverse(posting)


def test_money_needs_a_transaction(books: Books) -> None:
    posting = Posting(new_id(), "test", [debit(books.account("bank"), 1), credit(books.account("due"), 1)])
    with pytest.raises(RuntimeError):
        service.post(posting)


def test_entries_of_an_account_are_read_in_pages(books: Books) -> None:
    for amount in range(1, 6):
        book(
            debit(books.account("gateway"), amount),
            debit(books.account("gateway"), 10),
            credit(books.account("due"), amount + 10),
        )
    found, cursor = [], None
    while True:
        rows, cursor = queries.entries(books.account("gateway"), limit=3, cursor=cursor)
        found += [row.amount for row in rows]
        if cursor is None:
            break
    assert found == [10, 5, 10, 4, 10, 3, 10, 2, 10, 1]


def test_postings_are_found_by_account_subject_and_key(books: Books) -> None:
    ids = [books.move("gateway", "due", amount) for amount in (1, 2, 3)]
    account_id = books.account("due").id
    first, cursor = queries.postings_page(
        filters={"account_id": account_id}, sort="-bookedAt", limit=2, cursor=None
    )
    second, end = queries.postings_page(
        filters={"account_id": account_id}, sort="-bookedAt", limit=2, cursor=cursor
    )
    assert [each.id for each in (*first, *second)] == ids[::-1]
    assert end is None
    (found,), _ = queries.postings_page(filters={"key": first[0].key}, sort="-bookedAt", limit=2, cursor=None)
    assert [(entry.kind, entry.amount) for entry in found.entries] == [("gateway", 3), ("due", -3)]
