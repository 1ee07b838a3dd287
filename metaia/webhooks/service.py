"""Receiving webhooks of vendors, and processing them.

A call is answered once its row is committed. A job processes it later and finds its work in the table, so a lost job
loses nothing. A webhook that cannot be processed is retried after each of RETRY_PAUSES. It is then in quarantine,
where staff can retry it.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from flask import current_app
from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import Conflict, NotFound, Unauthenticated, UnsupportedMedia, declare
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.webhooks import queries
from metaia.webhooks.models import MAX_ERROR_LENGTH, WebhookRow
from metaia.webhooks.vendors.interface import VendorWebhook, VerificationFailed, WebhookCall
from metaia.webhooks.vendors.registry import VENDORS

BATCH = 20
RETRY_PAUSES = (
    5,
    30,
    120,
    600,
    3600,
    10800,
)  # seconds; a webhook whose worker died is retried after the same pause
MAX_HEADER_LENGTH = 200  # characters
NEWLINE = "\n"
log = structlog.get_logger(__name__)
declare(
    {
        "webhook_refused": "The call's signature or timestamp is missing or wrong.",
        "not_quarantined": "The webhook is processed, or will be retried anyway.",
    }
)
# Past the last pause the array element is NULL, and NULL in `due_at` means quarantine.
CLAIM = text(
    """
    UPDATE webhook_inbox SET tries = tries + 1,
        due_at = CAST(:now AS timestamptz) + make_interval(secs => (CAST(:pauses AS float[]))[tries + 1])
    WHERE id IN (
        SELECT id FROM webhook_inbox WHERE digested_at IS NULL AND due_at <= :now
        ORDER BY due_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING id
    """
)
REQUEUE = text(
    "UPDATE webhook_inbox SET due_at = :now, tries = 0 WHERE id = :id AND due_at IS NULL AND digested_at IS NULL"
)


def vendor(name: str, content_type: str) -> VendorWebhook:
    """Return the vendor with this name, before the body of its call is read.

    Raises NotFound for an unknown vendor and for one without a secret in the settings, UnsupportedMedia for another
    content type.
    """
    found = VENDORS.get(name)
    if found is None or not current_app.config[found.setting]:
        raise NotFound("No vendor has this address.")
    if content_type not in found.content_types:
        raise UnsupportedMedia(f"Send {' or '.join(found.content_types)}.")
    return found


def receive(sender: VendorWebhook, call: WebhookCall) -> None:
    """Verify a call and store it as received. A repeated call changes nothing. Raises Unauthenticated."""
    try:
        key = sender.verify(call, current_app.config[sender.setting])
    except VerificationFailed as failure:
        log.warning("webhook refused", source=sender.name, because=str(failure), bytes=len(call.body))
        raise Unauthenticated("The call cannot be verified.", code="webhook_refused") from None
    new = store(sender, key, call)
    log.info("webhook", source=sender.name, bytes=len(call.body), new=new)


def store(sender: VendorWebhook, key: str, call: WebhookCall) -> bool:
    """Store a verified call, and wake the jobs; return False for a call with the `key` of an earlier one."""
    headers = {
        name: call.headers.get(name, "").replace("\0", "")[:MAX_HEADER_LENGTH]
        for name in sender.stored_headers
    }
    moment = now()
    row = insert(WebhookRow).values(
        id=new_id(), source=sender.name, key=key, query=call.query,
        headers=headers | {"Content-Type": call.content_type}, body=call.body, received_at=moment,
        due_at=moment, tries=0,
    )  # fmt: skip
    with db.transaction():
        new = bool(db.execute(row.on_conflict_do_nothing()).rowcount)
        if new:
            job_registry.wake_on_commit()
    return new


def claim(limit: int) -> list[str]:
    """Return the ids of the oldest due webhooks. Each becomes due again after its next pause, unless it is finished."""
    with db.transaction():
        values = {"now": now(), "pauses": list(RETRY_PAUSES), "limit": limit}
        return sorted(row.id for row in db.execute(CLAIM, values))


def process_batch() -> int:
    """Process a batch of due webhooks; return its size."""
    ids = claim(BATCH)
    for webhook_id in ids:
        try:
            with db.transaction():
                _process(webhook_id)
        except Exception as error:  # one webhook must not delay the others
            log.exception("webhook not processed", call=webhook_id)
            with db.transaction():
                finish(webhook_id, f"{type(error).__name__}: {str(error).partition(NEWLINE)[0]}")
    return len(ids)


def finish(webhook_id: str, missing: str | None) -> None:
    """Mark a webhook as processed in the running transaction, or store what is `missing`: then it is retried."""
    changes = (
        {"digested_at": now(), "due_at": None, "error": None}
        if missing is None
        else {"error": missing[:MAX_ERROR_LENGTH]}
    )
    pending = update(WebhookRow).where(WebhookRow.id == webhook_id, WebhookRow.digested_at.is_(None))
    db.execute(pending.values(**changes))


def requeue(webhook_id: str) -> AnyRow:
    """Retry a webhook in quarantine, and return it. Raises NotFound, and Conflict in any other state."""
    with db.transaction():
        requeued = db.execute(REQUEUE, {"id": webhook_id, "now": now()}).rowcount
        row = queries.get(webhook_id)
        if row is None:
            raise NotFound
        if not requeued:
            raise Conflict("The webhook is not in quarantine.", code="not_quarantined")
        job_registry.wake_on_commit()
        audit_log.record("webhook.retried", subject=f"webhook-{webhook_id}", after={"source": row.source})
    return row


def purge(processed_for: timedelta, quarantined_for: timedelta) -> int:
    """Delete processed and quarantined webhooks received longer ago, in the running transaction; return how many."""
    moment = now()
    processed = WebhookRow.digested_at.is_not(None) & (WebhookRow.received_at < moment - processed_for)
    quarantined = WebhookRow.due_at.is_(None) & (WebhookRow.received_at < moment - quarantined_for)
    return db.execute(delete(WebhookRow).where(processed | quarantined)).rowcount


def _process(webhook_id: str) -> None:
    row = queries.lock_pending(webhook_id)
    if row is None:
        return  # another worker has it, or has processed it
    missing = VENDORS[row.source].process(row)
    finish(webhook_id, missing)
    if missing:
        log.warning("webhook waits", source=row.source, call=webhook_id, missing=missing, tries=row.tries)
