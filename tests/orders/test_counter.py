"""Orders at the counter: partners and admins order for customers with an account, and for those without one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from metaia.core import db
from metaia.core.audit.log import AuditEntry
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.notifications.models import NotificationRow
from metaia.orders import privacy, queries
from metaia.orders.customers import queries as customer_queries
from metaia.orders.models import OrderRow
from metaia.reviews.requests import service as review_requests
from tests.orders.conftest import Cast
from tests.orders.quotes.test_ordering import PUNE, body_of, coupon, placed, quoted, refused, used
from tests.support.catalogues import add, open_shop
from tests.support.people import PASSWORD, Person

ITEM: Json = {"name": "Suit", "quantity": 2, "price": 12.5}
WHO: Json = {"name": "Walk-in Wanda", "phone": "+91 98765 43210", "address": "7 Mill Road"}
NOBODY: Json = {"items": [ITEM], "customerInfo": WHO}


def known(cast: Cast) -> Person:
    """Return the customer, who has ordered from the partner before."""
    cast.customer.order(partnerId=cast.tailor.id)
    return cast.customer


def notices(person: Person, order: Json) -> list[str]:
    row = NotificationRow
    about = (row.user_id == person.id, row.data["orderId"].astext == order["id"])
    return [each.type for each in db.fetch_all(select(row.type).where(*about))]


def get(person: Person, path: str) -> Any:
    return person.get(path).json()["data"]


def test_a_partner_orders_for_somebody_without_an_account(cast: Cast) -> None:
    screen = cast.tailor.socket()
    order = placed(cast.tailor, NOBODY)
    assert (order["customerId"], order["partnerId"], order["status"]) == (None, cast.tailor.id, "pending")
    assert order["customerInfo"] == WHO | {"phoneE164": "+919876543210"}
    assert {"accept", "reject", "cancel"} <= {*order["allowedActions"]}
    (sent,) = screen.wait("order_update")
    assert sent["order"] == order
    assert notices(cast.tailor, order) == []  # the actor knows
    (step,) = get(cast.tailor, f"/api/orders/{order['id']}/timeline")["timeline"]
    assert (step["action"], step["actorRole"], step["actorId"]) == ("create", "tailor", cast.tailor.id)
    assert cast.customer.get(f"/api/orders/{order['id']}").status_code == 403
    found = get(cast.tailor, "/api/orders?q=wanda")["orders"]
    assert [each["id"] for each in found] == [order["id"]]
    assert get(cast.tailor, f"/api/orders?customerId={cast.customer.id}")["orders"] == []


def test_it_is_carried_out_and_paid_in_cash(cast: Cast) -> None:
    order = placed(cast.tailor, NOBODY | {"paymentMethod": "cod"})
    cast.tailor.act(order, "accept")
    assert customer_queries.waiting(cast.tailor.id) == []
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    cast.tailor.act(order, "ready")
    out = cast.courier.act(order, "dispatch")
    assert out["customerInfo"]["name"] == WHO["name"]
    delivered = cast.courier.act(order, "deliver")
    assert (delivered["payment"]["status"], delivered["payment"]["paid"]) == ("cash_collected", 25)
    assert cast.tailor.act(order, "complete")["status"] == "completed"
    (payment,) = get(cast.admin, f"/api/payments?orderId={order['id']}")["payments"]
    assert (payment["payerId"], payment["status"]) == (None, "completed")


def test_it_has_the_shape_of_timing_and_a_tracking_page(cast: Cast) -> None:
    order = placed(cast.tailor, NOBODY)
    tracked = get(cast.admin, f"/api/orders/{order['id']}/status")
    assert tracked["customer_info"] == {"name": "Walk-in"}
    listed = get(cast.admin, f"/api/admin/orders?partnerId={cast.tailor.id}")
    assert listed[0]["customer_info"] == {name: WHO[name] for name in ("name", "phone", "address")}


def test_a_customer_of_the_partner_sees_the_order(cast: Cast) -> None:
    customer = known(cast)
    order = placed(cast.tailor, {"items": [ITEM], "customerId": customer.id})
    assert order["customerId"] == customer.id
    assert order["customerInfo"]["name"] == "Asha Rao"
    assert "order_placed" in notices(customer, order)
    shown = get(customer, f"/api/orders/{order['id']}")["order"]
    assert shown["allowedActions"] == ["cancel"]
    assert customer_queries.waiting(cast.tailor.id) == [customer.id]
    by_admin = placed(cast.admin, {"items": [ITEM], "customerId": customer.id, "partnerId": cast.tailor.id})
    assert "order_new" in notices(cast.tailor, by_admin)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"customerInfo": {}}, "customerInfo.name"),
        ({"customerInfo": {"phone": "+919876543210"}}, "customerInfo.name"),
        ({"customerInfo": {"name": " "}}, "customerInfo.name"), ({"customerId": "x"}, "customerId"),
        ({"customerId": 1}, "customerId"), ({"customerId": new_id()}, "customerId"),
        ({"paymentMethod": "online"}, "paymentMethod"), ({"paymentMethod": "credit"}, "paymentMethod"),
        ({"paymentMethod": None}, "paymentMethod"), ({"addressId": new_id()}, "addressId"),
        ({"partnerId": "x"}, "partnerId"),
    ],
)  # fmt: skip
def test_bodies_that_are_none(cast: Cast, body: Json, field: str) -> None:
    status, code, details = refused(cast.tailor, NOBODY | body)
    assert (status, code, [*details]) == (422, "invalid", [field])
    assert get(cast.tailor, "/api/orders")["orders"] == []


def test_only_known_active_customers_are_ordered_for(cast: Cast) -> None:
    foreign, customer = cast.foreign_customer, known(cast)
    for wanted in (foreign.id, cast.foreign_tailor.id, cast.tailor.id, cast.courier.id):
        for path in ("/api/orders", "/api/orders/quote"):
            answer = cast.tailor.post(path, {"items": [ITEM], "customerId": wanted})
            assert answer.status_code == 422, answer.text
            assert answer.json()["error"]["details"] == {"customerId": ["Not a customer of yours."]}
    to_admin = {"items": [ITEM], "customerId": cast.courier.id, "partnerId": cast.tailor.id}
    assert refused(cast.admin, to_admin)[2] == {"customerId": ["Not an active customer."]}
    assert refused(customer, {"items": [ITEM], "customerId": foreign.id})[0] == 422
    assert placed(customer, {"items": [ITEM], "customerId": customer.id})["customerId"] == customer.id


def test_only_partners_and_admins_stand_at_the_counter(cast: Cast) -> None:
    for person in (cast.courier, cast.support, cast.foreign_tailor):
        assert refused(person, NOBODY | {"partnerId": cast.tailor.id})[:2] == (403, "forbidden")
    for person in (cast.courier, cast.support):
        assert refused(person, NOBODY)[0] == 403
    assert placed(cast.admin, NOBODY)["partnerId"] is None
    order = placed(cast.admin, NOBODY | {"partnerId": cast.tailor.id})
    row = AuditEntry
    entry = db.fetch_one(select(row.action, row.after).where(row.subject == f"order-{order['id']}"))
    assert entry is not None
    assert (entry.action, entry.after["partnerId"]) == ("order.create", cast.tailor.id)


def test_credit_is_only_given_by_admins_to_customers_with_an_account(cast: Cast) -> None:
    customer = known(cast)
    body = {"items": [ITEM], "partnerId": cast.tailor.id, "paymentMethod": "credit"}
    assert [*refused(cast.tailor, body | {"customerId": customer.id})[2]] == ["paymentMethod"]
    assert [*refused(cast.admin, body | {"customerInfo": WHO})[2]] == ["paymentMethod"]
    order = placed(cast.admin, body | {"customerId": customer.id})
    accepted = cast.tailor.patch(f"/api/orders/{order['id']}/accept", {})
    assert accepted.json()["error"]["code"] == "credit_insufficient"
    cash = placed(cast.tailor, NOBODY)
    with pytest.raises(IntegrityError, match="without_account"), db.transaction():
        db.execute(update(OrderRow).where(OrderRow.id == cash["id"]).values(payment_method="credit"))


def test_it_is_paid_in_cash_where_others_are_paid_online(cast: Cast, app: Flask) -> None:
    before = app.config["DEFAULT_PAYMENT_METHOD"]
    app.config["DEFAULT_PAYMENT_METHOD"] = "online"
    try:
        order = placed(cast.tailor, NOBODY)
        online = cast.customer.order(partnerId=cast.tailor.id)
    finally:
        app.config["DEFAULT_PAYMENT_METHOD"] = before
    assert (order["payment"]["method"], online["payment"]["method"]) == ("cod", "online")
    answer = cast.tailor.post("/api/payments", {"orderId": order["id"], "provider": "razorpay"})
    assert answer.status_code in (403, 409, 422), answer.text


def test_it_has_no_conversation_without_an_account(cast: Cast) -> None:
    order = placed(cast.tailor, NOBODY)
    for thing in ("orderId", "dealId"):
        answer = cast.tailor.post("/api/chat/conversations", {thing: order["id"]})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), thing
    deal = get(cast.tailor, f"/api/deals/{order['id']}")["deal"]
    assert (deal["buyerId"], deal["allowedActions"]["chat"], deal["conversation"]) == (None, [], None)
    cast.tailor.act(order, "accept")
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    assert get(cast.tailor, f"/api/deals/{order['id']}/timeline")["entries"]
    named = placed(cast.tailor, {"items": [ITEM], "customerId": known(cast).id})
    assert cast.tailor.post("/api/chat/conversations", {"orderId": named["id"]}).status_code == 201


def test_it_is_not_reviewed(cast: Cast) -> None:
    customer = known(cast)
    order = placed(cast.tailor, {"items": [ITEM], "customerId": customer.id})
    for action in ("accept", "ready", "complete"):
        cast.tailor.act(order, action)
    subject = {"type": "partner", "id": cast.tailor.id, "rating": 5}
    answer = customer.post("/api/reviews", {"orderId": order["id"], "subjects": [subject]})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "not_reviewable")
    assert error["details"] == {"reason": "counter_order"}
    with db.transaction():
        db.execute(text("UPDATE review_requests SET due_at = now() WHERE id = :id"), {"id": order["id"]})
    review_requests.send_due()
    assert "review_request" not in notices(customer, order)
    week = {"from": rfc3339(now() - timedelta(days=1)), "to": rfc3339(now() + timedelta(days=2))}
    stats = cast.tailor.get("/api/reviews/stats", params=week).json()["data"]
    assert stats["total"]["reviewRate"] is None  # of no orders that could be reviewed
    nobody = placed(cast.tailor, NOBODY)
    assert customer.post("/api/reviews", {"orderId": nobody["id"], "subjects": [subject]}).status_code == 403


def test_a_limit_for_each_customer_counts_the_customer_or_refuses(cast: Cast) -> None:
    shop, customer = open_shop(cast.tailor), known(cast)
    coupon(shop, code="ONCE", perCustomerLimit=1)
    coupon(shop, code="FIRST", firstOrderOnly=True)
    anyone = coupon(shop, code="ANY")
    body = body_of(shop, add(shop, name="Shirt", price=50)) | {"customerInfo": WHO}
    for code, reason in (("ONCE", "per_customer"), ("FIRST", "not_first_order")):
        assert quoted(shop, body | {"coupon": code})["coupon"]["reason"] == reason
        assert refused(shop, body | {"coupon": code})[2] == {"reason": reason}
    assert placed(shop, body | {"coupon": "ANY"})["total"] == 45
    assert used(anyone) == 1
    named = body | {"customerId": customer.id, "coupon": "ONCE"}
    order = placed(shop, named)
    assert refused(shop, named)[2] == {"reason": "per_customer"}
    assert refused(customer, body | {"coupon": "ONCE"})[2] == {"reason": "per_customer"}
    shop.act(order, "reject", reason="closed")
    assert quoted(shop, named)["orderable"] is True


def test_a_photo_replaces_the_code_that_nobody_could_read(cast: Cast) -> None:
    shop = open_shop(cast.tailor, **PUNE, proof={"code": True, "photo": False, "signature": False})
    body = body_of(shop, add(shop, name="Shirt", price=5), destination=PUNE | {"address": "x"})
    nobody = placed(shop, body | {"customerInfo": WHO})
    shop.act(nobody, "accept")
    called = shop.act(nobody, "request-courier")
    assert called["delivery"]["proofNeeded"] == {"code": False, "photo": True, "signature": False}


def test_contact_data_are_erased_after_a_year_and_with_the_partner(cast: Cast) -> None:
    def kept(order: Json) -> str | None:
        found = queries.get(order["id"])
        assert found is not None
        name: str | None = found.customer_info["name"]
        return name

    old, new, open_ = (placed(cast.tailor, NOBODY | {"notes": "Blue"}) for _ in range(3))
    exported = get(cast.tailor, "/api/auth/export")["export"]["orders"]
    assert {each["id"] for each in exported} == {old["id"], new["id"], open_["id"]}
    assert "Wanda" not in str(exported)
    for order in (old, new):
        cast.tailor.act(order, "reject", reason="closed")
    ages = {old["id"]: 366, new["id"]: 364, open_["id"]: 400}
    with db.transaction():
        for order_id, days in ages.items():
            values = {"updated_at": now() - timedelta(days=days)}
            db.execute(update(OrderRow).where(OrderRow.id == order_id).values(**values))
    privacy.erase_old_contacts()
    assert [kept(order) for order in (old, new, open_)] == [None, WHO["name"], WHO["name"]]
    erased = queries.get(old["id"])
    assert erased is not None
    assert erased.notes is None
    cast.tailor.act(open_, "reject", reason="closed")
    assert cast.tailor.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 200
    privacy.erase_customers()
    assert [kept(order) for order in (new, open_)] == [None, None]
