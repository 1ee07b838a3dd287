"""Which notifications are still worth sending: the domain is asked, and acting on a subject counts as seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from flask import current_app
from sqlalchemy import update

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.jobs import loop
from metaia.notifications import user_inbox
from metaia.notifications.delivery import queries
from metaia.notifications.delivery.models import ActedPosition
from metaia.notifications.registry import EMAIL, NOTIFICATION_TYPES, TRUTH_CHECKS, NotificationType
from metaia.realtime.log import store as log_store

MARK_SECONDS = 1.0
OWN_EVENTS = "notification.%"  # their actor is the cause, not the reader
log = structlog.get_logger(__name__)


def outdated(rows: Sequence[AnyRow]) -> dict[str, str]:
    """Return the ids of the notifications in `rows` that their domain no longer calls true, with the reason.

    A check with a bug does not hold a message back. Raises db.UNAVAILABLE if PostgreSQL is away.
    """
    types, checks = NOTIFICATION_TYPES.current(), TRUTH_CHECKS.current()
    groups: dict[str, list[AnyRow]] = {}
    for row in rows:
        type_ = types.get(row.type)
        if type_ is not None and type_.still_true is not None:
            groups.setdefault(type_.still_true, []).append(row)
    found: dict[str, str] = {}
    for key, group in groups.items():
        try:
            check = checks[key]
            gone = {row.notification_id for row in group} - set(check.still_true(group))
            found |= dict.fromkeys(gone, check.reason)
        except Exception as error:
            if isinstance(error, db.UNAVAILABLE) and not isinstance(error, db.REFUSED):
                raise
            log.exception("a check of notifications has a bug", check=key)
    return found


def is_unverified(type_: NotificationType, channel: str, verified_at: datetime | None) -> bool:
    """Return whether a mail is not sent because its user has not verified the address: it may be another person's."""
    if channel != EMAIL or verified_at is not None or not type_.only_verified:
        return False
    return not current_app.config["CAMPAIGNS_TO_UNVERIFIED"]


def mark_acted() -> int:
    """Mark the notifications as read that users have acted on since the last call; return how many events it read.

    The log names the actor and the subject of each event. An actor has seen what they were notified of about this
    subject before. Another worker that does the same at this moment leaves nothing to do. After MARK_SECONDS the rest
    is left to the next call, because deliveries wait for this one.
    """
    return loop.work_off(_mark_page, seconds=MARK_SECONDS)


def _mark_page() -> int:
    with db.transaction():
        last = queries.lock_acted_position()
        if last is None:
            return 0
        head = log_store.head()
        position = (
            last.position if last.epoch == head.epoch and last.position <= head.position else head.position
        )
        acts = log_store.acts(position, head.position, without=OWN_EVENTS) if position < head.position else []
        if acts:
            user_inbox.mark_acted(acts)
        upto = acts[-1].position if len(acts) == log_store.PAGE else head.position
        if (upto, head.epoch) != (last.position, last.epoch):
            db.execute(update(ActedPosition).values(position=upto, epoch=head.epoch))
    return upto - position
