"""Reading and changing shipments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, Invalid, NotFound
from metaia.core.json import Json
from metaia.core.times import now
from metaia.orders import policy as order_policy
from metaia.orders import queries as order_queries
from metaia.providers.logistics.interface import Place, Scan
from metaia.settings.carriers import EASYPOST, MANUAL, Carrier
from metaia.shipments import carriers, policy, presenters, queries, state
from metaia.shipments.queries import Shipment
from metaia.shipments.scans import service as scan_service

AHEAD = timedelta(minutes=5)  # by which the clock of a user's device may be wrong


def read(actor: Actor, shipment_id: str) -> Shipment:
    """Return a shipment of an order that `actor` takes part in. Raises NotFound and Forbidden."""
    return _visible(actor, queries.get(shipment_id))


def update(actor: Actor, shipment_id: str, given: Json, version: versions.Expected) -> Shipment:
    """Correct a parcel that is not on its way. Raises as `_to_change`, and Conflict for a code that is in use."""
    with db.transaction():
        before = _to_change(actor, shipment_id, "update", version)
        code = given.get("tracking_code", before.code)
        arrives = given.get("estimated_delivery", before.estimated_delivery)
        after = replace(before, code=code, estimated_delivery=arrives)
        if code != before.code:
            claim_code(before.slug, code, before.order_id)
            carrier, moment = carriers.find(before.slug), now()
            after = replace(after, reference=None, asked_at=None, ask_at=ask_at(carrier, moment))
        if arrives is None or arrives > now():
            after = replace(after, late_at=None)
        if after == before:
            return before
        after = scan_service.write(before, after, actor=actor)
        audit(actor, after, "updated", {"code": before.code})
        if code != before.code:
            carriers.coded(after.slug, code)
    return after


def cancel(actor: Actor, shipment_id: str, version: versions.Expected) -> Shipment:
    """Cancel a shipment that has not arrived: a parcel that was never sent, was lost, or came back."""
    with db.transaction():
        before = _to_change(actor, shipment_id, "cancel", version)
        moment = now()
        scan = Scan(state.CANCELLED, moment)
        after = scan_service.record(before, [scan], moment=moment, actor=actor)
        audit(actor, after, "cancelled", {"status": before.status})
    return after


def add_scan(actor: Actor, shipment_id: str, given: Json) -> Shipment:
    """Add a scan by hand. Raises as `_to_change`, Invalid, and Conflict for a carrier that states its own scans."""
    with db.transaction():
        before = _to_change(actor, shipment_id, "scan", None)
        if not state.takes_by_hand(before.status, given["status"]):
            raise _closed(before, actor)
        moment = now()
        if not before.created_at - scan_service.EARLIEST < given["at"] <= moment + AHEAD:
            raise Invalid(details={"at": ["Must be after the shipment was added, and not in the future."]})
        scan = Scan(given["status"], given["at"], Place(**given["location"] or {}), given["note"])
        after = scan_service.record(before, [scan], moment=moment, actor=actor)
        audit(actor, after, "scanned", {"status": before.status})
    return after


def claim_code(slug: str, code: str, order_id: str) -> None:
    """Require that a tracking code is free, until the end of the transaction. Raises Conflict."""
    queries.lock_code(slug, code)
    used = queries.with_code(slug, code)
    if slug == MANUAL:  # the codes of many carriers
        used = [each for each in used if each.order_id == order_id]
    if used:
        own = used[0].order_id == order_id
        raise Conflict(
            "A shipment has this tracking code already.",
            code="tracking_code_in_use",
            details={"shipmentId": used[0].id} if own else {},
        )


def ask_at(carrier: Carrier, moment: datetime) -> datetime | None:
    """Return when the carrier of a new code is asked. EasyPost sends webhooks only once it has a tracker."""
    if not carrier.can_ask:
        return None
    return moment if carrier.convention == EASYPOST else moment + scan_service.ASKED_AFTER


def audit(actor: Actor, shipment: Shipment, action: str, before: Json | None = None) -> None:
    """Record in the audit log what staff does to the shipment of a partner."""
    if actor.may(policy.SHIPMENTS_MANAGE) and shipment.partner_id is not None:
        after = {"slug": shipment.slug, "code": shipment.code, "status": shipment.status}
        subject = rooms.subject("shipment", shipment.id)
        user = (actor.id, actor.role)
        audit_log.record(f"shipment.{action}", subject=subject, before=before, after=after, user=user)


def to_refresh(actor: Actor, shipment_id: str) -> Shipment:
    """Return a row-locked shipment of which the carrier can be asked. Raises as `_to_change`."""
    return _to_change(actor, shipment_id, "refresh", None)


def _to_change(actor: Actor, shipment_id: str, action: str, version: versions.Expected) -> Shipment:
    """Return a row-locked shipment. Raises NotFound, Forbidden, and Conflict for a status without this action."""
    shipment = _visible(actor, queries.lock(shipment_id))
    if not policy.manages(actor, shipment.partner_id):
        raise Forbidden("Only the partner of its order and admins change a shipment.")
    if action == "scan" and shipment.slug != MANUAL:
        raise Conflict("The carrier states the scans of this shipment.", code="not_manual")
    versions.require(version, shipment.version, "shipment", lambda: presenters.conflict(shipment, actor))
    if action not in policy.possible(shipment, can_ask=carriers.find(shipment.slug).can_ask):
        raise _closed(shipment, actor)
    return shipment


def _visible(actor: Actor, shipment: Shipment | None) -> Shipment:
    if shipment is None:
        raise NotFound("There is no such shipment.")
    order = order_queries.get(shipment.order_id)
    if order is None or not order_policy.may_see(actor, order):
        raise Forbidden("This shipment is not yours.")
    return shipment


def _closed(shipment: Shipment, actor: Actor) -> Conflict:
    text = f"This shipment is {shipment.status.replace('_', ' ')}."
    return Conflict(text, code="shipment_closed", details=presenters.conflict(shipment, actor))
