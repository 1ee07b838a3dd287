"""SendGrid: what became of mails, many events in a call."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from metaia.core import json
from metaia.core.db import AnyRow
from metaia.notifications.delivery import receipts, suppression
from metaia.notifications.delivery.receipts import Said
from metaia.notifications.delivery.status_rank import Meaning
from metaia.notifications.delivery.suppression import Reason
from metaia.notifications.registry import EMAIL
from metaia.webhooks.vendors import signatures
from metaia.webhooks.vendors.interface import JSON, Call, Source

HEADER = "X-Twilio-Email-Event-Webhook-"
Event = dict[str, Any]
MEANINGS: dict[str, Meaning] = {
    "processed": "sent",
    "delivered": "delivered",
    "bounce": "undelivered",
    "dropped": "undelivered",
    "open": "seen",
    "click": "clicked",
}
# SendGrid keeps lists of its own, and drops without trying what is on them; `bounce` of the type `blocked` is not.
DROPPED: dict[str, Reason] = {
    "Bounced Address": "bounce",
    "Invalid": "invalid",
    "Spam Reporting Address": "complaint",
    "Unsubscribed Address": "unsubscribe",
}
SUPPRESSES: dict[str, Reason] = {"spamreport": "complaint", "unsubscribe": "unsubscribe"}


def verify(call: Call, public_key: str) -> str:
    """Return the hash of the body, which is signed together with the time. Raises Refused."""
    timestamp = call.headers.get(f"{HEADER}Timestamp", "")
    signatures.sendgrid(public_key, timestamp, call.body, call.headers.get(f"{HEADER}Signature", ""))
    signatures.fresh(timestamp, call.moment, call.tolerance)
    return hashlib.sha256(call.body).hexdigest()


def digest(row: AnyRow) -> str | None:
    """Take all events of a call that can be understood and belong to a delivery; return what is missing."""
    events = json.loads(row.body)
    said, odd = [], 0
    for event in events:
        try:
            each, address = _said(event), str(event["email"]).lower()
        except (KeyError, TypeError, ValueError, OverflowError):
            odd += 1
            continue
        said.append(each)
        reason = _reason(event)
        if reason is not None:
            suppression.suppress(EMAIL, address, reason)
    unknown = len(receipts.take(said))
    if not unknown and not odd:
        return None
    return f"of {len(events)} events, {unknown} belong to no delivery, {odd} make no sense"


def _said(event: Event) -> Said:
    word = str(event["event"])
    by_machine = bool(event.get("sg_machine_open"))  # a mailbox that loads all pictures before anybody looks
    detail = event.get("reason") or event.get("response")
    return Said(
        provider=SOURCE.name,
        key=str(event["sg_event_id"]),
        word=word,
        meaning="noted" if by_machine else MEANINGS.get(word, "noted"),
        at=datetime.fromtimestamp(event["timestamp"], UTC),
        delivery=str(event.get("delivery")),
        reference=str(event.get("sg_message_id", "")).partition(".")[0] or None,
        detail=str(detail) if detail else None,
    )


def _reason(event: Event) -> Reason | None:
    """Return why an event's address should get nothing any more, if it should not."""
    word = str(event["event"])
    if word == "bounce" and event.get("type", "bounce") == "bounce":
        return "bounce"
    if word == "dropped":
        return DROPPED.get(str(event.get("reason")))
    return SUPPRESSES.get(word)


SOURCE = Source(
    name="sendgrid",
    setting="SENDGRID_WEBHOOK_PUBLIC_KEY",
    kinds=(JSON,),
    verify=verify,
    digest=digest,
    keeps=("Content-Type", f"{HEADER}Timestamp"),
)
