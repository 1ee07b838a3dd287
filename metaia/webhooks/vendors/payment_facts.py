"""Webhooks of payment providers: all are processed alike, and differ in their signatures and contents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from metaia.core.db import AnyRow
from metaia.payments import queries, service
from metaia.payments.asking import service as asking
from metaia.providers.payments import reading
from metaia.providers.payments.interface import Json, Question, Reading
from metaia.webhooks.vendors import payload

log = structlog.get_logger(__name__)


def process(row: AnyRow, states: Callable[[Json, datetime], Reading], content: Any = None) -> None:
    """Take the facts of a stored webhook, and plan its questions. One without any is logged: that is no error.

    `content` is that of a form; by default the body is read as JSON.
    """
    if content is None:
        content = _json(row)
    found = reading.read(content, row.received_at, states)
    new = service.take(found.facts, source=f"webhook:{row.id}") if found.facts else 0
    asked = [question for question in found.questions if _is_known(row.source, question)]
    for question in asked:
        asking.plan(row.source, question.about, question.reference)
    log.info(
        "payment facts", source=row.source, call=row.id, facts=len(found.facts), new=new, asked=len(asked),
        note=found.note,
    )  # fmt: skip


def _json(row: AnyRow) -> Any:
    try:
        return payload.read_json(row.body)
    except ValueError:
        return None


def _is_known(provider: str, question: Question) -> bool:
    """Return whether we have the payment or attempt: an unsigned call must not make us ask for any other."""
    if question.about == "payment":
        return queries.id_of(provider, question.reference) is not None
    attempt = (provider, question.reference)
    return attempt in queries.payment_ids([attempt])
