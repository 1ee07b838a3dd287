"""Credit as JSON."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.finance.credit import queries
from metaia.finance.credit.queries import CreditAccount, Usage
from metaia.finance.credit.schemas import CreditOut

_USAGE = ("balance", "held", "available", "overdue", "next_due", "risk_grade", "risk_reasons")
_account = presenter(CreditOut, rename={"limit": "credit_limit"}, without=_USAGE)


def credit(this: CreditAccount, used: Usage | None = None) -> Json:
    """Return a credit account with what is used of it, which is read unless it is given."""
    used = used or queries.usage(this)
    owed = used.owed

    def major(amount: int) -> float | int:
        return to_major(amount, this.currency)

    next_due = None
    if owed.next_due is not None:
        next_due = {"amount": major(owed.next_amount), "day": owed.next_due.isoformat()}
    return _account(this) | {
        "balance": major(used.balance),
        "held": major(used.held),
        "available": major(used.available),
        "overdue": major(owed.overdue),
        "nextDue": next_due,
        "riskGrade": used.grade,
        "riskReasons": used.reasons,
    }


def conflict(this: CreditAccount) -> Json:
    """Return the details of a 409: the current state of the account."""
    return {"status": this.status, "version": this.version}
