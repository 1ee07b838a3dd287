"""Deletion of an account erases personal data; records that others refer to remain without a name."""

from __future__ import annotations

import uuid
from datetime import timedelta

import gevent
import pytest
from sqlalchemy import text

from metaia.auth.account import erasure
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.core import db
from metaia.core.errors import Conflict
from metaia.core.times import now
from metaia.orders import privacy
from metaia.users import queries as user_queries
from metaia.users import service as user_service
from tests.support.account_mails import actions, notification_data, rolled_back
from tests.support.people import PASSWORD

NAME, PHONE, PLACE = "Asharani Unmistakable", "+91 77775 55555", "17 Unmistakable Lane"
E164 = "+917777555555"
WHERE_PEOPLE_ARE = (
    "users", "sessions", "proofs", "notifications", "deliveries", "orders", "idempotency_keys", "second_factors",
)  # fmt: skip


@pytest.fixture
def person(world):
    email = f"unmistakable.{uuid.uuid4().hex}@test.example"
    return world.person(name=NAME, phone=PHONE, email=email)


def erase(person, password=PASSWORD, **more):
    return person.call("DELETE", "/api/auth/me", {"password": password} | more)


def code(answer):
    return answer.json()["error"]["code"]


def rows(table, person):
    """Return the rows of a table that belong to a person, as text."""
    found = db.fetch_all(text(f"SELECT t::text AS row FROM {table} t"))
    known = (person.user["email"], NAME, PHONE, E164, PLACE)
    said = [*known, *(word.encode().hex() for word in known)]  # bytes are shown as hexadecimal digits
    return [row.row for row in found if any(word in row.row for word in said)]


def closed_order(world, person, tailor):
    wish = {"customerInfo": {"address": PLACE}, "notes": f"Ring at {PLACE}", "partnerId": tailor.id}
    order = person.order(**wish)
    return tailor.act(order, "reject", reason="closed")


def as_seen_by(viewer, order):
    return viewer.get(f"/api/orders/{order['id']}").json()["data"]["order"]


def test_nothing_of_who_they_were_is_left(world, person):
    tailor = world.person("tailor")
    key = {"Idempotency-Key": uuid.uuid4().hex}
    wish = {"items": [{"name": "Suit", "quantity": 1, "price": 5}], "customerInfo": {"address": PLACE}}
    kept = person.post("/api/orders", wish, headers=key).json()["data"]["order"]
    person.patch(f"/api/orders/{kept['id']}/cancel", {"reason": "never mind"})
    closed_order(world, person, tailor)
    assert all(rows(table, person) for table in ("users", "orders", "idempotency_keys"))
    assert erase(person).status_code == 200
    privacy.erase_customers()
    left = {table: rows(table, person) for table in WHERE_PEOPLE_ARE}
    notifications, mailed = left.pop("notifications"), left.pop("deliveries")
    assert [row for found in left.values() for row in found] == []
    # The last mail needs its address, for a day: see the next test.
    assert len(mailed) <= 1
    assert [",account_deleted," in row for row in notifications] == [True]
    devices = text("SELECT DISTINCT device, address FROM sessions WHERE user_id = :id")
    assert [tuple(row) for row in db.fetch_all(devices, {"id": person.id})] == [(None, None)]
    found = db.fetch_one(text("SELECT * FROM users WHERE id = :id"), {"id": person.id})
    assert found is not None
    assert (found.active, found.inactive_because, found.name, found.phone, found.phone_e164) == (
        False,
        "deleted",
        "",
        None,
        None,
    )
    assert found.email == f"{person.id}@deleted.invalid"


def test_where_the_last_mail_went_is_forgotten_a_day_later(person):
    erase(person)
    with db.transaction():
        erasure.purge_notifications(now() - timedelta(days=1))
    assert notification_data(person, "account_deleted") == [{}]
    with db.transaction():
        erasure.purge_notifications(now() + timedelta(seconds=1))
    assert rows("deliveries", person) == []
    assert notification_data(person, "account_deleted") == []


def test_one_is_out_at_once_and_cannot_come_back(world, person, account_mails):
    screen = person.socket()
    world.call("POST", "/api/auth/forgot-password", json={"email": person.user["email"]})
    account_mails.work()
    token = account_mails.token(person, email_tokens.RESET_PASSWORD)
    assert erase(person).status_code == 200
    assert code(person.get("/api/auth/me")) == "session_ended"
    with gevent.Timeout(30):
        while screen.client.connected:
            gevent.sleep(0.01)
    refreshed = world.call("POST", "/api/auth/refresh", json={"refreshToken": person.refresh_token})
    assert refreshed.status_code == 401
    for email in (person.user["email"], f"{person.id}@deleted.invalid"):
        for password in (PASSWORD, "!", ""):
            answer = world.call("POST", "/api/auth/login", json={"email": email, "password": password})
            assert answer.status_code == 401, answer.text
    reset = {"token": token, "password": "another-long-password"}
    assert code(world.call("POST", "/api/auth/reset-password", json=reset)) == "proof_expired"
    world.call("POST", "/api/auth/forgot-password", json={"email": person.user["email"]})
    assert account_mails.work() == [False]


