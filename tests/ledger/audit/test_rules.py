"""The auditor: it finds nothing in sound books, and each broken rule is named by exactly its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from metaia.core import db
from metaia.core.ids import new_id
from metaia.ledger.audit import registry
from metaia.ledger.audit.rules import LEDGER_RULES
from metaia.ledger.chart import credit, debit
from metaia.ledger.holds import service as hold_service
from tests.ledger.conftest import Books, book

NOT_QUICK = {"hold_ends_once", "account_id"}


class Undo(Exception):
    """Rolls a transaction back."""


def findings(*, full: bool = True) -> dict[str, list[registry.Finding]]:
    """Return the findings of the ledger's own rules: these books have no rows of the domains above."""
    found = {name: registry.check(name, full=full) for name in LEDGER_RULES}
    return {name: each for name, each in found.items() if each}


@pytest.fixture
def broken() -> Iterator[Callable[..., None]]:
    """Give a function that runs SQL past the triggers; all of it is rolled back."""

    def run(sql: str, **values: object) -> None:
        db.execute(text(sql), values)

    with suppress(Undo), db.transaction():
        db.execute(text("SET LOCAL session_replication_role = replica"))
        yield run
        raise Undo


@pytest.fixture
def sound(books: Books) -> Books:
    """Give books with a posting, an open hold and a posted one."""
    books.move("gateway", "due", 1000)
    books.move("due", "partner", 400)
    account = books.account("credit")
    with db.transaction():
        hold_service.set_ceiling(account, 1000)
        hold_service.hold(new_id(), account, 100)
        hold_service.hold(books.name, account, 300)
    book(debit(account, 300, hold_id=books.name), credit(books.account("partner"), 300))
    return books


POSTING = """
    INSERT INTO ledger_postings (id, key, kind, lines, at)
    VALUES (CAST(:id AS uuid), CAST(:id AS text), 'test', :lines, now())
"""
ENTRY = """
    INSERT INTO ledger_entries (posting_id, line, account_id, kind, owner, currency, amount, booked_at)
    SELECT id, :line, :account, :kind, :owner, 'INR', :amount, booked_at FROM ledger_postings WHERE id = :posting
"""
TAIL = "INSERT INTO ledger_tails (account_id, amount) VALUES (:account, :amount)"


def insert_posting(run: Callable[..., None], books: Books, *amounts: int, lines: int | None = None) -> str:
    posting = new_id()
    run(POSTING, id=posting, lines=lines or len(amounts))
    account = books.account("gateway").id
    for line, amount in enumerate(amounts, start=1):
        run(
            ENTRY,
            posting=posting,
            line=line,
            account=account,
            kind="gateway",
            owner=books.name,
            amount=amount,
        )
        run(TAIL, account=account, amount=amount)
    return posting


def unbalanced(run: Callable[..., None], books: Books) -> str:
    return insert_posting(run, books, 5, -4)


def incomplete(run: Callable[..., None], books: Books) -> str:
    return insert_posting(run, books, 5, -5, lines=3)


def misfit(run: Callable[..., None], books: Books) -> str:
    posting = insert_posting(run, books, 5, -5)
    run("UPDATE ledger_entries SET owner = 'another' WHERE posting_id = :id AND line = 1", id=posting)
    return f"{posting} line 1"


def repeated(run: Callable[..., None], books: Books) -> str:
    posting = insert_posting(run, books, 5, -5)
    other = insert_posting(run, books, 5, -5)
    db.ddl("ALTER TABLE ledger_postings DROP CONSTRAINT uq_ledger_postings_key")
    run("UPDATE ledger_postings SET key = :key WHERE id = :id", id=other, key=posting)
    return posting


def wrong_balance(run: Callable[..., None], books: Books) -> str:
    account = books.account("due").id
    run(TAIL, account=account, amount=1)
    return account


def wrong_hold(run: Callable[..., None], books: Books) -> str:
    account = books.account("credit").id
    run("UPDATE ledger_balances SET held = held + 1 WHERE account_id = :id", id=account)
    return account


