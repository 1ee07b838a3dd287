"""Planning: writing the deliveries of a notification, one per channel and address, each with its decision."""

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
from metaia.core.text import emails, phones
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications.delivery import queries, relevance
from metaia.notifications.delivery.history import step
from metaia.notifications.delivery.models import DeliveryRow
from metaia.notifications.devices import queries as device_queries
from metaia.notifications.models import NotificationRow
from metaia.notifications.preferences import queries as preference_queries
from metaia.notifications.preferences.policy import Decision, Preferences, decide, in_time
from metaia.notifications.registry import EMAIL, NOTIFICATION_TYPES, PUSH, SMS, NotificationType
from metaia.notifications.suppressions import queries as suppression_queries
from metaia.notifications.suppressions.policy import Suppression, stopping
from metaia.notifications.suppressions.queries import Address

BATCH = 200
MISSING = {EMAIL: "no_address", SMS: "no_telephone", PUSH: "no_device"}  # reasons, if a user has no address
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Context:
    """The data by which the decisions of a batch are made, read at once."""

    preferences: dict[str, Preferences]  # by user id
    devices: dict[str, list[str]]  # by user id
    suppressions: dict[Address, list[Suppression]]
    recent: dict[str, int]  # by notification id
    moment: datetime


def plan(queue: str) -> int:
    """Plan a batch of the oldest unplanned notifications of `queue`; return its size."""
    with db.transaction():
        rows = queries.lock_unplanned(queue, BATCH)
        if not rows:
            return 0
        types = NOTIFICATION_TYPES.current()
        context = _read_context(rows)
        for row in rows:
            if row.type in types:
                _plan_one(row, types[row.type], context)
            else:
                log.error("a notification of an unknown type is not sent", type=row.type)
        planned = update(NotificationRow).where(among(NotificationRow.id, (row.id for row in rows)))
        db.execute(planned.values(planned_at=context.moment))
        job_registry.wake_on_commit()
    return len(rows)


def _read_context(rows: list[AnyRow]) -> _Context:
    types = NOTIFICATION_TYPES.current()
    users = list({row.user_id for row in rows})
    numbers = [phones.for_messages(row.phone, row.phone_e164) for row in rows]
    mailboxes = [emails.comparable(row.email) for row in rows if row.email]
    addresses = {(EMAIL, mailbox) for mailbox in mailboxes} | {(SMS, number) for number in numbers if number}
    return _Context(
        preferences=preference_queries.get_many(users),
        devices=device_queries.reachable_ids(users),
        suppressions=suppression_queries.of(addresses),
        recent={
            row.id: queries.count_recent(row.user_id, row.type, row.id, type_.throttle[1])
            for row in rows
            if (type_ := types.get(row.type)) and type_.throttle
        },
        moment=now(),
    )


def _plan_one(row: AnyRow, type_: NotificationType, context: _Context) -> None:
    preferences = context.preferences.get(row.user_id, Preferences())
    recent = context.recent.get(row.id, 0)
    for channel in type_.external_channels:
        if row.channels is None or channel in row.channels:
            decision = decide(type_, channel, preferences, context.moment, recent=recent)
            _write(row, type_, channel, decision, context)
    if type_.fallback is not None:
        channel, seconds = type_.fallback
        decision = decide(type_, channel, preferences, context.moment + timedelta(seconds=seconds))
        _write(row, type_, channel, decision, context, unless_seen=True)


def _write(
    row: AnyRow,
    type_: NotificationType,
    channel: str,
    decision: Decision,
    context: _Context,
    *,
    unless_seen: bool = False,
) -> None:
    decision = in_time(decision, row.expires_at)
    for address in _addresses(row, channel, context):
        known = context.suppressions.get((channel, address), ())
        reason = stopping(known, type_, decision.due_at) if address else MISSING[channel]
        if relevance.is_unverified(type_, channel, row.email_verified_at):
            reason = reason or "unverified"
        status = "suppressed" if reason else decision.status
        reason = reason or decision.reason or ("fallback" if unless_seen else None)
        db.append(
            DeliveryRow,
            id=new_id(),
            notification_id=row.id,
            user_id=row.user_id,
            channel=channel,
            address=address,
            queue=row.queue,
            status=status,
            reason=reason,
            steps=[step(status, reason, decision.due_at, context.moment)] if reason else [],
            digest=decision.digest,
            unless_seen=unless_seen,
            due_at=decision.due_at,
            attempts=0,
            provider=None,
            reference=None,
            error=None,
            created_at=context.moment,
            updated_at=context.moment,
        )


def _addresses(row: AnyRow, channel: str, context: _Context) -> Iterator[Any]:
    """Yield the addresses of the user on `channel`; None if there is none."""
    if channel == PUSH:
        yield from context.devices.get(row.user_id, [None])
    elif channel == EMAIL:
        yield row.email and emails.comparable(row.email)
    else:
        yield phones.for_messages(row.phone, row.phone_e164)
