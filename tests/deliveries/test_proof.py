"""Proof of delivery: the customer's code, tries, and what else a shop wants."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now, rfc3339
from metaia.orders.models import OrderRow
from tests.deliveries.conftest import Pool
from tests.support.media import insert_media
from tests.support.people import Person


def on_its_way(pool: Pool, **needed: bool) -> tuple[Any, Person]:
    """Return an order that is on its way, with the proof that it needs, and its courier."""
    order, courier = pool.order("pending"), pool.courier()
    proof = {"code": False, "photo": False, "signature": False} | needed
    with db.transaction():
        db.execute(update(OrderRow).where(OrderRow.id == order["id"]).values(proof_needed=proof))
    order = pool.shop.act(order, "assign", deliveryPartnerId=courier.id)
    for action in ("accept", "ready", "dispatch"):
        order = pool.shop.act(order, action)
    return order, courier


def code_of(pool: Pool, order: Any) -> str:
    shown = pool.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]
    return str(shown["delivery"]["code"])


def deliver(courier: Person, order: Any, **body: Any) -> tuple[str, Any]:
    answer = courier.patch(f"/api/orders/{order['id']}/deliver", body)
    if answer.ok:
        return "done", answer.json()["data"]["order"]
    error = answer.json()["error"]
    return str(error["code"]), error["details"]


def test_an_order_is_delivered_with_the_customers_code(pool: Pool) -> None:
    cursor = pool.customer.get("/api/sync").json()["data"]["cursor"]
    order, courier = on_its_way(pool, code=True)
    code = code_of(pool, order)
    for person in (courier, pool.shop):
        assert "code" not in person.get(f"/api/orders/{order['id']}").json()["data"]["order"]["delivery"]
    assert deliver(courier, order) == ("proof_required", {"missing": ["code"]})
    assert deliver(courier, order, code="12a4")[0] == "invalid"
    wrong = f"{(int(code) + 1) % 10_000:04}"
    unknown = {"mediaIds": [new_id()]}
    assert deliver(courier, order, code=wrong, **unknown)[0] == "unknown_media"  # no try of the code
    for left in (4, 3, 2, 1, 0):  # each try counts, though it fails
        assert deliver(courier, order, code=wrong) == ("wrong_code", {"triesLeft": [str(left)]})
    assert deliver(courier, order, code=code)[0] == "code_locked"
    path = f"/api/orders/{order['id']}/delivery-code"
    assert courier.post(path, {}).status_code == 403
    key = {"headers": {"Idempotency-Key": new_id()}}
    answers = [pool.customer.post(path, {}, **key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all('"code":"' not in answer.text for answer in answers)  # stored answers have no code
    fresh = code_of(pool, order)
    status, after = deliver(courier, order, code=fresh)
    assert (status, after["delivery"]["proof"]["code"]) == ("done", True)
    events = json.dumps(pool.customer.get(f"/api/sync?cursor={cursor}&limit=100").json()["data"]["events"])
    assert '"code": "' not in events
    assert "code" not in pool.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]["delivery"]


def test_a_photo_and_a_signature_are_private_files_of_the_order(pool: Pool) -> None:
    order, courier = on_its_way(pool, photo=True, signature=True)
    assert deliver(courier, order) == ("proof_required", {"missing": ["photo", "signature"]})
    photo, signature = (insert_media(courier).id for _ in range(2))
    foreign = insert_media(pool.shop).id
    assert deliver(courier, order, mediaIds=[foreign], signatureMediaId=signature)[0] == "unknown_media"
    given = {"mediaIds": [photo], "signatureMediaId": signature, "signerName": "A. Rao"}
    status, after = deliver(courier, order, **given)
    assert (status, after["delivery"]["proof"]["mediaIds"]) == ("done", [photo])
    for viewer, status_code in ((pool.customer, 200), (pool.shop, 200), (pool.world.person(), 403)):
        assert viewer.get(f"/api/upload/{photo}").status_code == status_code


def test_an_admin_delivers_without_proof(pool: Pool) -> None:
    order, _ = on_its_way(pool, code=True, photo=True)
    assert deliver(pool.world.staff("admin"), order)[0] == "done"


def test_a_courier_that_was_offline_states_when_it_happened(pool: Pool) -> None:
    order, courier = on_its_way(pool, code=True)
    earlier = rfc3339(now() - timedelta(minutes=20))
    assert deliver(courier, order, code=code_of(pool, order), occurredAt="yesterday")[0] == "invalid"
    assert (
        deliver(courier, order, code=code_of(pool, order), occurredAt="1969-12-31T00:00:00Z")[0] == "invalid"
    )
    stated = rfc3339(now() - timedelta(days=400))  # before the order: its beginning counts
    status, after = deliver(courier, order, code=code_of(pool, order), occurredAt=stated)
    assert (status, after["delivery"]["proof"]["at"]) == ("done", order["createdAt"])

    order = pool.shop.act(pool.order(), "assign", deliveryPartnerId=courier.id)
    for action, at in (("dispatch", earlier), ("deliver", rfc3339(now() + timedelta(days=1)))):
        assert courier.patch(f"/api/orders/{order['id']}/{action}", {"occurredAt": at}).ok
    steps = pool.shop.get(f"/api/orders/{order['id']}/timeline").json()["data"]["timeline"]
    shown = {step["action"]: step["occurredAt"] for step in steps}
    assert (shown["ready"], shown["dispatch"]) == (None, order["createdAt"])
    assert order["createdAt"] < shown["deliver"] <= steps[-1]["at"]  # no clock is ahead of the server's
    then = pool.shop.get(f"/api/orders/{order['id']}?asOf={steps[-1]['at'].replace('+', '%2B')}")
    assert then.json()["data"]["order"]["status"] == "delivered"
    entries = pool.shop.get(f"/api/deals/{order['dealId']}/timeline").json()["data"]["entries"]
    assert shown["dispatch"] in [each.get("occurredAt") for each in entries]
