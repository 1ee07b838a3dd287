"""Attempts: a provider call is written before it is made, and again with its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.notifications.delivery import history
from metaia.notifications.delivery.fallback import send_fallback
from metaia.notifications.registry import PUSH
from metaia.notifications.suppressions import service as suppression_service
from metaia.notifications.suppressions.policy import Reason

MAX_ANSWER_LENGTH = 300  # characters
STATUS = "CAST(:status AS text)"
REASON = "CASE WHEN status = 'sending' THEN CAST(:reason AS text) END"  # a receipt may have come first

START = text(
    """
    WITH mine AS (
        UPDATE deliveries SET attempts = attempts + 1, provider = :provider, updated_at = :now
        FROM unnest(CAST(:ids AS uuid[]), CAST(:earlier AS int[])) AS claimed (id, earlier)
        WHERE deliveries.id = claimed.id AND attempts = claimed.earlier + :round AND status = 'sending'
        RETURNING deliveries.id, attempts
    )
    INSERT INTO delivery_attempts (delivery_id, number, provider, started_at)
    SELECT id, attempts, :provider, :now FROM mine RETURNING delivery_id
    """
)
FINISH = text(
    f"""
    WITH answered AS (
        UPDATE delivery_attempts AS attempt SET outcome = :outcome, answer = :answer, milliseconds = :milliseconds
        FROM deliveries AS delivery
        WHERE delivery.id = ANY(CAST(:ids AS uuid[])) AND attempt.delivery_id = delivery.id
            AND attempt.number = delivery.attempts AND attempt.outcome IS NULL
        RETURNING attempt.delivery_id
    )
    UPDATE deliveries SET
        status = CASE WHEN status = 'sending' THEN {STATUS} ELSE status END,
        reference = coalesce(:reference, reference), error = :error, reason = coalesce({REASON}, reason),
        steps = {history.append_sql(STATUS, REASON, "CAST(:due_at AS timestamptz)")},
        due_at = :due_at, updated_at = :now
    WHERE id IN (SELECT delivery_id FROM answered)
    """  # noqa: S608 - only constants
)
POSTPONE = text(
    f"""
    UPDATE deliveries SET status = {STATUS}, reason = {REASON}, due_at = coalesce(:due_at, due_at), updated_at = :now,
        steps = {history.append_sql(STATUS, REASON, "coalesce(:due_at, due_at)")}
    WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'sending'
    """  # noqa: S608 - only constants
)
DROP_DEVICE = text(
    "UPDATE devices SET dropped_at = :now, dropped_because = 'unregistered'"
    " WHERE id = CAST(:address AS uuid) AND dropped_at IS NULL"
)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a provider call, and the status of the delivery that follows from it.

    `retry_after` is the number of seconds until the next try, as the provider asks for it. `suppress` is the reason
    for which the address gets nothing any more.
    """

    outcome: str
    answer: str
    status: str
    reference: str | None = None
    retry_after: float | None = None
    suppress: Reason | None = None

    @property
    def is_final(self) -> bool:
        """Whether the next provider does not have to try."""
        return self.outcome in {"sent", "permanent"}


def start(group: list[AnyRow], provider: str, round_: int) -> list[AnyRow]:
    """Write that `provider` is about to be called; return the deliveries that this worker still has.

    `round_` is the number of providers tried before it in this run.
    """
    values = {
        "ids": _ids(group),
        "earlier": [row.attempts for row in group],
        "round": round_,
        "provider": provider,
        "now": now(),
    }
    with db.transaction():
        started = {row.delivery_id for row in db.execute(START, values)}
    return [row for row in group if row.id in started]


def finish(group: list[AnyRow], outcome: Outcome, *, milliseconds: int, release: bool) -> None:
    """Write the outcome of a call. `release` ends the claim; otherwise the next provider is called."""
    moment = now()
    failed = outcome.outcome != "sent"
    values = {
        "ids": _ids(group),
        "outcome": outcome.outcome,
        "answer": outcome.answer[:MAX_ANSWER_LENGTH],
        "milliseconds": milliseconds,
        "status": outcome.status if release else "sending",
        "reference": outcome.reference,
        "error": outcome.answer[:MAX_ANSWER_LENGTH] if failed else None,
        "reason": "retry" if release and outcome.status == "queued" else None,
        "due_at": moment + timedelta(seconds=outcome.retry_after or 0),
        "now": moment,
    }
    with db.transaction():
        db.execute(FINISH, values)
        if outcome.suppress:
            disable_address(group[0], outcome.suppress, outcome.answer)
        if release and outcome.status == "failed":
            send_fallback(group)


def postpone(group: list[AnyRow], status: str, reason: str, due_at: datetime | None = None) -> None:
    """End the claim without a call: with `queued` until `due_at`, with any other status for good."""
    values = {"ids": _ids(group), "status": status, "reason": reason, "due_at": due_at, "now": now()}
    with db.transaction():
        db.execute(POSTPONE, values)
        if status in {"failed", "undelivered"}:
            send_fallback(group)


def disable_address(row: AnyRow, reason: Reason = "permanent_bounce", detail: str | None = None) -> None:
    """Drop the device of a delivery, or suppress its address, in the running transaction."""
    if row.channel == PUSH:
        db.execute(DROP_DEVICE, {"address": row.address, "now": now()})
    else:
        suppression_service.suppress(row.channel, row.address, reason, detail=detail, user_id=row.user_id)


def _ids(group: list[AnyRow]) -> list[str]:
    return [row.id for row in group]
