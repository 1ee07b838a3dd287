"""Receipts of Expo. Expo sends none: the worker fetches them by the ticket of each message."""

from __future__ import annotations

from datetime import timedelta

import structlog

from metaia.core import db
from metaia.core.times import now
from metaia.notifications.delivery import attempts, queries, receipts
from metaia.notifications.delivery.receipts import ProviderReceipt
from metaia.providers.errors import Technical, Temporary
from metaia.providers.messaging.expo import MAX_RECEIPTS, NOT_REGISTERED, Expo, ExpoReceipt

AVAILABLE_AFTER = timedelta(minutes=15)  # Expo's documentation: most receipts exist by then
KEPT_FOR = timedelta(hours=24)  # by Expo
log = structlog.get_logger(__name__)


def fetch(expo: Expo) -> int:
    """Fetch and store all missing receipts; return how many came."""
    moment, last, count = now(), "", 0
    since, until = moment - KEPT_FOR, moment - AVAILABLE_AFTER
    try:
        while rows := queries.expo_without_receipt(since, until, after=last, limit=MAX_RECEIPTS):
            last = rows[-1].id
            found = expo.receipts([row.reference for row in rows])
            unregistered = {receipt.reference for receipt in found if receipt.status == NOT_REGISTERED}
            with db.transaction():
                receipts.store([_receipt(receipt) for receipt in found])
                for row in rows:
                    if row.reference in unregistered:
                        attempts.disable_address(row)
            count += len(found)
    except (Temporary, Technical) as error:
        log.warning("Expo returns no receipts; the next job fetches them", error=str(error))
    return count


def _receipt(receipt: ExpoReceipt) -> ProviderReceipt:
    arrived = receipt.status == "ok"  # at the phone's push service; no receipt exists for the phone itself
    return ProviderReceipt(
        provider=Expo.name,
        key=receipt.reference,
        provider_status=receipt.status,
        status="delivered" if arrived else "undelivered",
        at=now(),
        reference=receipt.reference,
        detail=receipt.detail or None,
    )
