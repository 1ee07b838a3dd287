"""Taking the scans of shipments. A scan that comes again, or late, changes nothing that it should not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.orders import queries as order_queries
from metaia.orders.state import OPEN_STATUSES
from metaia.providers.logistics.interface import Place, Scan, Tracking
from metaia.shipments import carriers, publish, queries, state
from metaia.shipments.effects import service as effects
from metaia.shipments.models import ShipmentRow, ShipmentScanRow
from metaia.shipments.notifications import ARRIVED
from metaia.shipments.queries import Shipment, StoredScan
from metaia.shipments.recipients import OF_STATUS
from metaia.shipments.state import CLOSED, LABEL

EARLIEST = timedelta(
    days=14
)  # before a shipment was added; an earlier scan is of another parcel with its code
MOST_SCANS = 500  # of a shipment
ASKED_AFTER = timedelta(hours=6)  # without a webhook
SILENT, SILENT_LABEL = timedelta(days=3), timedelta(days=5)  # without a scan, after which a shipment is stale


def take(slug: str, tracking: Tracking, received_at: datetime) -> bool:
    """Take what a carrier states of a parcel, in the running transaction; return whether a shipment has its code."""
    found = queries.lock_with_code(slug, tracking.code.upper())
    left: Sequence[Scan] = tracking.scans
    for place, shipment in enumerate(found):
        mine = [scan for scan in left if scan.at > shipment.created_at - EARLIEST]
        left = [scan for scan in left if scan.at <= shipment.created_at - EARLIEST]
        newest = place == 0
        eta = tracking.estimated_delivery if newest else None
        if mine or newest:
            record(
                shipment, mine, eta=eta, reference=tracking.reference if newest else None, moment=received_at
            )
    return bool(found)


def record(
    before: Shipment,
    scans: Iterable[Scan],
    *,
    moment: datetime,
    eta: datetime | None = None,
    reference: str | None = None,
    actor: Actor | None = None,
) -> Shipment:
    """Add scans to a row-locked shipment; return it with the status of all its scans.

    Its order follows, and what is new is published. Without anything new, nothing is.
    """
    known = queries.scans([before.id]).get(before.id, [])
    added = _insert(before, list(scans)[: MOST_SCANS - len(known)], moment)
    after = _moved(before, [*known, *added], added, eta, reference or before.reference, moment)
    if after == replace(before, ask_at=after.ask_at):
        if after.ask_at != before.ask_at:
            _write(after, ask_at=after.ask_at)
        return before
    return write(before, after, added, actor)


def write(
    before: Shipment, after: Shipment, added: Sequence[StoredScan] = (), actor: Actor | None = None
) -> Shipment:
    """Write a change of a row-locked shipment; its order follows, and the change is published."""
    name = OF_STATUS.get(after.status) if after.status != before.status else None
    announced = [*before.announced, *([name] if name and name not in before.announced else ())]
    after = replace(after, version=before.version + 1, updated_at=now(), announced=announced)
    names = [each for each in after.__slots__ if each not in {"id", "order_id", "created_at"}]
    _write(after, **{each: getattr(after, each) for each in names})
    was_delivered = effects.follow(after)
    order = order_queries.get(after.order_id)
    if order is None:
        return after
    publish.changed(before, after, order, max(added, key=lambda scan: scan.at, default=None))
    is_new = name is not None and name not in before.announced
    # The order has a notification of its own when it arrives; after its end no parcel of it is expected.
    silent = name == ARRIVED and (was_delivered or order.status not in OPEN_STATUSES)
    if name is not None and is_new and not silent:
        publish.notify(name, after, order, actor)
    return after


def stale_due(status: str, since: datetime) -> datetime:
    """Return when a shipment is stale unless a scan comes."""
    return since + (SILENT_LABEL if status == LABEL else SILENT)


def _moved(
    before: Shipment,
    scans: Sequence[StoredScan],
    added: Sequence[StoredScan],
    eta: datetime | None,
    reference: str | None,
    moment: datetime,
) -> Shipment:
    status = state.of((scan.status, scan.at) for scan in scans)
    closed = status in CLOSED
    arrives = eta or before.estimated_delivery
    after = replace(
        before,
        status=status,
        reference=reference,
        estimated_delivery=arrives,
        closed_at=(before.closed_at or moment) if closed else None,
        late_at=before.late_at if arrives is None or arrives < moment else None,
        ask_at=None if closed or not carriers.find(before.slug).can_ask else moment + ASKED_AFTER,
    )
    if not added:
        return after
    last = max(scan.at for scan in scans)
    due = stale_due(status, max(last, before.created_at))
    return replace(after, last_scan_at=last, stale_at=None, stale_due_at=due)


def _insert(shipment: Shipment, scans: Iterable[Scan], moment: datetime) -> list[StoredScan]:
    """Insert those of some scans that are new, and return them."""
    rows = {
        (row["status"], row["at"], row["key"]): row
        for row in (_row(shipment, scan, moment) for scan in scans)
    }
    if not rows:
        return []
    row = ShipmentScanRow
    made = insert(row).values([*rows.values()]).on_conflict_do_nothing()
    returned = (row.shipment_id, row.status, row.at, row.place, row.message, row.received_at)
    return [StoredScan(*each) for each in db.execute(made.returning(*returned))]


def _row(shipment: Shipment, scan: Scan, moment: datetime) -> Json:
    return {
        "id": new_id(),
        "shipment_id": shipment.id,
        "status": scan.status,
        "at": scan.at.replace(
            microsecond=0
        ),  # a webhook and an answer state the same scan with other fractions
        "key": _key(scan),
        "place": _place(scan.place),
        "message": scan.message,
        "received_at": moment,
    }


def _place(place: Place) -> Json | None:
    return {name: value for name, value in asdict(place).items() if value is not None} or None


def _key(scan: Scan) -> str:
    """Return what recognizes a scan besides its status and time: its place, and the words of an unknown status."""
    words = scan.message if scan.status == state.UNKNOWN else None
    text = json.dumps([_place(scan.place), words], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _write(shipment: Shipment, **values: object) -> None:
    db.execute(update(ShipmentRow).where(ShipmentRow.id == shipment.id).values(**values))
