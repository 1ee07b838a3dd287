"""The risk grade of a credit account, from A (pays) to E (does not pay). A pure function of the payment history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from metaia.finance.credit.debts import Debt

GRADES = ("A", "B", "C", "D", "E")
FEW = 3  # debts paid on time that make no A yet; failed payments that make a C
LONG = 30  # days overdue that make an E
OFTEN = 5  # one late debt in so many is often
REASONS = {  # with the best grade that each allows
    "long_overdue": "E",
    "overdue": "D",
    "mostly_late": "D",
    "often_late": "C",
    "failed_payments": "C",
    "no_history": "C",
    "sometimes_late": "B",
    "failed_payment": "B",
    "short_history": "B",
    "pays_on_time": "A",
}


@dataclass(frozen=True, slots=True)
class History:
    """How many debts were paid on time, paid late, and are overdue; failed payments; the longest delay in days."""

    on_time: int = 0
    late: int = 0
    overdue: int = 0
    failed: int = 0
    days_overdue: int = 0


def history(debts: Sequence[Debt], today: date, *, failed: int) -> History:
    """Return the payment history that follows from debts and the number of failed payments."""
    paid = [debt for debt in debts if debt.paid_on is not None]
    late = sum(debt.paid_on > debt.due for debt in paid if debt.paid_on is not None)
    overdue = [(today - debt.due).days for debt in debts if debt.unpaid and debt.due < today]
    return History(len(paid) - late, late, len(overdue), failed, max(overdue, default=0))


def grade(past: History) -> tuple[str, list[str]]:
    """Return the grade, and the reasons for it: the worst grade that one of the reasons allows."""
    found = [name for name, holds in _reasons(past).items() if holds] or ["pays_on_time"]
    worst = max(REASONS[name] for name in found)
    return worst, [name for name in found if REASONS[name] == worst]


def _reasons(past: History) -> dict[str, bool]:
    settled = past.on_time + past.late
    mostly = past.late > past.on_time
    often = not mostly and past.late * OFTEN > settled
    return {
        "long_overdue": past.days_overdue > LONG,
        "overdue": past.overdue > 0 and past.days_overdue <= LONG,
        "mostly_late": mostly,
        "often_late": often,
        "failed_payments": past.failed >= FEW,
        "no_history": settled == 0 and past.overdue == 0,
        "sometimes_late": past.late > 0 and not mostly and not often,
        "failed_payment": 0 < past.failed < FEW,
        "short_history": 0 < settled < FEW,
    }
