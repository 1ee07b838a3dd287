"""Vonage (Messages API): what became of text messages, and what people answer to them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from metaia.core import json
from metaia.core.db import AnyRow
from metaia.notifications.delivery import receipts, suppression
from metaia.notifications.delivery.receipts import Said
from metaia.notifications.delivery.status_rank import Meaning
from metaia.webhooks.vendors import signatures
from metaia.webhooks.vendors.interface import JSON, Call, Source

MEANINGS: dict[str, Meaning] = {
    "submitted": "sent",
    "delivered": "delivered",
    "read": "seen",
    "rejected": "undelivered",
    "undeliverable": "undelivered",
}


def verify(call: Call, secret: str) -> str:
    """Return the hash of the body, which is what Vonage signs with the time. Raises Refused."""
    authorization = call.headers.get("Authorization", "")
    signatures.vonage(secret, authorization, call.body, moment=call.moment, tolerance=call.tolerance)
    return hashlib.sha256(call.body).hexdigest()


def digest(row: AnyRow) -> str | None:
    """Take a status, or listen to what somebody has written; return what is missing."""
    told: dict[str, Any] = json.loads(row.body)
    status = told.get("status")
    if status is None:
        suppression.hear(f"+{told['from']}", told.get("text") or "")
        return None
    error = told.get("error") or {}
    said = Said(
        provider=SOURCE.name,
        key=f"{told['message_uuid']} {status}",
        word=status,
        meaning=MEANINGS.get(status, "noted"),
        at=datetime.fromisoformat(told["timestamp"]),
        delivery=told.get("client_ref"),
        reference=told["message_uuid"],
        detail=error.get("detail") or error.get("title"),
        elsewhere=True,
    )
    return f"no delivery for {said.reference}" if receipts.take([said]) else None


SOURCE = Source(
    name="vonage",
    setting="VONAGE_SIGNATURE_SECRET",
    kinds=(JSON,),
    verify=verify,
    digest=digest,
    keeps=("Content-Type",),
)
