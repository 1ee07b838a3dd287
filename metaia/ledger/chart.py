"""The chart of accounts, and the values that callers hand to the ledger. Pure; amounts are integers of minor units."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from metaia.core.money import MAX_MINOR

HOUSE = "house"  # the owner of accounts that belong to no user, provider or purpose
REVERSAL = "reversal"  # the kind of a posting that reverses another one
MOST_LINES = 100  # of one posting
_NAMESPACE = UUID("6b1ee0f5-6f0f-5d0b-8f6e-5d0f6f1b0c1e")
_CURRENCY = re.compile(r"[A-Z]{3}")


class Kind(NamedTuple):
    """The natural side of an account (1: debit, -1: credit), and the direction that uses up room (0: no bound).

    With `takes` -1 the balance may not fall below 0, with 1 it may not exceed the account's ceiling.
    """

    normal: int
    takes: int


KINDS: dict[str, Kind] = {
    "gateway": Kind(1, 0),
    "bank": Kind(1, 0),
    "disputed": Kind(1, 0),
    "fees": Kind(1, 0),
    "losses": Kind(1, 0),
    "conversion": Kind(1, 0),
    "promotions": Kind(1, 0),
    "cash": Kind(1, -1),
    "credit": Kind(1, 1),
    "due": Kind(-1, -1),
    "partner": Kind(-1, 0),
    "courier": Kind(-1, 0),
    "refunding": Kind(-1, 0),
    "paying": Kind(-1, 0),
    "commission": Kind(-1, 0),
    "sales": Kind(-1, 0),
    "suspense": Kind(-1, 0),
}


@dataclass(frozen=True, slots=True)
class Account:
    """One account per kind, owner and currency. Raises ValueError for an unknown kind or a malformed value."""

    kind: str
    owner: str
    currency: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no kind of account is called {self.kind!r}")
        if not 1 <= len(self.owner) <= 80 or not _CURRENCY.fullmatch(self.currency):
            raise ValueError(f"not an account: {self.kind}:{self.owner}:{self.currency}")

    @property
    def id(self) -> str:
        """Return the id of the account, which is the same in every database."""
        return str(uuid5(_NAMESPACE, f"{self.kind}:{self.owner}:{self.currency}"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a posting: a debit if `amount` is positive, else a credit. `hold_id` names the hold that it ends."""

    account: Account
    amount: int
    hold_id: str | None = None

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount == 0 or abs(self.amount) > MAX_MINOR:
            raise ValueError(f"not an amount of minor units: {self.amount!r}")


def debit(account: Account, amount: int, *, hold_id: str | None = None) -> Line:
    """Return a line that debits `amount` minor units, which must be positive."""
    return Line(account, _positive(amount), hold_id)


def credit(account: Account, amount: int, *, hold_id: str | None = None) -> Line:
    """Return a line that credits `amount` minor units, which must be positive."""
    return Line(account, -_positive(amount), hold_id)


@dataclass(frozen=True, slots=True)
class Posting:
    """What `service.post` books. Raises ValueError if a currency does not sum to 0.

    `key` is unique for ever and names the fact that is booked, such as `captured:razorpay:{attempt}`. `at` is when it
    happened, by default now; `cause` defaults to the running request or job.
    """

    key: str
    kind: str
    lines: Sequence[Line]
    subject: str | None = None
    at: datetime | None = None
    cause: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.key) <= 200 or not 1 <= len(self.kind) <= 40 or len(self.subject or "") > 80:
            raise ValueError(f"the key, kind or subject of posting {self.key!r} is too long or empty")
        if not 2 <= len(self.lines) <= MOST_LINES:
            raise ValueError(f"posting {self.key!r} must have 2 to {MOST_LINES} lines")
        for currency, off in self._sums().items():
            if off:
                raise ValueError(f"posting {self.key!r} is off by {off} {currency}")

    def _sums(self) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for line in self.lines:
            sums[line.account.currency] += line.amount
        return sums


def _positive(amount: int) -> int:
    if amount <= 0:
        raise ValueError(f"not a positive amount: {amount!r}")
    return amount
