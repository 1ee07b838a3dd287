"""Sending one delivery. A job that runs twice sends once: it claims the row in SQL before it acts."""

from __future__ import annotations

from datetime import timedelta

import structlog
from flask import current_app, render_template
from sqlalchemy import update

from metaia.core import db, jobs
from metaia.core.db import AnyRow
from metaia.core.times import now
from metaia.notifications import queries
from metaia.notifications.catalogue import LINKS, NOTICES
from metaia.notifications.models import Delivery
from metaia.providers import email
from metaia.providers.errors import Permanent, Temporary

SEND = "metaia.notifications.jobs.send"
PAUSES = (10, 60, 300, 900, 1800)  # seconds between tries
LEASE = timedelta(minutes=5)  # a worker that has been sending for longer is dead
LOST = timedelta(seconds=PAUSES[-1] + 600)  # a delivery queued for longer has no job any more
BATCH = 500
log = structlog.get_logger(__name__)


def send(delivery_id: str) -> str:
    """Send a delivery that is still queued; return its status then. Raises Temporary to be tried again."""
    if not _claim(delivery_id):
        return "not queued"
    row = queries.to_send(delivery_id)
    if row is None:
        return "gone"
    if row.email is None:
        return _settle(row, "failed", "This account was deleted.")
    try:
        email.sender(current_app.config["SMTP_URL"]).send(_message(row))
    except Temporary as error:
        if row.attempts > len(PAUSES):
            return _settle(row, "failed", str(error))
        _settle(row, "queued", str(error))
        raise
    except Permanent as error:
        return _settle(row, "failed", str(error))
    return _settle(row, "sent", None)


def sweep() -> int:
    """Find deliveries whose job was lost or whose worker died, and send them on their way again; return how many.

    A mail that had left just before its worker died goes out twice, with the same Message-ID: SMTP offers no more.
    """
    moment = now()
    with db.transaction():
        lost = queries.left_behind(moment - LOST, moment - LEASE, BATCH)
        if lost:
            db.execute(
                update(Delivery).where(Delivery.id.in_(lost)).values(status="queued", updated_at=moment)
            )
        for delivery_id in lost:
            jobs.later(SEND, delivery_id=delivery_id)
    return len(lost)


def _claim(delivery_id: str) -> bool:
    claim = update(Delivery).where(Delivery.id == delivery_id, Delivery.status == "queued")
    with db.transaction():
        values = {"status": "sending", "attempts": Delivery.attempts + 1, "updated_at": now()}
        return db.execute(claim.values(**values)).rowcount == 1


def _settle(row: AnyRow, status: str, error: str | None) -> str:
    with db.transaction():
        values = {"status": status, "error": error[:300] if error else None, "updated_at": now()}
        db.execute(
            update(Delivery).where(Delivery.id == row.id, Delivery.status == "sending").values(**values)
        )
    log.info(
        "delivery", delivery=row.id, channel=row.channel, status=status, attempt=row.attempts, error=error
    )
    return status


def _message(row: AnyRow) -> email.Message:
    notice = NOTICES.get(row.type)
    words = {
        "link": LINKS[notice.link](row.data) if notice and notice.link else None,
        "title": row.title,
        "message": row.message,
        "name": row.name,
        "data": row.data,
        "base_url": current_app.config["PUBLIC_BASE_URL"],
    }
    return email.Message(
        to=row.email,
        sender=current_app.config["MAIL_FROM"],
        subject=row.title,
        text=render_template("notice.txt", **words),
        html=render_template("notice.html", **words),
        message_id=f"<{row.id}@metaia>",
    )
