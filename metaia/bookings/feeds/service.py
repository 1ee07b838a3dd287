"""A user's feed: its secret address, and its content."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from metaia.bookings.feeds import calendars, queries
from metaia.bookings.feeds.models import CalendarFeedRow
from metaia.bookings.feeds.queries import Span
from metaia.bookings.queries import Booking
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import NotFound
from metaia.core.times import now

NAME = "METAIA"
READ_EVERY = timedelta(hours=1)  # `read_at` is as exact as this, so that most requests write nothing


@dataclass(frozen=True, slots=True)
class Feed:
    """What a request to a feed needs: its ETag is known before its events are read."""

    user_id: str
    span: Span
    etag: str

    def content(self) -> bytes:
        """Return the feed as iCalendar."""
        return calendars.document(queries.bookings(self.user_id, self.span), name=NAME)


def create(actor: Actor) -> str:
    """Give the actor's feed a new address, which ends the former one; return it. It cannot be shown again."""
    token = secrets.token_urlsafe(32)
    values = {"token_hash": queries.token_hash(token), "created_at": now(), "read_at": None}
    with db.transaction():
        row = insert(CalendarFeedRow).values(user_id=actor.id, **values)
        db.execute(row.on_conflict_do_update(index_elements=[CalendarFeedRow.user_id], set_=values))
        audit_log.record("calendar_feed.created", subject=f"user-{actor.id}")
    return f"{current_app.config['PUBLIC_BASE_URL']}/calendar/{token}.ics"


def remove(actor: Actor) -> None:
    """End the actor's feed. Raises NotFound if there is none."""
    with db.transaction():
        if not end(actor.id):
            raise NotFound("You have no calendar feed.")
        audit_log.record("calendar_feed.ended", subject=f"user-{actor.id}")


def end(user_id: str) -> bool:
    """End a user's feed in the running transaction; return whether there was one."""
    return db.execute(delete(CalendarFeedRow).where(CalendarFeedRow.user_id == user_id)).rowcount > 0


def read(token: str) -> Feed:
    """Return the feed at an address. Raises NotFound for an unknown token."""
    reader = queries.reader(token)
    if reader is None:
        raise NotFound("There is no such calendar.")
    moment = now()
    if reader.read_at is None or reader.read_at < moment - READ_EVERY:
        with db.transaction():
            mine = CalendarFeedRow.user_id == reader.user_id
            db.execute(update(CalendarFeedRow).where(mine).values(read_at=moment))
    past, coming = current_app.config["CALENDAR_FEED_DAYS"]
    span = Span(moment.replace(hour=0, minute=0, second=0, microsecond=0), past, coming)
    count, versions, changed = queries.state(reader.user_id, span)
    stamp = changed.timestamp() if changed else 0
    return Feed(
        reader.user_id, span, f"{calendars.FORMAT}-{span.today:%Y%m%d}-{count}-{versions}-{stamp:.6f}"
    )


def single(booking: Booking) -> bytes:
    """Return one booking as iCalendar."""
    return calendars.document([booking], name=NAME)
