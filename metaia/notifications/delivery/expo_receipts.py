"""Expo's receipts, which nobody sends: they have to be asked for, with the ticket of each message."""

from __future__ import annotations

from datetime import timedelta

import structlog

from metaia.core import db
from metaia.core.times import now
from metaia.notifications.delivery import attempts, receipts
from metaia.notifications.delivery import queries as delivery_queries
from metaia.notifications.delivery.receipts import Said
from metaia.providers.errors import Technical, Temporary
from metaia.providers.messaging.expo import GONE, MOST, Expo, Receipt

AFTER = timedelta(minutes=15)  # when Expo says that most receipts are there
UNTIL = timedelta(hours=24)  # it keeps them no longer
log = structlog.get_logger(__name__)


def ask(expo: Expo) -> int:
    """Ask for all receipts that are still missing; return how many came."""
    moment, last, count = now(), "", 0
    try:
        while rows := delivery_queries.tickets(moment - UNTIL, moment - AFTER, after=last, limit=MOST):
            last = rows[-1].id
            found = expo.receipts([row.reference for row in rows])
            gone = {receipt.reference for receipt in found if receipt.status == GONE}
            with db.transaction():
                receipts.take([_said(receipt) for receipt in found])
                for row in rows:
                    if row.reference in gone:
                        attempts.unreachable(row)
            count += len(found)
    except (Temporary, Technical) as error:
        log.warning("Expo gives no receipts; they are asked for again", error=str(error))
    return count


def _said(receipt: Receipt) -> Said:
    arrived = receipt.status == "ok"  # at the phone's push service, further than which nobody sees
    return Said(
        provider=Expo.name,
        key=receipt.reference,
        word=receipt.status,
        meaning="delivered" if arrived else "undelivered",
        at=now(),
        reference=receipt.reference,
        detail=receipt.detail or None,
    )
