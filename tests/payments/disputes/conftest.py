"""Payments at Razorpay, as for refunds."""

from tests.payments.refunds.conftest import books, configured, context, paid, settings, stub

__all__ = ["books", "configured", "context", "paid", "settings", "stub"]
