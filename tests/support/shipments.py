"""Shipments, written into the tables."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, insert

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.shipments import tokens
from metaia.shipments.models import ShipmentRow
from tests.security.matrix_table import PARTNERS
from tests.support.people import Person
from tests.support.reviews import insert_order


def insert_shipment(order_id: str, partner_id: str, slug: str = "manual", **values: object) -> str:
    """Insert a shipment of an order; return its id."""
    id_, moment = new_id(), now()
    row = {
        "id": id_, "order_id": order_id, "partner_id": partner_id, "slug": slug, "code": id_[-12:].upper(),
        "status": "label", "stale_due_at": moment + timedelta(days=5), "announced": [], "version": 1,
        "created_at": moment, "updated_at": moment,
    }  # fmt: skip
    with db.transaction():
        db.execute(insert(ShipmentRow).values(**row | values))
    return id_


def shipment(owner: Person) -> str:
    """Return the id of a new shipment of an order of `owner`; staff has none."""
    role, world = owner.user["role"], owner.world
    customer = owner if role == "customer" else world.person()
    partner = owner if role in PARTNERS else world.person("tailor")
    courier_id = owner.id if role == "delivery" else None
    order_id = insert_order(customer.id, partner.id, courier_id=courier_id, status="accepted")
    return insert_shipment(order_id, partner.id)


def token(owner: Person) -> str:
    """Return the token of the public page of a new shipment."""
    shipment_id = shipment(owner)
    with current_app.app_context():
        return tokens.of(shipment_id)


def delete_of(order_id: str) -> None:
    """Delete the shipments of an order."""
    with db.transaction():
        db.execute(delete(ShipmentRow).where(ShipmentRow.order_id == order_id))


MADE = {"shipment_id": shipment, "tracking_token": token}  # by placeholder of the security matrix
