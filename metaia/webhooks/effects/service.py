"""Processing one stored call, and recording what that changes: postings, events and notifications.

The rows that the transaction collects state what would be sent. So a dry run, which is rolled back, sees exactly what a
real run commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from structlog.contextvars import bound_contextvars

from metaia.core import db
from metaia.core.audit.log import AuditEntry
from metaia.core.db import AnyRow, Collected
from metaia.core.json import Json
from metaia.core.outbox import Outbox
from metaia.ledger.queries import Booked
from metaia.notifications import queries as notification_queries
from metaia.webhooks.effects import queries
from metaia.webhooks.vendors import registry
from metaia.webhooks.vendors.interface import Content

# A dry run does not insert these rows at all: nothing reads them in a transaction, and their numbers would have gaps.
WITHHELD = (Outbox, AuditEntry)
MOST_FACTS, MOST_EFFECTS = 200, 200  # of one call that are stored
LONGEST_TYPE, LONGEST_SUBJECT = 60, 80  # characters
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError, RecursionError)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Digest:
    """What a call states, what is missing for it, and what its processing changed."""

    content: Content
    missing: str | None
    postings: Sequence[Booked]
    events: Sequence[Json]
    notifications: Sequence[Json]

    def stored(self, before: AnyRow) -> Json:
        """Return the columns of the call's row; effects of earlier runs, `before`, stay."""
        parts = {
            "postings": [{"id": each.id, "key": each.key, "kind": each.kind} for each in self.postings],
            "events": self.events,
            "notifications": self.notifications,
        }
        effects = {name: [*before.effects.get(name, ()), *new][:MOST_EFFECTS] for name, new in parts.items()}
        return {
            "type": self.content.type and self.content.type[:LONGEST_TYPE],
            "subject": self.content.subject and self.content.subject[:LONGEST_SUBJECT],
            "facts": list(self.content.facts[:MOST_FACTS]),
            "effects": effects,
        }


def read(row: AnyRow) -> Content:
    """Return what a stored call states; nothing if that cannot be read, or its content is removed."""
    if row.body is None:
        return Content()
    sender = registry.find(row.source)
    if sender is None:  # a carrier that is not configured any more
        return Content()
    try:
        return sender.read(row)
    except UNREADABLE as error:
        log.info("content not read", call=row.id, because=type(error).__name__)
        return Content()


def digest(row: AnyRow, *, dry_run: bool = False) -> Digest:
    """Process a stored call in the running transaction. With `dry_run` the caller must roll back."""
    sender = registry.find(row.source)
    if sender is None:
        return Digest(Content(), "the vendor is not configured", (), (), ())
    collected = db.watch(withheld=WITHHELD if dry_run else ())
    with bound_contextvars(webhook=row.id, **({"dry_run": True} if dry_run else {})):
        missing = sender.process(row)
    return Digest(
        content=read(row),
        missing=missing,
        postings=queries.booked(row.id) if sender.money else (),
        events=[
            _event(values) for values in _of(Outbox.__tablename__, collected) if values["kind"] == "event"
        ],
        notifications=[_notification(values) for values in _of(notification_queries.TABLE, collected)],
    )


def _of(name: str, collected: Iterable[Collected]) -> list[Json]:
    return [values for table, values in collected if table == name]


def _event(values: Json) -> Json:
    return {
        "id": values["uid"],
        "type": values["type"],
        "subject": values["subject"],
        "rooms": values["audience"],
    }


def _notification(values: Json) -> Json:
    names = {"id": "id", "type": "type", "subject": "subject", "userId": "user_id"}
    return {shown: values[name] for shown, name in names.items()}
