"""An admin who acts on somebody else's order is in the audit log, with the order's change or not at all."""

from __future__ import annotations

from sqlalchemy import text

from metaia.core import db


def noted(order):
    rows = db.fetch_all(
        text("SELECT * FROM audit_log WHERE subject = :subject ORDER BY id"),
        {"subject": f"order-{order['id']}"},
    )
    return [(row.action, row.actor_id, row.actor_role, row.before, row.after) for row in rows]


def test_what_admins_do_to_others_orders_is_noted(cast, world):
    order = cast.customer.order(partnerId=cast.tailor.id)
    cast.admin.act(order, "accept")
    cast.admin.act(order, "assign", deliveryPartnerId=cast.courier.id)
    cast.admin.put(f"/api/admin/orders/{order['id']}/status", {"status": "preparing"})
    assert noted(order) == [
        (
            "order.accept", cast.admin.id, "admin",
            {"status": "pending", "version": 1, "deliveryPartnerId": None},
            {"status": "accepted", "deliveryPartnerId": None},
        ),
        (
            "order.assign", cast.admin.id, "admin",
            {"status": "accepted", "version": 2, "deliveryPartnerId": None},
            {"status": "accepted", "deliveryPartnerId": cast.courier.id},
        ),
        (
            "order.prepare", cast.admin.id, "admin",
            {"status": "accepted", "version": 3, "deliveryPartnerId": cast.courier.id},
            {"status": "preparing", "deliveryPartnerId": cast.courier.id},
        ),
    ]  # fmt: skip


def test_what_people_do_to_their_own_orders_is_not(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    cast.tailor.act(order, "accept")
    assert noted(order) == []


def test_the_houses_orders_are_the_admins_own(cast):
    order = cast.customer.order()
    cast.admin.act(order, "accept")
    assert noted(order) == []


def test_what_was_refused_is_not_noted(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    assert cast.admin.patch(f"/api/orders/{order['id']}/deliver", {}).status_code == 409
    assert cast.admin.patch(f"/api/orders/{order['id']}/accept", {"expectedVersion": 7}).status_code == 409
    assert noted(order) == []
