"""Twilio: what became of text messages, and what people answer to them."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from metaia.core import json
from metaia.core.db import AnyRow
from metaia.notifications.delivery import receipts, suppression
from metaia.notifications.delivery.receipts import Said
from metaia.notifications.delivery.status_rank import Meaning
from metaia.notifications.delivery.suppression import Reason
from metaia.notifications.registry import SMS
from metaia.webhooks.vendors import signatures
from metaia.webhooks.vendors.interface import FORM, JSON, Call, Refused, Source

MOST_FIELDS = 200
Fields = dict[str, Any]
MEANINGS: dict[str, Meaning] = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), "sent"),
    "delivered": "delivered",
    "read": "seen",
    **dict.fromkeys(("undelivered", "failed", "canceled"), "undelivered"),
}
# twilio.com/docs/api/errors: there is nobody, or nothing that could show a text message
DEAD: dict[str, Reason] = {
    "30005": "invalid",
    "30006": "invalid",
    "21211": "invalid",
    "21614": "invalid",
    "21610": "stop",
}


def verify(call: Call, token: str) -> str:
    """Return the hash of all that Twilio signs: it gives its calls no id. Raises Refused."""
    try:
        fields = _form(call.body) if call.kind == FORM else None
    except ValueError:
        raise Refused("the body is no form") from None
    signatures.twilio(token, call.url, fields, call.body, call.headers.get("X-Twilio-Signature", ""))
    signed = [call.url, *sorted(set(fields))] if fields is not None else [call.url, call.body]
    return hashlib.sha256(repr(signed).encode()).hexdigest()


def digest(row: AnyRow) -> str | None:
    """Take a status, or listen to what somebody has written; return what is missing."""
    fields: Fields = dict(_form(row.body)) if row.headers["Content-Type"] == FORM else json.loads(row.body)
    status = fields.get("MessageStatus")
    if status is None:
        word = fields.get("OptOutType") or fields.get("Body", "")
        suppression.hear(fields["From"], word)
        return None
    code = str(fields.get("ErrorCode") or "")
    said = Said(
        provider=SOURCE.name,
        key=f"{fields['MessageSid']} {status}",
        word=status,
        meaning=MEANINGS.get(status, "noted"),
        at=row.received_at,
        delivery=parse_qs(row.query).get("delivery", [None])[0],
        reference=fields["MessageSid"],
        detail=code or None,
        elsewhere=code not in DEAD,
    )
    if receipts.take([said]):
        return f"no delivery for {said.reference}"
    if code in DEAD:
        suppression.suppress(SMS, suppression.number(fields["To"]), DEAD[code])
    return None


def _form(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form. Raises ValueError for what is no UTF-8, or far too many."""
    return parse_qsl(
        body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
    )


SOURCE = Source(
    name="twilio",
    setting="TWILIO_AUTH_TOKEN",
    kinds=(FORM, JSON),
    verify=verify,
    digest=digest,
    keeps=("Content-Type", "I-Twilio-Idempotency-Token"),
)
