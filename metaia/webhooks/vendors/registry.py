"""The vendors that may call us."""

from __future__ import annotations

from metaia.webhooks.vendors import (
    cloudinary,
    demo_payments,
    payu,
    razorpay,
    sendgrid,
    stripe,
    twilio,
    vonage,
)

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
