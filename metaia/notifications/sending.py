"""Sending what is due. A job that runs twice sends once: it claims the rows in SQL before it acts."""

from __future__ import annotations

import random
import time
from datetime import timedelta

import structlog
from sqlalchemy import text

from metaia.core import db, jobs
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.notifications import messages, queries, settling
from metaia.notifications.catalogue import PUSH
from metaia.providers.choice import Choice
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.port import Message, Provider

BATCH = 20
PAUSES = (10, 60, 300, 900, 1800)  # seconds between tries
LEASE = timedelta(seconds=150)  # a worker that has been at one delivery for longer is dead
log = structlog.get_logger(__name__)

CLAIM = text(
    """
    UPDATE deliveries SET status = 'sending', updated_at = :now WHERE id IN (
        SELECT id FROM deliveries WHERE status = 'queued' AND queue = :queue AND due_at <= :now
        ORDER BY due_at LIMIT :batch FOR UPDATE SKIP LOCKED
    ) RETURNING id, digest
    """
)
CLAIM_DIGEST = text(
    """
    UPDATE deliveries SET status = 'sending', updated_at = :now
    WHERE digest AND status = 'queued' AND due_at <= :now AND (user_id, channel) IN (
        SELECT user_id, channel FROM deliveries WHERE id = ANY(:ids)
    ) RETURNING id
    """
)
RECLAIM = text(
    """
    WITH lost AS (
        UPDATE deliveries SET status = 'queued', reason = 'worker lost', due_at = :now, updated_at = :now
        WHERE status = 'sending' AND updated_at < :before RETURNING id
    ), unknown AS (
        UPDATE delivery_attempts SET outcome = 'unknown' WHERE outcome IS NULL AND delivery_id IN (SELECT id FROM lost)
    )
    SELECT count(*) FROM lost
    """
)


def send_due(queue: str, choice: Choice) -> int:
    """Send a batch of what is due in `queue`; return how many deliveries were claimed."""
    with db.transaction():
        moment = now()
        rows = db.execute(CLAIM, {"now": moment, "queue": queue, "batch": BATCH}).all()
        ids, digests = {row.id for row in rows}, [row.id for row in rows if row.digest]
        if digests:
            ids |= {row.id for row in db.execute(CLAIM_DIGEST, {"now": moment, "ids": digests})}
    for group in _together(queries.to_send(list(ids))):
        _send(group, choice)
    return len(ids)


def reclaim() -> int:
    """Queue again what a dead worker had claimed; return how many. Calls that were under way are marked `unknown`."""
    with db.transaction():
        moment = now()
        count = int(db.execute(RECLAIM, {"now": moment, "before": moment - LEASE}).scalar() or 0)
        if count:
            jobs.wake()
    return count


def _together(rows: list[AnyRow]) -> list[list[AnyRow]]:
    """Group what goes out as one message: all of a digest, and every other delivery by itself."""
    groups: dict[object, list[AnyRow]] = {}
    for row in rows:
        groups.setdefault((row.user_id, row.channel, row.address) if row.digest else row.id, []).append(row)
    return list(groups.values())


def _send(group: list[AnyRow], choice: Choice) -> None:
    """Send a group by the first provider that takes it."""
    reason = _unwanted(group[0])
    if reason is not None:
        settling.drop(group, "cancelled" if reason == "seen" else "suppressed", reason)
        return
    providers = choice.of(group[0].channel, group[0].kind)
    if not providers:
        settling.drop(group, "failed", "no_provider")
    tried = group[0].attempts
    for provider in providers:
        if not settling.begin(group, provider.name, tried):
            return  # somebody else has taken it
        tried += 1
        if _call(provider, group, choice, tried, last=provider is providers[-1]):
            return


def _unwanted(row: AnyRow) -> str | None:
    """Return why a delivery must not go out after all."""
    if row.unless_seen and row.read_at is not None:
        return "seen"
    if row.suppressed:
        return str(row.suppressed)
    return "no_device" if row.channel == PUSH and (row.token is None or row.dropped_at) else None


def _call(provider: Provider, group: list[AnyRow], choice: Choice, number: int, *, last: bool) -> bool:
    """Let one provider try; return whether that settles it."""
    breaker, started = choice.breakers[provider.name], time.monotonic()
    outcome: settling.Outcome
    try:
        sent = provider.send(_message(group, provider))
    except Temporary as error:
        breaker.failed()
        wait = _pause(number, error.retry_after)
        outcome = settling.Outcome(
            "temporary", str(error), status="failed" if wait is None else "queued", wait=wait
        )
    except Permanent as error:
        breaker.worked()
        outcome = settling.Outcome("permanent", str(error), status="failed", gone=error.gone)
    except Technical as error:
        breaker.failed(at_once=True)
        wait = _pause(number, None)
        outcome = settling.Outcome(
            "technical", str(error), status="failed" if wait is None else "queued", wait=wait
        )
    else:
        breaker.worked()
        outcome = settling.Outcome("sent", sent.answer, status="sent", reference=sent.reference)
    settled = last or outcome.status == "sent" or outcome.outcome == "permanent"
    took = round((time.monotonic() - started) * 1000)
    settling.end(group, outcome, milliseconds=took, settled=settled)
    log.info(
        "delivery", delivery=group[0].id, channel=group[0].channel, provider=provider.name, attempt=number,
        outcome=outcome.outcome, ms=took, answer=outcome.answer if outcome.outcome != "sent" else None,
    )  # fmt: skip
    return settled


def _message(group: list[AnyRow], provider: Provider) -> Message:
    try:
        return messages.compose(group, provider.name)
    except LookupError as error:
        raise Permanent(f"it cannot be written: {error}") from error


def _pause(tried: int, retry_after: float | None) -> float | None:
    """Return the seconds until the next try, with jitter so that not all come back at once; None after the last."""
    if tried > len(PAUSES):
        return None
    return max(PAUSES[tried - 1] * random.uniform(0.8, 1.2), min(retry_after or 0, 3600))  # noqa: S311
