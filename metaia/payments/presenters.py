"""The JSON of payments."""

from __future__ import annotations

from metaia.core import money
from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.payments.queries import Payment


def update(payment: Payment) -> Json:
    """Return the payload of `payment_update`."""
    amounts = {name: getattr(payment, name) for name in ("captured", "refunded", "refunding", "disputed")}
    return {
        "paymentId": payment.id,
        "provider": payment.provider,
        "reference": payment.reference,
        "status": payment.status,
        "currency": payment.currency,
        **{name: money.to_major(amount, payment.currency) for name, amount in amounts.items()},
        "version": payment.version,
        "updatedAt": rfc3339(payment.updated_at),
    }
