"""What is booked for payouts. Pure."""

from __future__ import annotations

from typing import Protocol

from metaia.ledger.chart import HOUSE, Account, Line, Posting, credit, debit

KIND, NETTING = "payout", "netting"
MANUAL = "manual"  # how money is sent: by staff, at the bank


class Payout(Protocol):
    """What a posting needs to know of a payout; amounts in minor units."""

    @property
    def id(self) -> str: ...
    @property
    def user_id(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def source(self) -> str: ...


def earned(source: str, user_id: str, currency: str) -> Account:
    """Return the account of what a user can be paid: `source` is partner or courier."""
    return Account(source, user_id, currency)


def cash(user_id: str, currency: str) -> Account:
    """Return the account of the cash that a user carries."""
    return Account("cash", user_id, currency)


def key(payout_id: str, step: str) -> str:
    """Return the key of the posting of a step: `sent`, `paid`, `failed` or `returned`."""
    return f"payout:{payout_id}:{step}"


def step(this: Payout, name: str) -> Posting:
    """Return the posting of a step of a payout."""
    own = earned(this.source, this.user_id, this.currency)
    paying, bank = Account("paying", MANUAL, this.currency), Account("bank", HOUSE, this.currency)
    lines = {
        "sent": [debit(own, this.amount, hold_id=this.id), credit(paying, this.amount)],
        "paid": [debit(paying, this.amount), credit(bank, this.amount)],
        "failed": [debit(paying, this.amount), credit(own, this.amount)],
        "returned": [debit(bank, this.amount), credit(own, this.amount)],
    }
    return _posting(key(this.id, name), KIND, lines[name], this)


def netting(this: Payout, amount: int) -> Posting:
    """Return the posting that sets off cash in hand of a user against what they are paid."""
    lines = [
        debit(earned(this.source, this.user_id, this.currency), amount),
        credit(cash(this.user_id, this.currency), amount),
    ]
    return _posting(f"{NETTING}:{this.id}", NETTING, lines, this)


def _posting(key: str, kind: str, lines: list[Line], this: Payout) -> Posting:
    return Posting(key, kind, lines, f"{KIND}-{this.id}")
