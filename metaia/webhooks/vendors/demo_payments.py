"""Webhooks of the demo provider of payments. The address exists only while DEMO_PAYMENTS is true."""

from __future__ import annotations

from metaia.core.db import AnyRow
from metaia.providers.payments import demo_facts
from metaia.webhooks.vendors import payment_facts, stripe
from metaia.webhooks.vendors.interface import JSON, Content, VendorWebhook, WebhookCall

HEADER = "Demo-Signature"


def verify(call: WebhookCall, secret: str) -> str:
    """Return the hash of the body, which is signed as Stripe signs. Raises VerificationFailed."""
    return stripe.verify(call, secret, header=HEADER)


def read(row: AnyRow) -> Content:
    """Return what a webhook states."""
    return payment_facts.read(row, demo_facts.reading)


def process(row: AnyRow) -> None:
    """Take the facts of a webhook."""
    payment_facts.process(row, demo_facts.reading)


VENDOR = VendorWebhook(
    name="demo",
    setting="DEMO_PAYMENTS_SECRET",
    enabled_by="DEMO_PAYMENTS",
    signature_header=HEADER,
    content_types=(JSON,),
    verify=verify,
    process=process,
    read=read,
    money=True,
    stored_headers=("Content-Type",),
)
