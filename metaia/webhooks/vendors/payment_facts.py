"""Webhooks of payment providers: all are processed alike, and differ in their signatures and contents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from metaia.core.db import AnyRow
from metaia.payments import service
from metaia.providers.payments import reading
from metaia.providers.payments.interface import Json, Reading
from metaia.webhooks.vendors import payload

log = structlog.get_logger(__name__)


def process(row: AnyRow, states: Callable[[Json, datetime], Reading]) -> None:
    """Take the facts of a stored webhook. One that states none is logged: unknown types are no errors."""
    try:
        content = payload.read_json(row.body)
    except ValueError:
        content = None
    found = reading.read(content, row.received_at, states)
    new = service.take(found.facts, source=f"webhook:{row.id}") if found.facts else 0
    log.info(
        "payment facts", source=row.source, call=row.id, facts=len(found.facts), new=new, note=found.note
    )
