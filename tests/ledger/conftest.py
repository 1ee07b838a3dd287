"""An application context, and accounts that no other test uses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from metaia.core import db
from metaia.core.ids import new_id
from metaia.ledger import service
from metaia.ledger.chart import Account, Line, Posting, credit, debit


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


class Books:
    """Accounts of owners of this test's own, and short ways to move money between them."""

    def __init__(self, currency: str = "INR") -> None:
        self.currency, self.name = currency, new_id()

    def account(self, kind: str) -> Account:
        """Return this test's account of a kind."""
        return Account(kind, self.name, self.currency)

    def move(self, source: str, target: str, amount: int, **given: str) -> str:
        """Debit `source` and credit `target`; return the id of the posting."""
        return book(debit(self.account(source), amount), credit(self.account(target), amount), **given)


@pytest.fixture
def books() -> Books:
    return Books()


def book(*lines: Line, key: str | None = None, kind: str = "test") -> str:
    """Book lines in a transaction of their own."""
    with db.transaction():
        return service.post(Posting(key or new_id(), kind, lines))
