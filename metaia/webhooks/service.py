"""Receiving webhooks of vendors, and processing them.

A call is answered once its row is committed. A job processes it later and finds its work in the table, so a lost job
loses nothing. A webhook that cannot be processed is retried after each of RETRY_PAUSES. It is then in quarantine,
where staff can retry it.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from flask import current_app
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import Conflict, Gone, NotFound, Unauthenticated, UnsupportedMedia, declare
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.core.work_queue import WorkQueue
from metaia.jobs import registry as job_registry
from metaia.providers.payments.signatures import secrets
from metaia.webhooks import queries
from metaia.webhooks.effects import service as effects
from metaia.webhooks.models import WebhookRow
from metaia.webhooks.vendors import registry
from metaia.webhooks.vendors.interface import VendorWebhook, VerificationFailed, WebhookCall, Why
from metaia.webhooks.vendors.registry import VENDORS

BATCH = 20
RETRY_PAUSES = (5, 30, 120, 600, 3600, 10800)  # seconds
MAX_HEADER_LENGTH = 200  # characters
QUEUE = WorkQueue(WebhookRow, done="digested_at", pauses=RETRY_PAUSES)
log = structlog.get_logger(__name__)
declare(
    {
        "webhook_refused": "The call's signature or timestamp is missing or wrong.",
        "not_quarantined": "The webhook is processed, or will be retried anyway.",
    }
)


class Refused(Unauthenticated):
    """A call cannot be verified. Its caller does not learn why."""

    def __init__(self, why: Why) -> None:
        super().__init__("The call cannot be verified.", code="webhook_refused")
        self.why: Why = why


def vendor(name: str, content_type: str) -> VendorWebhook:
    """Return the vendor with this name, before the body of its call is read.

    Raises NotFound for an unknown vendor and for one without a secret in the settings, UnsupportedMedia for another
    content type.
    """
    found = configured(name)
    if found is None:
        raise NotFound("No vendor has this address.")
    if content_type not in found.content_types:
        raise UnsupportedMedia(f"Send {' or '.join(found.content_types)}.")
    return found


def configured(name: str) -> VendorWebhook | None:
    """Return the vendor with this name, None if it is unknown or has no secret in the settings."""
    found = registry.find(name)
    if found is None or (found.enabled_by and not current_app.config[found.enabled_by]):
        return None
    return found if current_app.config[found.setting] else None


def receive(sender: VendorWebhook, call: WebhookCall) -> None:
    """Verify a call and store it as received. A repeated call changes nothing. Raises Refused."""
    try:
        key = _verify(sender, call)
    except VerificationFailed as failure:
        why = failure.why if call.headers.get(sender.signature_header) else "unsigned"
        log.warning("webhook refused", source=sender.name, because=str(failure), bytes=len(call.body))
        raise Refused(why) from None
    new = store(sender, key, call)
    log.info("webhook", source=sender.name, bytes=len(call.body), new=new)


def _verify(sender: VendorWebhook, call: WebhookCall) -> str:
    """Return the key of a call that one of the vendor's secrets verifies. Raises VerificationFailed."""
    failures = []
    for secret in sender.secrets or secrets(current_app.config[sender.setting]):
        try:
            return sender.verify(call, secret)
        except VerificationFailed as failure:
            failures.append(failure)
    raise max(failures, key=lambda failure: failure.why == "time")  # its signature is right


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
        counted = row.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
        new = db.execute(counted).rowcount == 1
        if new:
            job_registry.wake_on_commit()
    return new


def process_batch() -> int:
    """Process a batch of due webhooks; return its size."""
    ids = QUEUE.claim(BATCH)
    for webhook_id in ids:
        try:
            with db.transaction():
                _process(webhook_id)
        except Exception as error:  # one webhook must not delay the others
            log.exception("webhook not processed", call=webhook_id)
            with db.transaction():
                QUEUE.postpone(webhook_id, f"{type(error).__name__}: {db.describe(error)}")
    return len(ids)


def requeue(webhook_id: str) -> AnyRow:
    """Retry a webhook in quarantine, and return it. Raises NotFound, and Conflict in any other state."""
    with db.transaction():
        requeued = QUEUE.requeue(webhook_id)
        row = queries.get(webhook_id)
        if row is None:
            raise NotFound
        if not requeued:
            raise Conflict("The webhook is not in quarantine.", code="not_quarantined")
        job_registry.wake_on_commit()
        audit_log.record("webhook.retried", subject=f"webhook-{webhook_id}", after={"source": row.source})
    return row


def read(webhook_id: str) -> AnyRow:
    """Return a webhook with all its columns. Raises NotFound."""
    row = queries.whole(webhook_id)
    if row is None:
        raise NotFound
    return row


def read_body(webhook_id: str) -> AnyRow:
    """Return a webhook with its content, which has personal data: the audit log names the reader.

    Raises NotFound, and status 410 once the content is removed.
    """
    row = read(webhook_id)
    if row.body is None:
        raise Gone("The content is not stored any more.")
    with db.transaction():
        audit_log.record("webhook.body_read", subject=f"webhook-{webhook_id}", after={"source": row.source})
    return row


def purge(limit: int, *, processed_for: timedelta, quarantined_for: timedelta) -> int:
    """Delete processed and quarantined webhooks received longer ago, in the running transaction; return how many.

    Those about money are not deleted.
    """
    moment, money = now(), [name for name, sender in VENDORS.items() if sender.money]
    old = queries.deletable(moment - processed_for, moment - quarantined_for, money).limit(limit)
    return db.execute(delete(WebhookRow).where(WebhookRow.id.in_(old))).rowcount


def empty(limit: int, *, kept_for: timedelta) -> int:
    """Remove the contents of webhooks about money received longer ago; return how many. Hash and facts stay."""
    old = queries.with_body(now() - kept_for).limit(limit)
    emptied = update(WebhookRow).where(WebhookRow.id.in_(old)).values(body=None, query="", headers={})
    return db.execute(emptied).rowcount


def _process(webhook_id: str) -> None:
    row = QUEUE.lock_pending(webhook_id)
    if row is None:
        return  # another worker has it, or has processed it
    done = effects.digest(row)
    db.execute(update(WebhookRow).where(WebhookRow.id == webhook_id).values(**done.stored(row)))
    if done.missing is None:
        QUEUE.finish(webhook_id)
    else:
        QUEUE.postpone(webhook_id, done.missing)
        log.warning(
            "webhook waits", source=row.source, call=webhook_id, missing=done.missing, tries=row.tries
        )