def test_the_address_is_free_for_a_new_account(world, person):
    erase(person)
    fresh = world.person(email=person.user["email"])
    assert fresh.id != person.id
    assert fresh.get("/api/orders").json()["data"]["orders"] == []


def test_closed_orders_keep_their_money_and_items_and_lose_who_it_was(world, person):
    tailor, admin = world.person("tailor"), world.staff()
    order = closed_order(world, person, tailor)
    erase(person)
    privacy.erase_customers()
    nobody = {
        "customerInfo": {"name": None, "phone": None, "phoneE164": None, "address": None},
        "notes": None,
    }
    before = {key: value for key, value in order.items() if key != "allowedActions"}
    assert as_seen_by(tailor, order) | {"allowedActions": []} == before | nobody | {"allowedActions": []}
    timeline = tailor.get(f"/api/orders/{order['id']}/timeline")
    assert [step["action"] for step in timeline.json()["data"]["timeline"]] == ["create", "reject"]
    for word in ("Asharani", "7777", "Unmistakable"):
        assert admin.get(f"/api/orders?q={word}&customerId={person.id}").json()["data"]["orders"] == []
    found = admin.get(f"/api/orders?q={order['orderNumber']}").json()["data"]["orders"]
    assert [o["id"] for o in found] == [order["id"]]
    tracked = world.call("GET", f"/api/orders/{order['id']}/status").json()["data"]
    assert tracked["customer_info"] == {"name": None}


def test_an_open_order_goes_on_and_loses_who_it_was_when_it_is_closed(world, person):
    tailor = world.person("tailor")
    order = person.order(partnerId=tailor.id, customerInfo={"address": PLACE})
    erase(person)
    privacy.erase_customers()
    order = tailor.act(order, "accept")
    assert order["customerInfo"] == {"name": NAME, "phone": PHONE, "phoneE164": E164, "address": PLACE}
    tailor.act(order, "cancel", reason="nobody there")
    assert privacy.erase_customers() >= 1
    assert as_seen_by(tailor, order)["customerInfo"]["address"] is None
    assert as_seen_by(tailor, order)["version"] == order["version"] + 1


def test_orders_of_others_stay_as_they_are(world, person):
    tailor, other = world.person("tailor"), world.person(name="Somebody Else")
    order = tailor.act(other.order(partnerId=tailor.id), "reject", reason="closed")
    erase(person)
    privacy.erase_customers()
    assert as_seen_by(other, order)["customerInfo"]["name"] == "Somebody Else"


def test_it_needs_the_password(person):
    answer = erase(person, "not my password")
    assert (answer.status_code, code(answer)) == (403, "wrong_password")
    assert person.get("/api/auth/me").json()["data"]["user"] == person.user


@pytest.mark.parametrize("body", [{}, {"password": None}, {"password": 5}, {"password": PASSWORD, "x": 1}])
def test_a_bad_body_deletes_nothing(person, body):
    assert person.call("DELETE", "/api/auth/me", body).status_code == 422
    assert person.get("/api/auth/me").status_code == 200


@pytest.mark.parametrize("how", [{"expectedVersion": 9}, {"headers": {"If-Match": '"9"'}}])
def test_a_stale_version_deletes_nothing(person, how):
    body = {"password": PASSWORD} | {k: v for k, v in how.items() if k != "headers"}
    answer = person.call("DELETE", "/api/auth/me", body, headers=how.get("headers", {}))
    assert (answer.status_code, code(answer)) == (409, "stale_version")
    assert person.get("/api/auth/me").status_code == 200


def test_two_who_delete_the_same_account_at_once_delete_it_once(person):
    tries = [gevent.spawn(erase, person) for _ in range(3)]
    statuses = sorted(attempt.get(timeout=20).status_code for attempt in tries)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {401, 403, 409}
    assert actions(person).count("account.deleted") == 1
    assert len(notification_data(person, "account_deleted")) == 1


def test_when_something_fails_everything_stays(app, person, monkeypatch):
    def fail(_):
        raise Conflict("not now")

    monkeypatch.setitem(erasure.ERASERS.of(app), "orders", fail)
    assert erase(person).status_code == 409
    assert person.get("/api/auth/me").json()["data"]["user"] == person.user


def test_the_last_super_admin_stays(world):
    staff = world.staff("super_admin")
    others = text(
        "UPDATE users SET active = false, inactive_because = 'disabled' WHERE role = 'super_admin' AND id <> :id"
    )
    with rolled_back():
        me = user_queries.to_change(staff.id)
        assert me is not None
        db.execute(others, {"id": staff.id})
        for end in (user_service.erase, user_service.deactivate):
            with pytest.raises(Conflict) as caught:
                end(me)
            assert caught.value.code == "last_super_admin"


def test_one_of_several_super_admins_may_go(world):
    world.staff("super_admin")
    assert erase(world.staff("super_admin")).status_code == 200
