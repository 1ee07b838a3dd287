"""Inviting couriers to a fleet, and leaving it."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import DELIVERY
from metaia.core.errors import Conflict, NotFound
from metaia.core.times import now
from metaia.couriers import queries
from metaia.couriers.models import PartnerCourierRow
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries

MOST = 200  # couriers in a fleet


def invite(actor: Actor, email: str) -> None:
    """Invite a courier to the fleet of `actor`.

    An address that no active courier has is no error, so that the answer does not show which addresses have accounts.
    Raises Conflict if the fleet is full.
    """
    _require_room(actor.id)
    person = user_queries.by_email(email)
    if person is None or not person.active or person.role != DELIVERY:
        return
    with db.transaction():
        values = {"partner_id": actor.id, "courier_id": person.id, "state": queries.INVITED, "since": now()}
        added = db.execute(insert(PartnerCourierRow).values(**values).on_conflict_do_nothing())
        if added.rowcount:
            partner = user_queries.by_id(actor.id)
            data = {"partnerId": actor.id, "name": partner.name if partner else ""}
            notification_service.notify(person.id, "fleet_invitation", data)


def agree(actor: Actor, partner_id: str) -> None:
    """Accept the invitation of a partner. Raises NotFound if there is none, and Conflict if the fleet is full."""
    with db.transaction():
        _require_room(partner_id, but=actor.id)
        row = PartnerCourierRow
        mine = (row.partner_id == partner_id, row.courier_id == actor.id)
        changed = db.execute(update(row).where(*mine).values(state=queries.ACTIVE))
        if not changed.rowcount:
            raise NotFound("There is no such invitation.")


def remove(partner_id: str, courier_id: str) -> None:
    """End the work of a courier for a partner; no error if there is none."""
    row = PartnerCourierRow
    with db.transaction():
        db.execute(delete(row).where(row.partner_id == partner_id, row.courier_id == courier_id))


def _require_room(partner_id: str, but: str | None = None) -> None:
    """Raise Conflict if the fleet of a partner is full, apart from one courier. Invitations do not count."""
    if len(queries.fleet_ids(partner_id) - {but}) >= MOST:
        raise Conflict(f"A fleet has at most {MOST} couriers.", code="courier_unavailable")
