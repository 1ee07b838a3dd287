"""Receipts: what providers report later about a message they accepted. They come in any order, and repeatedly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications import user_inbox
from metaia.notifications.delivery import history, queries
from metaia.notifications.delivery.fallback import send_fallback
from metaia.notifications.delivery.models import DeliveryRow, ReceiptRow
from metaia.notifications.delivery.status_rank import ReceiptStatus, raised

MARK_UNDELIVERED = text(
    """
    UPDATE delivery_attempts SET outcome = 'undelivered' WHERE delivery_id = :id AND number = (
        SELECT max(number) FROM delivery_attempts WHERE delivery_id = :id AND provider = :provider
    )
    """
)


@dataclass(frozen=True)
class ProviderReceipt:
    """A receipt for one message, which is found by `delivery_id` if the provider returns ours, or by its `reference`.

    `provider_status` is the provider's own name of the status, `status` is ours. Receipts with the same `key` are the
    same receipt. `retry_elsewhere`: another provider may be able to deliver the message.
    """

    provider: str
    key: str
    provider_status: str
    status: ReceiptStatus
    at: datetime
    delivery_id: str | None = None
    reference: str | None = None
    detail: str | None = None
    retry_elsewhere: bool = False

    @property
    def valid_delivery_id(self) -> str | None:
        """Return the id of the delivery in its usual form; None if it is missing or is not a UUID."""
        try:
            return str(UUID(self.delivery_id or ""))
        except ValueError:
            return None


Matched = tuple[ProviderReceipt, AnyRow]


def store(receipts: Sequence[ProviderReceipt]) -> list[ProviderReceipt]:
    """Store receipts and raise the status of their deliveries, in the running transaction.

    Return the receipts to retry later: no delivery matches yet, or its worker has not committed.
    """
    deliveries = _Deliveries(receipts)
    matched: list[Matched] = []
    early: list[ProviderReceipt] = []
    for receipt in receipts:
        rows = deliveries.of(receipt)
        if rows and not any(_is_early(receipt, row) for row in rows):
            matched += [(receipt, row) for row in rows]
        else:
            early.append(receipt)
    if matched:
        _insert(matched)
        _raise_status(matched)
        _mark_seen(matched)
    return early


class _Deliveries:
    """The deliveries that match receipts, read and row-locked by one query per provider."""

    def __init__(self, receipts: Sequence[ProviderReceipt]) -> None:
        self.by_id: dict[str, AnyRow] = {}
        self.by_reference: dict[tuple[str, str], list[AnyRow]] = {}
        for provider in sorted({receipt.provider for receipt in receipts}):
            own = [receipt for receipt in receipts if receipt.provider == provider]
            ids = {receipt.valid_delivery_id for receipt in own if receipt.valid_delivery_id}
            references = {receipt.reference for receipt in own if receipt.reference}
            for row in queries.lock_for_receipts(provider, ids, references):
                self.by_id[row.id] = row
                if row.provider == provider and row.reference:
                    self.by_reference.setdefault((provider, row.reference), []).append(row)

    def of(self, receipt: ProviderReceipt) -> list[AnyRow]:
        """Return the deliveries of one message. A digest has several."""
        rows = {row.id: row for row in self.by_reference.get((receipt.provider, receipt.reference or ""), ())}
        if receipt.valid_delivery_id in self.by_id:
            rows[receipt.valid_delivery_id] = self.by_id[receipt.valid_delivery_id]
        return list(rows.values())


def _is_early(receipt: ProviderReceipt, row: AnyRow) -> bool:
    """Return whether a receipt must wait until the worker has committed the provider's answer.

    A delivery that is being sent cannot go to another provider, and the reference that finds all deliveries of a
    digest is not stored yet. Each other receipt counts at once: if the worker is dead, the status keeps the message
    from being sent again.
    """
    return row.status == "sending" and (row.digest or receipt.status == "undelivered")


def _insert(matched: Iterable[Matched]) -> None:
    rows = [
        {
            "id": str(uuid5(NAMESPACE_URL, f"{receipt.provider} {receipt.key} {row.id}")),
            "delivery_id": row.id,
            "status": _storable(receipt.provider_status, 30),
            "detail": _storable(receipt.detail, 300),
            "at": receipt.at,
        }
        for receipt, row in matched
    ]
    db.execute(insert(ReceiptRow).on_conflict_do_nothing(), rows)


def _raise_status(matched: Iterable[Matched]) -> None:
    """Write the highest status of each delivery. Queue a lost delivery again if another provider may deliver it."""
    moment = now()
    highest: dict[str, tuple[str, ProviderReceipt, AnyRow]] = {}
    for receipt, row in matched:
        before = highest[row.id][0] if row.id in highest else row.status
        current = row.provider == receipt.provider and receipt.provider not in row.lost_by
        status = raised(row.channel, before, receipt.status, from_current_provider=bool(current))
        if status != before:
            highest[row.id] = (status, receipt, row)
    failed = []
    for status, receipt, row in highest.values():
        retry = status == "undelivered" and receipt.retry_elsewhere
        if retry:
            db.execute(MARK_UNDELIVERED, {"id": row.id, "provider": receipt.provider})
            job_registry.wake_on_commit()
        elif status == "undelivered":
            failed.append(row)
        _write(row, "queued" if retry else status, receipt, moment, retry=retry)
    if failed:
        send_fallback(failed)


def _write(row: AnyRow, status: str, receipt: ProviderReceipt, moment: datetime, *, retry: bool) -> None:
    detail = f": {receipt.detail}" if receipt.detail else ""
    text = _storable(receipt.provider_status + detail, 300)
    error = text if status in {"queued", "undelivered"} else None
    more = {"due_at": moment, **history.with_step(row, status, "failover", moment)} if retry else {}
    db.change(DeliveryRow, id=row.id, status=status, error=error, updated_at=moment, **more)


def _mark_seen(matched: Sequence[Matched]) -> None:
    for status in ("seen", "clicked"):
        first: dict[str, datetime] = {}
        for receipt, row in matched:
            if receipt.status == status:
                first[row.notification_id] = min(receipt.at, first.get(row.notification_id, receipt.at))
        if first:
            user_inbox.mark_seen_elsewhere(first, clicked=status == "clicked")


def _storable(text: str | None, max_length: int) -> str | None:
    """Return `text` without NUL, which PostgreSQL refuses, and shortened to its column."""
    return None if text is None else text.replace("\0", "")[:max_length]
