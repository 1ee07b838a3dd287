"""Webhooks of Twilio: receipts of text messages, and replies to them."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from metaia.core.db import AnyRow
from metaia.core.text import phones
from metaia.notifications.delivery import receipts, suppression
from metaia.notifications.delivery.receipts import ProviderReceipt
from metaia.notifications.delivery.status_rank import ReceiptStatus
from metaia.notifications.registry import SMS
from metaia.notifications.suppressions import service as suppression_service
from metaia.notifications.suppressions.policy import Reason
from metaia.webhooks.vendors import payload, signatures
from metaia.webhooks.vendors.interface import (
    FORM,
    JSON,
    Content,
    VendorWebhook,
    VerificationFailed,
    WebhookCall,
)

MAX_FIELDS = 200
Fields = dict[str, Any]
STATUSES: dict[str, ReceiptStatus] = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), "sent"),
    "delivered": "delivered",
    "read": "seen",
    **dict.fromkeys(("undelivered", "failed", "canceled"), "undelivered"),
}
# Errors after which the number gets nothing any more: twilio.com/docs/api/errors
SUPPRESSES: dict[str, Reason] = {
    **dict.fromkeys(("30005", "30006", "21211", "21614"), "permanent_bounce"),
    "21610": "stop",
}


def verify(call: WebhookCall, token: str) -> str:
    """Return the hash of all that Twilio signs, because its calls have no id. Raises VerificationFailed."""
    try:
        fields = _form(call.body) if call.content_type == FORM else None
    except ValueError:
        raise VerificationFailed("the body is not a form") from None
    signatures.twilio(token, call.url, fields, call.body, call.headers.get("X-Twilio-Signature", ""))
    signed = [call.url, *sorted(set(fields))] if fields is not None else [call.url, call.body]
    return hashlib.sha256(repr(signed).encode()).hexdigest()


def read(row: AnyRow) -> Content:
    """Return what a webhook states: the status of a message, or a reply."""
    fields, delivery = _fields(row), parse_qs(row.query).get("delivery", [None])[0]
    status = str(fields.get("MessageStatus") or "reply")
    return payload.about_message(str(fields["MessageSid"]), status, delivery)


def process(row: AnyRow) -> str | None:
    """Store a receipt, or process the reply of a recipient; return what is missing."""
    fields = _fields(row)
    status = fields.get("MessageStatus")
    if status is None:
        suppression.process_reply(fields["From"], fields.get("OptOutType") or fields.get("Body", ""))
        return None
    code = str(fields.get("ErrorCode") or "")
    receipt = ProviderReceipt(
        provider=VENDOR.name,
        key=f"{fields['MessageSid']} {status}",
        provider_status=status,
        status=STATUSES.get(status, "noted"),
        at=row.received_at,
        delivery_id=parse_qs(row.query).get("delivery", [None])[0],
        reference=fields["MessageSid"],
        detail=code or None,
        retry_elsewhere=code not in SUPPRESSES,
    )
    if receipts.store([receipt]):
        return f"no delivery for {receipt.reference}"
    if code in SUPPRESSES:
        number = phones.of_vendor(fields["To"])
        suppression_service.suppress(SMS, number, SUPPRESSES[code], at=row.received_at, detail=code)
    return None


def _fields(row: AnyRow) -> Fields:
    is_form = row.headers["Content-Type"] == FORM
    fields: Fields = payload.clean(dict(_form(row.body))) if is_form else payload.read_json(row.body)
    return fields


def _form(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form. Raises ValueError if it is not UTF-8 or has more than MAX_FIELDS fields."""
    return parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)


VENDOR = VendorWebhook(
    name="twilio",
    setting="TWILIO_AUTH_TOKEN",
    signature_header="X-Twilio-Signature",
    content_types=(FORM, JSON),
    verify=verify,
    process=process,
    read=read,
    stored_headers=("Content-Type", "I-Twilio-Idempotency-Token"),
)
