"""From a notification to its deliveries: one row per channel and address, with the decision and its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import update

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.expressions import among
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications import queries
from metaia.notifications.delivery import queries as delivery_queries
from metaia.notifications.delivery.history import step
from metaia.notifications.delivery.suppression import number
from metaia.notifications.models import Delivery, Notification
from metaia.notifications.preferences.policy import Decision, Wishes, decide
from metaia.notifications.registry import EMAIL, NOTICES, PUSH, SMS, Notice

BATCH = 200
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Surroundings:
    """What a batch has to be decided by, read at once."""

    wishes: dict[str, Wishes]
    devices: dict[str, list[str]]
    suppressed: dict[tuple[str, str], str]
    recent: dict[str, int]  # by notification id
    moment: datetime


def plan(queue: str) -> int:
    """Plan the oldest unplanned notifications of `queue`; return how many there were."""
    with db.transaction():
        rows = delivery_queries.unplanned(queue, BATCH)
        if not rows:
            return 0
        around = _look_around(rows)
        for row in rows:
            notice = NOTICES.get(row.type)
            if notice is None:
                log.error("a notification of a type nobody declares is not sent", type=row.type)
            else:
                _plan_one(row, notice, around)
        planned = update(Notification).where(among(Notification.id, (row.id for row in rows)))
        db.execute(planned.values(planned_at=around.moment))
        job_registry.wake_on_commit()
    return len(rows)


def _look_around(rows: list[AnyRow]) -> _Surroundings:
    users = list({row.user_id for row in rows})
    addresses = {("email", row.email) for row in rows} | {
        ("sms", number(row.phone)) for row in rows if row.phone
    }
    throttled = {row.id: notice for row in rows if (notice := NOTICES.get(row.type)) and notice.throttle}
    return _Surroundings(
        wishes=queries.wishes(users),
        devices=queries.devices(users),
        suppressed=delivery_queries.suppressed(addresses),
        recent={
            row.id: delivery_queries.recent(row.user_id, row.type, row.id, throttled[row.id].throttle[1])  # type: ignore[index]
            for row in rows
            if row.id in throttled
        },
        moment=now(),
    )


def _plan_one(row: AnyRow, notice: Notice, around: _Surroundings) -> None:
    wishes = around.wishes.get(row.user_id, Wishes())
    for channel in notice.outside:
        if row.channels is not None and channel not in row.channels:
            continue
        decision = decide(notice, channel, wishes, around.moment, recent=around.recent.get(row.id, 0))
        _write(row, channel, decision, around)
    if notice.fallback is not None:
        channel, seconds = notice.fallback
        decision = decide(notice, channel, wishes, around.moment + timedelta(seconds=seconds))
        _write(row, channel, decision, around, unless_seen=True)


def _write(
    row: AnyRow, channel: str, decision: Decision, around: _Surroundings, *, unless_seen: bool = False
) -> None:
    for address in _addresses(row, channel, around):
        reason = around.suppressed.get((channel, address)) if address else f"no_{_LACKING[channel]}"
        status = "suppressed" if reason else decision.status
        reason = reason or decision.reason or ("fallback" if unless_seen else None)
        db.append(
            Delivery,
            id=new_id(),
            notification_id=row.id,
            user_id=row.user_id,
            channel=channel,
            address=address,
            queue=row.queue,
            status=status,
            reason=reason,
            steps=[step(status, reason, decision.due_at, around.moment)] if reason else [],
            digest=decision.digest,
            unless_seen=unless_seen,
            due_at=decision.due_at,
            attempts=0,
            provider=None,
            reference=None,
            error=None,
            created_at=around.moment,
            updated_at=around.moment,
        )


_LACKING = {EMAIL: "address", SMS: "telephone", PUSH: "device"}


def _addresses(row: AnyRow, channel: str, around: _Surroundings) -> Iterator[Any]:
    """Yield where `channel` reaches the user; None if nowhere."""
    if channel == PUSH:
        yield from around.devices.get(row.user_id, [None])
    else:
        yield row.email if channel == EMAIL else row.phone and number(row.phone)
