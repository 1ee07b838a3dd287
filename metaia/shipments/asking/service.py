"""Asking carriers. A question is claimed in a transaction, and asked outside of one."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import TooMany, Unavailable
from metaia.core.times import now
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.logistics import registry
from metaia.shipments import carriers, service
from metaia.shipments.asking import queries
from metaia.shipments.models import ShipmentRow
from metaia.shipments.queries import IN_USE, Shipment
from metaia.shipments.scans import service as scan_service

AGAIN = timedelta(hours=1)  # the least time between two questions of the job
PAUSE = timedelta(minutes=1)  # the least time between two questions of users
BATCH = 20
log = structlog.get_logger(__name__)


def refresh(actor: Actor, shipment_id: str) -> Shipment:
    """Ask the carrier of a shipment now, and return the shipment after it.

    Raises NotFound, Forbidden, Conflict, TooMany, and Unavailable (`carrier_unavailable`).
    """
    with db.transaction():
        shipment = service.to_refresh(actor, shipment_id)
        moment = now()
        if shipment.asked_at is not None and (wait := shipment.asked_at + PAUSE - moment) > timedelta(0):
            raise TooMany("The carrier was asked a moment ago.", retry_after=int(wait.total_seconds()) + 1)
        _claim(shipment)
    try:
        _ask(shipment)
    except (Temporary, Permanent, Technical) as error:
        log.warning("carrier not asked", shipment=shipment_id, because=str(error))
        raise Unavailable(
            "The carrier does not answer.", code="carrier_unavailable", retry_after=60
        ) from None
    return service.read(actor, shipment_id)


def ask_due() -> int:
    """Ask about a batch of shipments without a webhook for hours; return their number."""
    with db.transaction():
        claimed = queries.lock_due(now(), BATCH)
        for shipment in claimed:
            _claim(shipment)
    for shipment in claimed:
        try:
            _ask(shipment)
        except (Temporary, Permanent, Technical) as error:
            log.warning("carrier not asked", shipment=shipment.id, because=str(error))
    return len(claimed)


def _claim(shipment: Shipment) -> None:
    """Put the next question off. It also comes if this process ends before the answer."""
    moment = now()
    is_old = shipment.created_at < moment - IN_USE  # its code may be that of another parcel
    values = {"asked_at": moment, "ask_at": None if is_old else moment + AGAIN}
    db.execute(update(ShipmentRow).where(ShipmentRow.id == shipment.id).values(**values))


def _ask(shipment: Shipment) -> None:
    carrier = carriers.find(shipment.slug)
    tracking = registry.provider(carrier).track(shipment.code, shipment.reference, now())
    with db.transaction():
        scan_service.take(shipment.slug, tracking, now())
