"""The vendors that may call us: those of VENDORS, and each carrier of LOGISTICS_WEBHOOKS."""

from __future__ import annotations

from metaia.webhooks.vendors import (
    cloudinary,
    demo_payments,
    logistics,
    payu,
    razorpay,
    sendgrid,
    stripe,
    twilio,
    vonage,
)
from metaia.webhooks.vendors.interface import VendorWebhook

VENDORS = {
    vendor.name: vendor
    for vendor in (
        twilio.VENDOR,
        vonage.VENDOR,
        sendgrid.VENDOR,
        cloudinary.VENDOR,
        razorpay.VENDOR,
        stripe.VENDOR,
        payu.VENDOR,
        demo_payments.VENDOR,
    )
}


def find(name: str) -> VendorWebhook | None:
    """Return the vendor with this name, None if there is none."""
    return VENDORS.get(name) or logistics.find(name)


def names() -> list[str]:
    """Return the names of all vendors."""
    return [*VENDORS, *logistics.names()]
