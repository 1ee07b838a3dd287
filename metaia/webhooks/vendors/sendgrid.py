"""Webhooks of SendGrid: receipts of mails, several events in one call."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from metaia.core import json
from metaia.core.db import AnyRow
from metaia.notifications.delivery import receipts, suppression
from metaia.notifications.delivery.receipts import ProviderReceipt
from metaia.notifications.delivery.status_rank import ReceiptStatus
from metaia.notifications.delivery.suppression import Reason
from metaia.notifications.registry import EMAIL
from metaia.webhooks.vendors import signatures
from metaia.webhooks.vendors.interface import JSON, VendorWebhook, WebhookCall

HEADER = "X-Twilio-Email-Event-Webhook-"
Event = dict[str, Any]
STATUSES: dict[str, ReceiptStatus] = {
    "processed": "sent",
    "delivered": "delivered",
    "bounce": "undelivered",
    "dropped": "undelivered",
    "open": "seen",
    "click": "clicked",
}
# SendGrid has suppression lists of its own and drops mails to these addresses without an attempt.
DROPPED: dict[str, Reason] = {
    "Bounced Address": "bounce",
    "Invalid": "invalid",
    "Spam Reporting Address": "complaint",
    "Unsubscribed Address": "unsubscribe",
}
SUPPRESSES: dict[str, Reason] = {"spamreport": "complaint", "unsubscribe": "unsubscribe"}


def verify(call: WebhookCall, public_key: str) -> str:
    """Return the hash of the body, which is signed together with the time. Raises VerificationFailed."""
    timestamp = call.headers.get(f"{HEADER}Timestamp", "")
    signatures.sendgrid(public_key, timestamp, call.body, call.headers.get(f"{HEADER}Signature", ""))
    signatures.require_fresh(timestamp, call.received_at, call.tolerance)
    return hashlib.sha256(call.body).hexdigest()


def process(row: AnyRow) -> str | None:
    """Store the receipts of a call, and suppress addresses; return what is missing."""
    events = json.loads(row.body)
    valid, invalid = [], 0
    for event in events:
        try:
            receipt, address = _receipt(event), str(event["email"]).lower()
        except (KeyError, TypeError, ValueError, OverflowError):
            invalid += 1
            continue
        valid.append(receipt)
        reason = _suppression(event)
        if reason is not None:
            suppression.suppress(EMAIL, address, reason)
    unmatched = len(receipts.store(valid))
    if not unmatched and not invalid:
        return None
    return f"of {len(events)} events, {unmatched} belong to no delivery, {invalid} are invalid"


def _receipt(event: Event) -> ProviderReceipt:
    name = str(event["event"])
    by_machine = bool(event.get("sg_machine_open"))  # the mailbox loaded the pictures, not the user
    detail = event.get("reason") or event.get("response")
    return ProviderReceipt(
        provider=VENDOR.name,
        key=str(event["sg_event_id"]),
        provider_status=name,
        status="noted" if by_machine else STATUSES.get(name, "noted"),
        at=datetime.fromtimestamp(event["timestamp"], UTC),
        delivery_id=str(event.get("delivery")),
        reference=str(event.get("sg_message_id", "")).partition(".")[0] or None,
        detail=str(detail) if detail else None,
    )


def _suppression(event: Event) -> Reason | None:
    """Return the reason to suppress the address of an event, None if there is none.

    A `bounce` of the type `blocked` is temporary.
    """
    name = str(event["event"])
    if name == "bounce" and event.get("type", "bounce") == "bounce":
        return "bounce"
    if name == "dropped":
        return DROPPED.get(str(event.get("reason")))
    return SUPPRESSES.get(name)


VENDOR = VendorWebhook(
    name="sendgrid",
    setting="SENDGRID_WEBHOOK_PUBLIC_KEY",
    content_types=(JSON,),
    verify=verify,
    process=process,
    stored_headers=("Content-Type", f"{HEADER}Timestamp"),
)
