"""Selects on how far the log was read for endpoints."""

from __future__ import annotations

from sqlalchemy import func, select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.driver import PreparedSelect
from metaia.realtime.log import lookup
from metaia.webhook_endpoints.models import EndpointRow, WebhookCursorRow
from metaia.webhook_endpoints.queries import IS_ACTIVE

_row = WebhookCursorRow
_active = select(EndpointRow.id).where(IS_ACTIVE).exists()
_behind = PreparedSelect(
    select(func.count(_row.position)).where(
        (_row.position < lookup.HEAD_POSITION) | (_row.epoch != lookup.HEAD_EPOCH), _active
    )
)


def is_behind() -> bool:
    """Return whether the log has events that were not read yet, and there is an active endpoint."""
    (count,) = db.fetch_tuple(_behind, {}) or (0,)
    return int(count) > 0


def cursor_to_move() -> AnyRow | None:
    """Return the cursor, row-locked; None if another worker reads the log."""
    return db.fetch_one(select(_row.epoch, _row.position, _row.read_at).with_for_update(skip_locked=True))


def read_at() -> AnyRow | None:
    """Return the cursor."""
    return db.fetch_one(select(_row.epoch, _row.position, _row.read_at))
