"""Webhooks of Stripe: intents, refunds and disputes."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from metaia.core.db import AnyRow
from metaia.providers.payments import signatures, stripe_facts
from metaia.webhooks.vendors import payment_facts
from metaia.webhooks.vendors.interface import JSON, Content, VendorWebhook, VerificationFailed, WebhookCall


def verify(call: WebhookCall, secrets: str, *, header: str = "Stripe-Signature") -> str:
    """Return the hash of the body, which is signed together with the time. Raises VerificationFailed."""
    given = call.headers.get(header, "")

    def fits(tolerance: timedelta) -> bool:
        return signatures.stripe_webhook(
            secrets, call.body, given, received_at=call.received_at, tolerance=tolerance
        )

    if not fits(call.tolerance):
        if fits(timedelta.max):
            raise VerificationFailed("the time of the signature is too old, or in the future", "time")
        raise VerificationFailed("the signature is wrong")
    return hashlib.sha256(call.body).hexdigest()


def read(row: AnyRow) -> Content:
    """Return what a webhook states."""
    return payment_facts.read(row, stripe_facts.reading)


def process(row: AnyRow) -> None:
    """Take the facts of an event."""
    payment_facts.process(row, stripe_facts.reading)


VENDOR = VendorWebhook(
    name="stripe",
    setting="STRIPE_WEBHOOK_SECRET",
    signature_header="Stripe-Signature",
    content_types=(JSON,),
    verify=verify,
    process=process,
    read=read,
    money=True,
    stored_headers=("Content-Type",),
)
