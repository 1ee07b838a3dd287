"""Webhooks of Stripe: intents, refunds and disputes."""

from __future__ import annotations

import hashlib

from metaia.core.db import AnyRow
from metaia.providers.payments import signatures, stripe_facts
from metaia.webhooks.vendors import payment_facts
from metaia.webhooks.vendors.interface import JSON, VendorWebhook, VerificationFailed, WebhookCall


def verify(call: WebhookCall, secrets: str) -> str:
    """Return the hash of the body, which Stripe signs together with the time. Raises VerificationFailed."""
    fits = signatures.stripe_webhook(
        secrets,
        call.body,
        call.headers.get("Stripe-Signature", ""),
        received_at=call.received_at,
        tolerance=call.tolerance,
    )
    if not fits:
        raise VerificationFailed("the signature or its time is wrong")
    return hashlib.sha256(call.body).hexdigest()


def process(row: AnyRow) -> None:
    """Take the facts of an event."""
    payment_facts.process(row, stripe_facts.reading)


VENDOR = VendorWebhook(
    name="stripe",
    setting="STRIPE_WEBHOOK_SECRET",
    content_types=(JSON,),
    verify=verify,
    process=process,
    stored_headers=("Content-Type",),
)
