"""Receiving what vendors tell us, and digesting it."""

from __future__ import annotations

import structlog
from flask import current_app

from metaia.core import db
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.errors import Conflict, NotFound, Unauthenticated, UnsupportedMedia, declare
from metaia.webhooks import inbox, queries
from metaia.webhooks.vendors.interface import Call, Refused, Source
from metaia.webhooks.vendors.registry import SOURCES

BATCH = 20
NEWLINE = "\n"
LONGEST = 200  # characters of a header
log = structlog.get_logger(__name__)
declare(
    {
        "webhook_refused": "The call's signature is missing or wrong, or its time is.",
        "not_quarantined": "The call is digested, or will be tried again anyway.",
    }
)


def source(name: str, kind: str) -> Source:
    """Return the source that calls itself `name`, before its body is read.

    Raises NotFound for one that is not known, or has no secret here; UnsupportedMedia for another content type.
    """
    found = SOURCES.get(name)
    if found is None or not current_app.config[found.setting]:
        raise NotFound("No vendor calls this address.")
    if kind not in found.kinds:
        raise UnsupportedMedia(f"Send {' or '.join(found.kinds)}.")
    return found


def receive(caller: Source, call: Call) -> None:
    """Keep a call as it came, once. Raises Unauthenticated for one that its vendor has not signed."""
    try:
        key = caller.verify(call, current_app.config[caller.setting])
    except Refused as refused:
        log.warning("webhook refused", source=caller.name, because=str(refused), bytes=len(call.body))
        raise Unauthenticated("The call cannot be verified.", code="webhook_refused") from None
    headers = {name: call.headers.get(name, "").replace("\0", "")[:LONGEST] for name in caller.keeps}
    headers["Content-Type"] = call.kind
    new = inbox.keep(caller.name, key, query=call.query, headers=headers, body=call.body)
    log.info("webhook", source=caller.name, bytes=len(call.body), new=new)


def digest() -> int:
    """Digest a batch of what waits; return how many calls that was."""
    ids = inbox.claim(BATCH)
    for call_id in ids:
        try:
            with db.transaction():
                _digest(call_id)
        except Exception as error:  # one call must not keep the others waiting
            log.exception("webhook not digested", call=call_id)
            with db.transaction():
                inbox.settle(call_id, f"{type(error).__name__}: {str(error).partition(NEWLINE)[0]}")
    return len(ids)


def retry(call_id: str) -> AnyRow:
    """Let a call out of quarantine and return it. Raises NotFound, and Conflict when it is not there."""
    with db.transaction():
        freed = inbox.again(call_id)
        row = queries.one(call_id)
        if row is None:
            raise NotFound
        if not freed:
            raise Conflict("It is not in quarantine.", code="not_quarantined")
        audit_log.record("webhook.retried", subject=f"webhook-{call_id}", after={"source": row.source})
    return row


def _digest(call_id: str) -> None:
    row = inbox.open_(call_id)
    if row is None:
        return  # digested, or in another worker's hands
    missing = SOURCES[row.source].digest(row)
    inbox.settle(call_id, missing)
    if missing:
        log.warning("webhook waits", source=row.source, call=call_id, missing=missing, tries=row.tries)
