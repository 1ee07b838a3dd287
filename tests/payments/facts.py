"""Facts for tests, written short: minutes since noon, amounts in paise, payments of one order at Razorpay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from metaia.payments.booking.terms import Terms
from metaia.providers.payments.facts import AttemptFact, DisputeFact, FeeFact, FundsFact, RefundFact

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
ORDER = "order-1"


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def terms(total: int = 1000, completed: int | None = None, **changes: Any) -> Terms:
    given: dict[str, Any] = {"commission_bps": 1000, "partner": "tailor"} | changes
    done = None if completed is None else at(completed)
    return Terms(purpose=ORDER, total=total, currency="INR", completed_at=done, **given)


def attempt(minute: int, status: Any, amount: int = 1000, name: str = "pay_1", **more: Any) -> AttemptFact:
    return AttemptFact(**_fact(minute, status, amount, name) | more)


def fee(minute: int, amount: int, name: str = "pay_1") -> FeeFact:
    return FeeFact(**_fact(minute, "charged", amount, name))


def refund(minute: int, status: Any, amount: int, ours: str | None = "r1", **more: Any) -> RefundFact:
    """Return a fact of our refund `ours`, which Razorpay knows by another name; None: made in the dashboard."""
    reference = ours if status == "requested" else f"rfnd_{ours}"
    return RefundFact(
        **_fact(minute, status, amount, reference) | {"attempt": "pay_1", "refund_id": ours} | more
    )


def dispute(minute: int, status: Any, amount: int = 1000, name: str = "disp_1") -> DisputeFact:
    return DisputeFact(**_fact(minute, status, amount, name), attempt="pay_1")


def funds(minute: int, status: Any, amount: int = 1000, name: str = "txn_1", charge: int = 0) -> FundsFact:
    return FundsFact(**_fact(minute, status, amount, name), attempt="pay_1", dispute="disp_1", fee=charge)


def _fact(minute: int, status: str, amount: int, reference: Any) -> dict[str, Any]:
    return {
        "provider": "razorpay", "reference": reference, "status": status, "amount": amount, "currency": "INR",
        "at": at(minute),
    }  # fmt: skip
