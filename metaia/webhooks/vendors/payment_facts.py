"""Webhooks of payment providers: all are processed alike, and differ in their signatures and contents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from metaia.core.db import AnyRow
from metaia.core.times import rfc3339
from metaia.payments import queries, service
from metaia.payments.asking import service as asking
from metaia.payments.facts import attempt_of
from metaia.providers.payments import reading
from metaia.providers.payments.facts import AttemptFact, Fact
from metaia.providers.payments.interface import Json, Question, Reading
from metaia.webhooks.vendors import payload
from metaia.webhooks.vendors.interface import Content

NAMES_OF_TYPES = ("event", "type", "action")  # Razorpay, Stripe, PayU
log = structlog.get_logger(__name__)


def read(row: AnyRow, states: Callable[[Json, datetime], Reading], content: Any = None) -> Content:
    """Return what a stored webhook states. Its subject is the provider's id of the payment, or else of the attempt."""
    content = _json(row) if content is None else content
    found = reading.read(content, row.received_at, states)
    name = (
        next((content[key] for key in NAMES_OF_TYPES if key in content), None)
        if isinstance(content, dict)
        else None
    )
    return Content(reading.text(name), _subject(found), tuple(_shown(fact) for fact in found.facts))


def process(row: AnyRow, states: Callable[[Json, datetime], Reading], content: Any = None) -> None:
    """Take the facts of a stored webhook, and plan its questions. One without any is logged: that is no error.

    `content` is that of a verified form; by default the body is read as JSON, which may be unsigned.
    """
    is_signed = content is not None
    content = _json(row) if content is None else content
    found = reading.read(content, row.received_at, states)
    new = service.take(found.facts, source=f"webhook:{row.id}") if found.facts else 0
    asked = [question for question in found.questions if is_signed or _is_known(row.source, question)]
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


def _subject(found: Reading) -> str | None:
    payments = [fact.payment for fact in found.facts if isinstance(fact, AttemptFact) and fact.payment]
    attempts = [attempt_of(fact)[1] for fact in found.facts]
    return next(iter([*payments, *attempts, *(question.reference for question in found.questions)]), None)


def _shown(fact: Fact) -> Json:
    names = ("provider", "kind", "reference", "status", "amount", "currency")
    shown = {name: getattr(fact, name) for name in names}
    return shown | {"attempt": attempt_of(fact)[1], "at": rfc3339(fact.at)}
