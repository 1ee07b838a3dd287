"""The statements of requests can use indexes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.ledger import queries
from metaia.ledger.audit import queries as audit_queries
from metaia.ledger.holds import queries as hold_queries
from tests.ledger.conftest import Books
from tests.support.plans import statements, whole_scans


def calls(books: Books) -> dict[str, Callable[[], object]]:
    account = books.account("gateway")

    def postings(**filters: object) -> Callable[[], object]:
        return lambda: queries.postings_page(filters=dict(filters), sort="-bookedAt", limit=20, cursor=None)

    def accounts(**filters: object) -> Callable[[], object]:
        return lambda: queries.accounts_page(filters=dict(filters), sort="-openedAt", limit=20, cursor=None)

    return {
        "balance": lambda: queries.balance(account),
        "entries": lambda: queries.entries(account, limit=20),
        "postings": postings(),
        "postings of an account": postings(account_id=account.id),
        "postings of a subject": postings(subject="order-1"),
        "a posting by key": postings(key="key"),
        "postings of a month": postings(from_=now(), to=now()),
        "accounts": accounts(),
        "accounts of an owner": accounts(owner=books.name),
        "accounts of a kind": accounts(kind="gateway", owner=books.name),
        "a posting": lambda: queries.by_id(new_id()),
        "a hold": lambda: hold_queries.by_id(new_id()),
        "the latest audit": audit_queries.latest,
    }


@pytest.mark.parametrize("name", calls(Books()))
def test_a_request_scans_no_whole_table(books: Books, name: str) -> None:
    books.move("gateway", "due", 5)
    with statements() as found:
        calls(books)[name]()
    assert found
    assert whole_scans(found, small=["ledger_kinds"]) == []
