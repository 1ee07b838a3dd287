"""Debts of a credit account: what was used, when it is due, and what of it is paid. Pure; the oldest is paid first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Debt:
    """An amount that was used on a day. `unpaid` is what is left of it; `paid_on` the day on which nothing was left."""

    due: date
    amount: int
    unpaid: int
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed on a day: in all, what is overdue and for how many days, and the next amount with its due day."""

    overdue: int
    overdue_since: date | None
    next_amount: int
    next_due: date | None


def of(moves: Iterable[tuple[date, int]], *, opening: int, since: date, term_days: int) -> list[Debt]:
    """Return the debts of an account from its moves in their order: a positive amount is used, a negative one repaid.

    `opening` was owed before `since`, and due then. What is repaid in excess pays the next debts.
    """
    debts = [Debt(since, opening, opening)] if opening > 0 else []
    excess = max(-opening, 0)
    for day, amount in moves:
        if amount > 0:
            debts.append(Debt(day + timedelta(days=term_days), amount, amount))
        excess = _pay(debts, excess + max(-amount, 0), day)
    return debts


def owed(debts: Sequence[Debt], today: date) -> Owed:
    """Return what is owed on a day. A debt is overdue from the day after its due day."""
    unpaid = [debt for debt in debts if debt.unpaid]
    late = [debt for debt in unpaid if debt.due < today]
    next_due = min((debt.due for debt in unpaid if debt.due >= today), default=None)
    return Owed(
        overdue=sum(debt.unpaid for debt in late),
        overdue_since=min((debt.due for debt in late), default=None),
        next_amount=sum(debt.unpaid for debt in unpaid if debt.due == next_due),
        next_due=next_due,
    )


def _pay(debts: list[Debt], amount: int, day: date) -> int:
    """Pay debts with an amount, the oldest first, and return what is left of it."""
    for number, debt in enumerate(debts):
        if amount == 0:
            break
        if paid := min(amount, debt.unpaid):
            unpaid = debt.unpaid - paid
            debts[number] = replace(debt, unpaid=unpaid, paid_on=None if unpaid else day)
            amount -= paid
    return amount
