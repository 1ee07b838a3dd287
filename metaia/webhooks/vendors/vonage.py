"""Webhooks of Vonage (Messages API): receipts of text messages, and replies to them."""

from __future__ import annotations

import hashlib
from typing import Any

from metaia.core.db import AnyRow
from metaia.notifications.delivery import receipts, suppression
from metaia.notifications.delivery.receipts import ProviderReceipt
from metaia.notifications.delivery.status_rank import ReceiptStatus
from metaia.webhooks.vendors import payload, signatures
from metaia.webhooks.vendors.interface import JSON, Content, VendorWebhook, WebhookCall

STATUSES: dict[str, ReceiptStatus] = {
    "submitted": "sent",
    "delivered": "delivered",
    "read": "seen",
    "rejected": "undelivered",
    "undeliverable": "undelivered",
}


def verify(call: WebhookCall, secret: str) -> str:
    """Return the hash of the body, which Vonage signs together with the time. Raises VerificationFailed."""
    authorization = call.headers.get("Authorization", "")
    signatures.vonage(
        secret, authorization, call.body, received_at=call.received_at, tolerance=call.tolerance
    )
    return hashlib.sha256(call.body).hexdigest()


def read(row: AnyRow) -> Content:
    """Return what a webhook states: the status of a message, or a reply."""
    body = payload.read_json(row.body)
    return payload.about_message(
        str(body["message_uuid"]), str(body.get("status") or "reply"), body.get("client_ref")
    )


def process(row: AnyRow) -> str | None:
    """Store a receipt, or process the reply of a recipient; return what is missing."""
    body: dict[str, Any] = payload.read_json(row.body)
    status, error = body.get("status"), body.get("error")
    if status is None:
        suppression.process_reply(str(body["from"]), str(body.get("text") or ""))
        return None
    receipt = ProviderReceipt(
        provider=VENDOR.name,
        key=f"{body['message_uuid']} {status}",
        provider_status=str(status),
        status=STATUSES.get(str(status), "noted"),
        at=payload.moment(body.get("timestamp"), row.received_at),
        delivery_id=str(body.get("client_ref")),
        reference=str(body["message_uuid"]),
        detail=str(error.get("detail") or error.get("title") or "") or None
        if isinstance(error, dict)
        else None,
        retry_elsewhere=True,
    )
    return f"no delivery for {receipt.reference}" if receipts.store([receipt]) else None


VENDOR = VendorWebhook(
    name="vonage",
    setting="VONAGE_SIGNATURE_SECRET",
    signature_header="Authorization",
    content_types=(JSON,),
    verify=verify,
    process=process,
    read=read,
    stored_headers=("Content-Type",),
)
