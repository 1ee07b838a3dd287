"""Inviting couriers to a fleet, withdrawing invitations, and leaving a fleet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import DELIVERY
from metaia.core.errors import Conflict, NotFound
from metaia.core.times import now
from metaia.couriers import queries
from metaia.couriers.fleets import publish
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
            publish.changed(actor.id, person.id, queries.INVITED, [person.id])


def withdraw(actor: Actor, email: str) -> None:
    """Take the invitation of an address back; a courier that has agreed stays.

    As for `invite`, an address without an invitation is no error.
    """
    person = user_queries.by_email(email)
    if person is None:
        return
    row = PartnerCourierRow
    open_ = (row.partner_id == actor.id, row.courier_id == person.id, row.state == queries.INVITED)
    with db.transaction():
        if db.execute(delete(row).where(*open_)).rowcount:
            publish.changed(actor.id, person.id, None, [person.id])


def agree(actor: Actor, partner_id: str) -> None:
    """Accept the invitation of a partner. Raises NotFound if there is none, and Conflict if the fleet is full."""
    row = PartnerCourierRow
    with db.transaction():
        _require_room(partner_id, but=actor.id)
        mine = (row.partner_id == partner_id, row.courier_id == actor.id)
        invited = update(row).where(*mine, row.state == queries.INVITED)
        if db.execute(invited.values(state=queries.ACTIVE)).rowcount:
            publish.changed(partner_id, actor.id, queries.ACTIVE, [partner_id, actor.id])
        elif not queries.is_of_fleet(partner_id, actor.id):
            raise NotFound("There is no such invitation.")


def remove(partner_id: str, courier_id: str) -> None:
    """End the work of a courier for a partner, or its invitation; no error if there is none.

    The partner gets no event of an invitation that was declined: it does not know which couriers are invited.
    """
    row = PartnerCourierRow
    mine = (row.partner_id == partner_id, row.courier_id == courier_id)
    with db.transaction():
        state = db.execute(delete(row).where(*mine).returning(row.state)).scalar_one_or_none()
        if state is not None:
            informed = [partner_id, courier_id] if state == queries.ACTIVE else [courier_id]
            publish.changed(partner_id, courier_id, None, informed)


def still_invited(rows: Sequence[Any]) -> set[str]:
    """Return the ids of the notifications in `rows` about open invitations; a TruthCheck of notifications."""
    open_ = queries.invitations({(row.data["partnerId"], row.user_id) for row in rows})
    return {row.notification_id for row in rows if (row.data["partnerId"], row.user_id) in open_}


def _require_room(partner_id: str, but: str | None = None) -> None:
    """Raise Conflict if the fleet of a partner is full, apart from one courier. Invitations do not count."""
    if len(queries.fleet_ids(partner_id) - {but}) >= MOST:
        raise Conflict(f"A fleet has at most {MOST} couriers.", code="courier_unavailable")
