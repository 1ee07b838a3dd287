"""Personal data in shipments: the export of a user's shipments, and what the deletion of an account leaves of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import delete, null, update

from metaia.auth.account import export
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db.expressions import among
from metaia.core.json import Json
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.shipments import presenters, queries
from metaia.shipments.models import ShipmentScanRow

FORGET = "metaia.shipments.jobs.forget"
KEPT = timedelta(days=400)  # scans; longer than queries.FOLLOWED, so that no status is computed without them


def request_erasure(user_id: str) -> None:  # noqa: ARG001 - the job finds every shipment that is due
    """Enqueue the erasure of the places and words in the scans of a deleted customer's parcels."""
    job_registry.enqueue(FORGET)


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the shipments of a user's orders; the scans only to their customers."""
    for shipments in export.all_pages(lambda cursor: _page(actor, cursor)):
        yield [
            shown
            if shown["partnerId"] != actor.id
            else {name: shown[name] for name in shown if name != "scans"}
            for shown in presenters.many(shipments, actor)
        ]


def erase_batch(limit: int) -> int:
    """Erase places and words of a batch of shipments; return their number. Status and time stay."""
    found = queries.to_erase(limit)
    row = ShipmentScanRow
    erased = update(row).where(among(row.shipment_id, found)).values(place=null(), message=None)
    db.execute(erased)
    return len(found)


def delete_old_batch(limit: int) -> int:
    """Delete a batch of old scans; return their number. The status of their shipments stays."""
    return db.execute(
        delete(ShipmentScanRow).where(ShipmentScanRow.id.in_(queries.old_scans(now() - KEPT, limit)))
    ).rowcount


def _page(actor: Actor, cursor: str | None) -> export.Page:
    return queries.page(actor, filters={}, sort="createdAt", limit=export.PAGE_SIZE, cursor=cursor)
