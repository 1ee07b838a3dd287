"""Keeping what became of a delivery: each call is written before it is made, and again when it has been answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.notifications.delivery import history, suppression
from metaia.notifications.delivery.fallback import fall_back
from metaia.notifications.delivery.suppression import Reason
from metaia.notifications.registry import PUSH

LONGEST = 300  # characters of an answer
STATUS = "CAST(:status AS text)"
REASON = "CASE WHEN status = 'sending' THEN CAST(:reason AS text) END"  # a receipt may have been faster

BEGIN = text(
    """
    WITH mine AS (
        UPDATE deliveries SET attempts = attempts + 1, provider = :provider, updated_at = :now
        FROM unnest(CAST(:ids AS uuid[]), CAST(:tried AS int[])) AS claimed (id, tried)
        WHERE deliveries.id = claimed.id AND attempts = claimed.tried + :round AND status = 'sending'
        RETURNING deliveries.id, attempts
    )
    INSERT INTO delivery_attempts (delivery_id, number, provider, started_at)
    SELECT id, attempts, :provider, :now FROM mine RETURNING delivery_id
    """
)
END = text(
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
        steps = {history.appended(STATUS, REASON, "CAST(:due_at AS timestamptz)")},
        due_at = :due_at, updated_at = :now
    WHERE id IN (SELECT delivery_id FROM answered)
    """  # noqa: S608 - our own words
)
PUT_OFF = text(
    f"""
    UPDATE deliveries SET status = {STATUS}, reason = {REASON}, due_at = coalesce(:due_at, due_at), updated_at = :now,
        steps = {history.appended(STATUS, REASON, "coalesce(:due_at, due_at)")}
    WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'sending'
    """  # noqa: S608 - our own words
)
DROP_DEVICE = text(
    "UPDATE devices SET dropped_at = :now, dropped_because = 'unregistered'"
    " WHERE id = CAST(:address AS uuid) AND dropped_at IS NULL"
)


@dataclass(frozen=True)
class Outcome:
    """How a call went, the status it leads to, and the seconds until another try (or what the provider asks for).

    `gone` says why nothing more is to go to the address.
    """

    outcome: str
    answer: str
    status: str
    reference: str | None = None
    wait: float | None = None
    gone: Reason | None = None

    @property
    def settled(self) -> bool:
        """Whether no other provider has to try."""
        return self.outcome in {"sent", "permanent"}


def begin(group: list[AnyRow], provider: str, round_: int) -> list[AnyRow]:
    """Write that `provider` is about to be called, after `round_` others; return the deliveries that are still ours."""
    values = {
        "ids": _ids(group),
        "tried": [row.attempts for row in group],
        "round": round_,
        "provider": provider,
        "now": now(),
    }
    with db.transaction():
        begun = {row.delivery_id for row in db.execute(BEGIN, values)}
    return [row for row in group if row.id in begun]


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
            unreachable(group[0], outcome.gone)
        if settled and outcome.status == "failed":
            fall_back(group)


def put_off(group: list[AnyRow], status: str, reason: str, due_at: datetime | None = None) -> None:
    """Write that nothing is sent, or (`queued`) not before `due_at`."""
    values = {"ids": _ids(group), "status": status, "reason": reason, "due_at": due_at, "now": now()}
    with db.transaction():
        db.execute(PUT_OFF, values)
        if status in {"failed", "undelivered"}:
            fall_back(group)


def unreachable(row: AnyRow, because: Reason = "invalid") -> None:
    """Never try a delivery's address again, in the running transaction."""
    if row.channel == PUSH:
        db.execute(DROP_DEVICE, {"address": row.address, "now": now()})
    else:
        suppression.suppress(row.channel, row.address, because)


def _ids(group: list[AnyRow]) -> list[str]:
    return [row.id for row in group]
