"""The results of calls: attempts, the next try, and what they mean for the endpoint."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from sqlalchemy import update

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications import service as notification_service
from metaia.webhook_endpoints import pauses, policy
from metaia.webhook_endpoints import queries as endpoints
from metaia.webhook_endpoints.models import (
    LONGEST_ERROR,
    LONGEST_RESPONSE,
    AttemptRow,
    EndpointRow,
    MessageRow,
)
from metaia.webhook_endpoints.notifications import FAILING as FAILING_NOTICE
from metaia.webhook_endpoints.queries import Endpoint
from metaia.webhook_endpoints.sending import queries
from metaia.webhook_endpoints.state import ACTIVE, CANCELLED, DELIVERED, FAILED, FAILING, REFUSED

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Result:
    """What came of a call. Without `status` there was no answer, and `error` is the reason."""

    at: datetime
    ms: int
    status: int | None = None
    error: str | None = None
    response: str | None = None
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        """Return whether the receiver has taken the message."""
        return policy.succeeded(self.status)


def record(message: AnyRow, result: Result) -> None:
    """Store the result of a claimed message. If its lease has passed on, only the attempt is stored."""
    with db.transaction():
        # The endpoint first: what stops it row-locks it before its messages.
        changes = not result.ok or message.failing_since is not None
        endpoint = endpoints.get(message.endpoint_id, for_update=changes, for_share=not changes)
        if endpoint is None:
            return  # deleted
        row = queries.claimed(message.id, message.leased_until)
        _store_attempt(message, result)
        if row is None:
            return
        if result.ok:
            _end(row, DELIVERED, status=result.status, error=None)
        else:
            _try_again(row, result)
        if changes:
            _judge(endpoint, result)


def cancel(message: AnyRow, error: str) -> None:
    """Cancel a claimed message that cannot be sent any more."""
    with db.transaction():
        if (row := queries.claimed(message.id, message.leased_until)) is not None:
            _end(row, CANCELLED, error=error)


def shown(text: str) -> str:
    """Return the beginning of an answer, without what PostgreSQL cannot store."""
    return _UNSTORABLE.sub("", text)[:LONGEST_RESPONSE]


def seconds(retry_after: str | None) -> float | None:
    """Return the seconds of a Retry-After header, which is a number of seconds or a date (RFC 9110)."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        return max(0.0, (parsedate_to_datetime(text) - now()).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _store_attempt(message: AnyRow, result: Result) -> None:
    db.append(
        AttemptRow, id=new_id(), message_id=message.id, endpoint_id=message.endpoint_id, at=result.at, ms=result.ms,
        status=result.status, error=result.error and result.error[:LONGEST_ERROR], response=result.response,
    )  # fmt: skip


def _try_again(row: AnyRow, result: Result) -> None:
    """Put a failed message off to its next try, or give it up."""
    error = result.error or f"status {result.status}"
    pause = policy.pause(row.tries, result.retry_after, random.random())  # noqa: S311 - no secret
    if pause is None:
        _end(row, FAILED, status=result.status, error=error)
        return
    later = {
        "due_at": now() + timedelta(seconds=pause),
        "status": result.status,
        "error": error[:LONGEST_ERROR],
    }
    db.execute(update(MessageRow).where(MessageRow.id == row.id).values(leased_until=None, **later))


def _end(row: AnyRow, state: str, **values: object) -> None:
    """End a message, and free the next one about the same subject."""
    ended: Json = {"state": state, "done_at": now(), "leased_until": None, **values}
    db.execute(update(MessageRow).where(MessageRow.id == row.id).values(**ended))
    following = queries.following(row.endpoint_id, row.subject) if row.subject else None
    if following is not None:
        freed = update(MessageRow).where(MessageRow.id == following, MessageRow.tries == 0)
        db.execute(freed.where(MessageRow.due_at > now()).values(due_at=now()))
        job_registry.wake_on_commit()


def _judge(endpoint: Endpoint, result: Result) -> None:
    """Note since when nothing but failures came; notify the owner after a day, and disable the endpoint after five."""
    if endpoint.state != ACTIVE:
        return
    row, moment = EndpointRow, now()
    mine = update(row).where(row.id == endpoint.id)
    if result.ok:
        db.execute(mine.values(failing_since=None, noticed_at=None))
    elif result.status == policy.GONE_STATUS:
        pauses.pause(endpoint.id, REFUSED)
    elif endpoint.failing_since is None:
        db.execute(mine.values(failing_since=moment))
    elif moment - endpoint.failing_since >= policy.DISABLE_AFTER:
        pauses.pause(endpoint.id, FAILING)
    elif moment - endpoint.failing_since >= policy.NOTICE_AFTER and endpoint.noticed_at is None:
        db.execute(mine.values(noticed_at=moment))
        data = {"endpointId": endpoint.id, "host": endpoint.host, "error": result.error or f"{result.status}"}
        subject = pauses.subject_of(endpoint.id)
        notification_service.notify(endpoint.owner_id, FAILING_NOTICE, data, subject=subject)