def below_zero(run: Callable[..., None], books: Books) -> str:
    posting, account = new_id(), books.account("due")
    run(POSTING, id=posting, lines=2)
    values = {"posting": posting, "account": account.id, "kind": "due", "owner": books.name}
    run(ENTRY, **values, line=1, amount=5000)
    run(TAIL, account=account.id, amount=-5000)
    gateway = books.account("gateway").id
    run(ENTRY, **values | {"account": gateway, "kind": "gateway"}, line=2, amount=-5000)
    run(TAIL, account=gateway, amount=-5000)
    return account.id


def ended_twice(run: Callable[..., None], books: Books) -> str:
    run("UPDATE ledger_hold_ends SET amount = 299 WHERE hold_id = :id", id=books.name)
    return books.name


def renamed(run: Callable[..., None], books: Books) -> str:
    account = books.account("gateway")
    for table in ("accounts", "entries"):
        run(
            f"UPDATE ledger_{table} SET owner = 'another' WHERE owner = :owner AND kind = 'gateway'",
            owner=books.name,
        )
    return account.id


BREAKING: dict[str, Callable[[Callable[..., None], Books], str]] = {
    "posting_balanced": unbalanced,
    "posting_complete": incomplete,
    "entry_fits_account": misfit,
    "key_unique": repeated,
    "balance_is_entries": wrong_balance,
    "held_is_open_holds": wrong_hold,
    "balance_in_bounds": below_zero,
    "hold_ends_once": ended_twice,
    "account_id": renamed,
}


@pytest.mark.parametrize("rule", LEDGER_RULES)
@pytest.mark.parametrize("full", [True, False], ids=["full", "quick"])
def test_a_broken_rule_is_named_by_its_name(sound: Books, broken, rule: str, full: bool) -> None:
    assert findings(full=full) == {}
    subject = BREAKING[rule](broken, sound)
    found = findings(full=full)
    if rule in NOT_QUICK and not full:
        assert found == {}
    else:
        assert {name: [each.subject for each in listed] for name, listed in found.items()} == {
            rule: [subject]
        }


def test_an_entry_without_its_posting_is_found(sound: Books, broken) -> None:
    posting = sound.name
    insert = ENTRY.replace("SELECT id, ", "SELECT CAST(:posting AS uuid), ").replace(
        "booked_at FROM ledger_postings WHERE id = :posting", "now()"
    )
    account = sound.account("gateway").id
    broken(insert, posting=posting, line=1, account=account, kind="gateway", owner=posting, amount=7)
    broken(TAIL, account=account, amount=7)
    assert {name: [each.subject for each in listed] for name, listed in findings().items()} == {
        "posting_complete": [posting]
    }


@pytest.mark.parametrize("table", ["kinds", "accounts", "postings", "entries", "holds", "hold_ends"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_tables_are_append_only(sound: Books, table: str, change: str) -> None:
    column = {"kinds": "kind", "accounts": "id", "postings": "key", "entries": "amount", "holds": "amount"}
    name = f"ledger_{table}"
    column_name = column.get(table, "amount")
    with pytest.raises(DBAPIError, match="append-only"), db.transaction():
        db.execute(text(change.format(name, column_name, column_name)))


@pytest.mark.parametrize(
    ("sql", "state"),
    [
        ("insert an entry later", "MA004"),
        ("insert an unbalanced posting", "MA001"),
        ("end a hold as posted", "MA011"),
    ],
)
def test_sql_by_hand_is_held_to_the_rules(sound: Books, sql: str, state: str) -> None:
    def run() -> None:
        values = {"account": sound.account("gateway").id, "kind": "gateway", "owner": sound.name}
        if sql == "end a hold as posted":
            end = "INSERT INTO ledger_hold_ends (hold_id, outcome, amount) VALUES (:id, 'posted', 1)"
            db.execute(text(end), {"id": new_id()})
            return
        later = sql == "insert an entry later"
        posting = sound.move("gateway", "due", 1) if later else new_id()
        if not later:
            db.execute(text(POSTING), {"id": posting, "lines": 1})
        db.execute(text(ENTRY), values | {"posting": posting, "line": 3 if later else 1, "amount": 5})
        if later:
            pytest.fail("an entry was added to a posting")

    with pytest.raises(DBAPIError) as caught, db.transaction():
        run()
    states = {state, "MA001"} if state == "MA004" else {state}
    assert str(getattr(caught.value.orig, "sqlstate", None)) in states
