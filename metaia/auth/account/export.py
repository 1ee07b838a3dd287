"""Export of a user's personal data as one JSON document, written page by page because it can be long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson

from metaia.auth.sessions import presenters as session_presenters
from metaia.auth.sessions import queries as session_queries
from metaia.core import db
from metaia.core.access.actor import Actor, forbid_impersonation
from metaia.core.audit import log as audit_log
from metaia.core.errors import NotFound
from metaia.core.registry import Registry
from metaia.media import privacy as media_privacy
from metaia.notifications import presenters as notification_presenters
from metaia.notifications import queries as notification_queries
from metaia.notifications.announcements import presenters as announcement_presenters
from metaia.notifications.announcements import queries as announcement_queries
from metaia.notifications.devices import presenters as device_presenters
from metaia.notifications.devices import queries as device_queries
from metaia.notifications.preferences import presenters as preference_presenters
from metaia.notifications.preferences import queries as preference_queries
from metaia.users import presenters as user_presenters
from metaia.users import queries as user_queries

Json = dict[str, Any]
Page = tuple[Sequence[Any], str | None]  # rows, and the cursor of the next page
Part = Callable[[Actor], Iterator[list[Json]]]
PAGE_SIZE = 100  # rows

# By name of a list: `part(actor)` yields the data about the actor, a page at a time.
EXPORTS: Registry[str, Part] = Registry("exports")


def begin(actor: Actor) -> Iterator[bytes]:
    """Record the export in the audit log, and return the document in chunks.

    Raises Forbidden in an impersonation, and NotFound.
    """
    forbid_impersonation(actor)
    person = user_queries.by_id(actor.id)
    if person is None:
        raise NotFound
    with db.transaction():
        audit_log.record("account.exported", subject=f"user-{actor.id}")
    return _document(actor, user_presenters.user(person))


def all_pages(fetch: Callable[[str | None], Page]) -> Iterator[Sequence[Any]]:
    """Yield the rows of all pages of a list; `fetch(cursor)` returns one page."""
    rows, cursor = fetch(None)
    yield rows
    while cursor is not None:
        rows, cursor = fetch(cursor)
        yield rows


def _document(actor: Actor, account: Json) -> Iterator[bytes]:
    yield b'{"status":"success","data":{"export":{"account":' + orjson.dumps(account)
    for name, part in EXPORTS.current().items():
        yield b"," + orjson.dumps(name) + b":["
        separator = b""
        for page in part(actor):
            if page:
                yield separator + orjson.dumps(page)[1:-1]
                separator = b","
        yield b"]"
    yield b"}}}"


def _sessions(actor: Actor) -> Iterator[list[Json]]:
    for rows in all_pages(lambda cursor: session_queries.page(actor.id, PAGE_SIZE, cursor)):
        yield [session_presenters.exported(row) for row in rows]


def _notifications(actor: Actor) -> Iterator[list[Json]]:
    def fetch(cursor: str | None) -> Page:
        return notification_queries.page(
            actor.id, filters={}, sort="createdAt", limit=PAGE_SIZE, cursor=cursor
        )

    for rows in all_pages(fetch):
        yield [notification_presenters.notification(row) for row in rows]


def _devices(actor: Actor) -> Iterator[list[Json]]:
    yield [device_presenters.device(row) for row in device_queries.get_many(actor.id)]


def _preferences(actor: Actor) -> Iterator[list[Json]]:
    yield [preference_presenters.chosen(preference_queries.get(actor.id)[0])]


def _dismissals(actor: Actor) -> Iterator[list[Json]]:
    yield [announcement_presenters.exported(row) for row in announcement_queries.dismissed_by(actor.id)]


PARTS: dict[str, Part] = {  # of this domain and of notifications, which is below it
    "sessions": _sessions,
    "notifications": _notifications,
    "notificationPreferences": _preferences,
    "devices": _devices,
    "dismissedAnnouncements": _dismissals,
    "media": media_privacy.pages,
}
