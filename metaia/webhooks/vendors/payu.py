"""Webhooks of PayU India: signed forms of payments, and unsigned JSON about refunds and disputes: all make us ask."""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qsl

from metaia.core.db import AnyRow
from metaia.providers.payments import payu_facts, signatures
from metaia.webhooks.vendors import payload, payment_facts
from metaia.webhooks.vendors.interface import (
    FORM,
    JSON,
    Content,
    VendorWebhook,
    VerificationFailed,
    WebhookCall,
)


def verify(call: WebhookCall, salts: str) -> str:
    """Return the hash of the body. Raises VerificationFailed for a form with another hash; JSON has none."""
    if call.content_type == FORM and not signatures.payu_response(salts, fields(call.body)):
        raise VerificationFailed("the hash is wrong")
    return hashlib.sha256(call.body).hexdigest()


def read(row: AnyRow) -> Content:
    """Return what a form is about; unsigned JSON is about nothing."""
    is_form = row.headers.get("Content-Type") == FORM
    return payment_facts.read(row, payu_facts.reading, fields(row.body)) if is_form else Content()


def process(row: AnyRow) -> None:
    """Plan the question to which a form leads, or those to which unsigned JSON hints."""
    if row.headers.get("Content-Type") == FORM:
        payment_facts.process(row, payu_facts.reading, fields(row.body))
    else:
        payment_facts.process(row, payu_facts.hints)


def fields(body: bytes) -> dict[str, str]:
    """Return the fields of a form, as PostgreSQL accepts them."""
    given = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {payload.clean(name): payload.clean(value) for name, value in given}


VENDOR = VendorWebhook(
    name="payu",
    setting="PAYU_SALT",
    signature_header="Content-Type",  # the hash is a field of the form
    content_types=(FORM, JSON),
    verify=verify,
    process=process,
    read=read,
    money=True,
    stored_headers=("Content-Type",),
    answer=(200, b"{}"),
)
