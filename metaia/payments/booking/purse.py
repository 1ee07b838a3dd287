"""The money of one purpose while its facts are followed: what each attempt has left, and what has been earned. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from metaia.ledger.chart import HOUSE
from metaia.payments.booking.terms import Shares, Terms, commission_of_returned, promotion_of_returned
from metaia.payments.facts import Attempt

Move = tuple[str, str, int]  # kind and owner of an account, and a debit above 0 or a credit below 0


class Purse:
    """The balances of one purpose, by attempt. Attempts are kept apart: a refund takes from its own attempt only."""

    def __init__(self, terms: Terms | None) -> None:
        self._terms = terms
        self._due: dict[Attempt, int] = defaultdict(int)
        self._earned: dict[Attempt, int] = defaultdict(int)
        self._shares = Shares(earned=0)
        self._returned = self._commission_returned = self._promotion_returned = 0

    def put(self, attempt: Attempt, amount: int) -> list[Move]:
        """Add money of an attempt: it is paid, or a refund has come back."""
        self._due[attempt] += amount
        return [self._held(attempt, -amount)]

    def earn(self, terms: Terms, attempts: Iterable[Attempt]) -> list[Move]:
        """Move what the order earns out of its account: at most its total, from the earliest `attempts`."""
        rest = terms.total
        for attempt in attempts:
            part = min(rest, self._due[attempt])
            self._due[attempt] -= part
            self._earned[attempt] += part
            rest -= part
        return [("due", terms.purpose, terms.total - rest), *self._credits(terms, terms.total - rest)]

    def earn_on_credit(self, terms: Terms, customer: str) -> list[Move]:
        """Return the lines of a delivered order that its customer owes; the order's account keeps nothing of it."""
        amount = terms.total if terms.delivered is None else terms.delivered
        owed: list[Move] = [
            ("credit", customer, amount),
            ("due", terms.purpose, -amount),
            ("due", terms.purpose, amount),
        ]
        return [*owed, *self._credits(terms, amount)]

    def take(self, attempt: Attempt, amount: int) -> list[Move]:
        """Take money of an attempt: first what is in the account, then what has been earned; the rest is a loss."""
        due = min(amount, self._due[attempt])
        earned = min(amount - due, self._earned[attempt])
        self._due[attempt] -= due
        self._earned[attempt] -= earned
        lost = amount - due - earned
        return [self._held(attempt, due), *self._give_up(earned), ("losses", HOUSE, lost)]

    def _held(self, attempt: Attempt, amount: int) -> Move:
        """Return a move of the purpose's account, or of the provider's money of unknown purpose."""
        return ("due", self._terms.purpose, amount) if self._terms else ("suspense", attempt[0], amount)

    def _credits(self, terms: Terms, amount: int) -> list[Move]:
        if terms.settles:
            return [("credit", terms.settles, -amount)]
        self._shares = shares = terms.shares(amount)
        return [
            ("promotions", HOUSE, shares.promotion),
            (*_seller(terms), -shares.seller),
            ("commission", HOUSE, -shares.commission),
            ("courier", terms.courier or "", -shares.courier),
        ]

    def _give_up(self, amount: int) -> list[Move]:
        """Take what has been earned from the seller, with its part of commission and promotion.

        A courier keeps the pay for what was delivered: the house loses that part.
        """
        if self._terms is None:
            return [("sales", HOUSE, amount)]
        if self._terms.settles:
            # Not the credit: it may be used again by now, and a debt above its limit could not be booked.
            return [("losses", HOUSE, amount)]
        shares, returned = self._shares, min(amount, self._shares.returnable - self._returned)
        self._returned += returned
        whole = (self._returned, shares.returnable)
        commission = commission_of_returned(shares.commission, *whole) - self._commission_returned
        promotion = promotion_of_returned(shares.promotion, *whole) - self._promotion_returned
        self._commission_returned += commission
        self._promotion_returned += promotion
        return [
            (*_seller(self._terms), returned + promotion - commission),
            ("commission", HOUSE, commission),
            ("promotions", HOUSE, -promotion),
            ("losses", HOUSE, amount - returned),
        ]


def _seller(terms: Terms) -> tuple[str, str]:
    """Return the account of what a partner earns, or of what the house sells itself."""
    return ("partner", terms.partner) if terms.partner else ("sales", HOUSE)
