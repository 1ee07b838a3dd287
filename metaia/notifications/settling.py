"""Keeping what became of a delivery: each call is written before it is made, and again when it has been answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.notifications.models import Suppression

LONGEST = 300  # characters of an answer

BEGIN = text(
    """
    WITH mine AS (
        UPDATE deliveries SET attempts = attempts + 1, provider = :provider, updated_at = :now
        WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'sending'
            AND (id <> CAST(:first AS uuid) OR attempts = :tried)
        RETURNING id, attempts
    )
    INSERT INTO delivery_attempts (delivery_id, number, provider, started_at)
    SELECT id, attempts, :provider, :now FROM mine RETURNING delivery_id
    """
)
END = text(
    """
    WITH answered AS (
        UPDATE delivery_attempts AS attempt SET outcome = :outcome, answer = :answer, milliseconds = :milliseconds
        FROM deliveries AS delivery
        WHERE delivery.id = ANY(CAST(:ids AS uuid[])) AND attempt.delivery_id = delivery.id
            AND attempt.number = delivery.attempts AND attempt.outcome IS NULL
        RETURNING attempt.delivery_id
    )
    UPDATE deliveries SET
        status = CASE WHEN status = 'sending' THEN :status ELSE status END,
        reference = coalesce(:reference, reference), error = :error, reason = :reason, due_at = :due_at,
        updated_at = :now
    WHERE id IN (SELECT delivery_id FROM answered)
    """
)
DROP = text(
    """
    UPDATE deliveries SET status = :status, reason = :reason, updated_at = :now
    WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'sending'
    """
)


@dataclass(frozen=True)
class Outcome:
    """How a call went, the status it leads to, and the seconds until another try."""

    outcome: str
    answer: str
    status: str
    reference: str | None = None
    wait: float | None = None
    gone: bool = False


def begin(group: list[AnyRow], provider: str, tried: int) -> bool:
    """Write that `provider` is about to be called; return whether the deliveries are still ours."""
    values = {"ids": _ids(group), "first": group[0].id, "tried": tried, "provider": provider, "now": now()}
    with db.transaction():
        begun = {row.delivery_id for row in db.execute(BEGIN, values)}
    return group[0].id in begun


def end(group: list[AnyRow], outcome: Outcome, *, milliseconds: int, settled: bool) -> None:
    """Write how the call went; unless that `settled` it, the deliveries stay claimed for the next provider."""
    moment = now()
    failed = outcome.outcome != "sent"
    values = {
        "ids": _ids(group),
        "outcome": outcome.outcome,
        "answer": outcome.answer[:LONGEST],
        "milliseconds": milliseconds,
        "status": outcome.status if settled else "sending",
        "reference": outcome.reference,
        "error": outcome.answer[:LONGEST] if failed else None,
        "reason": "retry" if settled and outcome.status == "queued" else None,
        "due_at": moment + timedelta(seconds=outcome.wait or 0),
        "now": moment,
    }
    with db.transaction():
        db.execute(END, values)
        if outcome.gone:
            _unreachable(group[0], moment)


def drop(group: list[AnyRow], status: str, reason: str) -> None:
    """Write that nothing is sent after all."""
    with db.transaction():
        db.execute(DROP, {"ids": _ids(group), "status": status, "reason": reason, "now": now()})


def _unreachable(row: AnyRow, moment: object) -> None:
    """Never try this address again."""
    if row.channel == "push":
        statement = text(
            "UPDATE devices SET dropped_at = :now, dropped_because = 'unregistered' WHERE id::text = :id"
        )
        db.execute(statement, {"now": moment, "id": row.address})
    elif row.address:
        db.append(Suppression, channel=row.channel, address=row.address, reason="invalid", at=moment)


def _ids(group: list[AnyRow]) -> list[str]:
    return [row.id for row in group]
