"""Notification types about money; the texts are in `templates/`."""

from __future__ import annotations

from typing import Any

from metaia.notifications.registry import EMAIL, IN_APP, PUSH, SECURITY, NotificationType

_SAMPLE = {
    "amount": "1250.00 INR",
    "limit": "50000.00 INR",
    "currency": "INR",
    "frozen": True,
    "delayed": True,
    "account": "HDFC0001234 ••••5678",
    "day": "2026-12-24",
    "reason": "Nine orders were paid on time.",
}


def _type(name: str, **options: Any) -> NotificationType:
    return NotificationType(name, "finance", (IN_APP, EMAIL, PUSH), sample=_SAMPLE, **options)


NOTIFICATION_TYPES = (
    _type("credit_approved"),
    _type("credit_rejected"),
    _type("credit_changed"),
    _type("credit_due"),
    _type("credit_overdue"),
    _type("cash_due"),
    _type("payout_sent"),
    _type("payout_paid"),
    _type("payout_failed"),
    NotificationType(  # users cannot turn it off: someone else may have changed the account
        "payout_account_changed", SECURITY, (IN_APP, EMAIL, PUSH), urgent=True, sample=_SAMPLE
    ),
)
