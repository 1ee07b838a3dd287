"""Webhooks of SendGrid: receipts of mails, several events in one call."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.text import emails
from metaia.notifications.delivery import queries as delivery_queries
from metaia.notifications.delivery import receipts
from metaia.notifications.delivery.receipts import ProviderReceipt
from metaia.notifications.delivery.status_rank import ReceiptStatus
from metaia.notifications.registry import EMAIL
from metaia.notifications.suppressions import service as suppression_service
from metaia.notifications.suppressions.policy import Reason
from metaia.providers.messaging import bounces
from metaia.webhooks.vendors import payload, signatures
from metaia.webhooks.vendors.interface import JSON, Content, VendorWebhook, WebhookCall

HEADER = "X-Twilio-Email-Event-Webhook-"
Event = dict[str, Any]
Readable = tuple[Event, ProviderReceipt, str]  # with the address
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
    "Bounced Address": "permanent_bounce",
    "Invalid": "permanent_bounce",
    "Spam Reporting Address": "complaint",
    "Unsubscribed Address": "unsubscribed",
}
UNSUBSCRIBES = frozenset({"unsubscribe", "group_unsubscribe"})
NOT_ABOUT_THE_ADDRESS = frozenset({"content", "reputation", "frequency or volume too high"})

log = structlog.get_logger(__name__)


def verify(call: WebhookCall, public_key: str) -> str:
    """Return the hash of the body, which is signed together with the time. Raises VerificationFailed."""
    timestamp = call.headers.get(f"{HEADER}Timestamp", "")
    signatures.sendgrid(public_key, timestamp, call.body, call.headers.get(f"{HEADER}Signature", ""))
    signatures.require_fresh(timestamp, call.received_at, call.tolerance)
    return hashlib.sha256(call.body).hexdigest()


def read(row: AnyRow) -> Content:
    """Return what a webhook states: one fact per event, and the event as its type if there is only one kind."""
    given = payload.read_json(row.body)
    facts = []
    for event in given if isinstance(given, list) else [given]:
        if (found := _read(event, row.received_at)) is not None:
            _, receipt, _ = found
            name, reference = receipt.provider_status, receipt.reference or receipt.key
            facts.append(payload.message_fact(reference, name, receipt.valid_delivery_id, receipt.at))
    kinds, subjects = ({fact[name] for fact in facts} for name in ("status", "reference"))
    subject = subjects.pop() if len(subjects) == 1 else None
    return Content(kinds.pop() if len(kinds) == 1 else "events", subject, tuple(facts))


def process(row: AnyRow) -> str | None:
    """Store the receipts of a call, and suppress addresses; return what is missing."""
    given = payload.read_json(row.body)
    events = given if isinstance(given, list) else [given]
    readable = [found for event in events if (found := _read(event, row.received_at)) is not None]
    try:
        with db.savepoint():
            unmatched, refused = _store(readable), 0
    except (*db.REFUSED, ValueError):
        unmatched, refused = _store_one_by_one(readable)
    invalid = len(events) - len(readable) + refused
    if not unmatched and not invalid:
        return None
    return f"of {len(events)} events, {unmatched} belong to no delivery, {invalid} are invalid"


def _read(event: Event, received_at: datetime) -> Readable | None:
    """Return an event with its receipt and its address, None if it has not all that is needed."""
    try:
        return event, _receipt(event, received_at), emails.comparable(str(event["email"]))
    except (KeyError, TypeError):
        return None


def _store(readable: Sequence[Readable]) -> int:
    """Process events; return how many belong to no delivery."""
    for event, receipt, address in readable:
        _suppress(event, receipt, address)
    return len(receipts.store([receipt for _, receipt, _ in readable]))


def _store_one_by_one(readable: Sequence[Readable]) -> tuple[int, int]:
    """Process each event for itself, because one of them is refused; return how many match none, and are refused."""
    unmatched = refused = 0
    for each in readable:
        try:
            with db.savepoint():
                unmatched += _store([each])
        except (*db.REFUSED, ValueError) as error:
            refused += 1
            log.warning("an event cannot be stored", event_id=each[1].key[:100], error=db.describe(error))
    return unmatched, refused


def _receipt(event: Event, received_at: datetime) -> ProviderReceipt:
    name = str(event["event"])
    by_machine = bool(event.get("sg_machine_open"))  # the mailbox loaded the pictures, not the user
    detail = event.get("reason") or event.get("response")
    return ProviderReceipt(
        provider=VENDOR.name,
        key=str(event["sg_event_id"]),
        provider_status=name,
        status="noted" if by_machine else STATUSES.get(name, "noted"),
        at=payload.moment(event.get("timestamp"), received_at),
        delivery_id=str(event.get("delivery")),
        reference=str(event.get("sg_message_id", "")).partition(".")[0] or None,
        detail=str(detail) if detail else None,
    )


def _suppress(event: Event, receipt: ProviderReceipt, address: str) -> None:
    """Suppress the address of an event, or end a suppression."""
    name = receipt.provider_status
    if name in UNSUBSCRIBES:
        _unsubscribe(receipt, address)
    elif name == "group_resubscribe":
        category = _category(receipt)
        suppression_service.end(EMAIL, address, ["unsubscribed"], "owner", category=category, at=receipt.at)
    elif name == "delivered":
        suppression_service.end(EMAIL, address, ["temporary_bounce"], "arrived", at=receipt.at)
    elif (reason := _reason(event)) is not None:
        suppression_service.suppress(EMAIL, address, reason, at=receipt.at, detail=receipt.detail)
    elif name in {"bounce", "dropped"}:
        suppression_service.clear_at_providers(EMAIL, address)  # SendGrid would drop all further mails


def _reason(event: Event) -> Reason | None:
    """Return the reason to suppress the address of an event, None if the event is not about the address."""
    name = str(event["event"])
    if name == "spamreport":
        return "complaint"
    if name == "dropped":
        return DROPPED.get(str(event.get("reason")))
    return _bounce(event) if name == "bounce" else None


def _bounce(event: Event) -> Reason | None:
    """Return the kind of a bounce. SendGrid calls it `blocked` if the address may accept the next mail."""
    reply = str(event.get("reason") or event.get("response") or "")
    status, blocked = str(event.get("status") or ""), event.get("type", "bounce") != "bounce"
    kind = bounces.kind(reply, status)
    if kind == "temporary":
        return "temporary_bounce"
    if blocked or str(event.get("bounce_classification")).lower() in NOT_ABOUT_THE_ADDRESS:
        return None
    return "permanent_bounce" if kind == "permanent" or not (reply or status) else None


def _unsubscribe(receipt: ProviderReceipt, address: str) -> None:
    category = _category(receipt)
    suppression_service.suppress(EMAIL, address, "unsubscribed", at=receipt.at, category=category)


def _category(receipt: ProviderReceipt) -> str:
    """Return the category of the mail that an event is about; empty if its delivery is unknown."""
    notified = delivery_queries.notified(receipt.valid_delivery_id) if receipt.valid_delivery_id else None
    return notified.category if notified else ""


VENDOR = VendorWebhook(
    name="sendgrid",
    setting="SENDGRID_WEBHOOK_PUBLIC_KEY",
    signature_header=f"{HEADER}Signature",
    content_types=(JSON,),
    verify=verify,
    process=process,
    read=read,
    stored_headers=("Content-Type", f"{HEADER}Timestamp"),
)
