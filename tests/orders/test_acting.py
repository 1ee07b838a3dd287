"""The table of transitions over HTTP: what one gets when it is allowed, not now, never, or none of one's business."""

import pytest

from tests.orders.conftest import WAYS
from tests.orders.test_transitions import ACTIONS as ALL_ACTIONS
from tests.orders.test_transitions import CONTRACT, HIDDEN

PARTY = {
    "customer": "customer", "tailor": "partner", "courier": "courier", "admin": "admin", "super_admin": "admin",
    "support": "support",
}  # fmt: skip
ACTIONS = [action for action in ALL_ACTIONS if action != "renew-code"]  # it has a route of its own
ENDING = {"release", "return", "unassign"}  # after these the order has no courier
STRANGERS = ("foreign_customer", "foreign_tailor", "foreign_courier")


def body_for(cast, action):
    needed = {"reject": {"reason": "closed"}, "assign": {"deliveryPartnerId": cast.courier.id}}
    return needed.get(action, {})


@pytest.mark.parametrize("status", WAYS)
def test_in_every_status_everyone_gets_what_the_table_says(cast, status):
    order = cast.order_in(status)
    path = f"/api/orders/{order['id']}"
    for who, party in PARTY.items():
        person = getattr(cast, who)
        shown = person.get(path).json()["data"]["order"]
        may = {action for action, (_, by) in CONTRACT[status].items() if party in by} - HIDDEN
        assert set(shown["allowedActions"]) == may, who
        for action in set(ACTIONS) - may:
            answer = person.patch(f"{path}/{action}", body_for(cast, action))
            error = answer.json()["error"]
            if any(party in row[action][1] for row in CONTRACT.values() if action in row):
                assert (answer.status_code, error["code"]) == (409, "illegal_transition"), (who, action)
                assert error["details"] == {
                    "status": status,
                    "version": order["version"],
                    "allowedActions": shown["allowedActions"],
                    "order": shown,
                }
            else:
                assert (answer.status_code, error["code"]) == (403, "forbidden"), (who, action)
                assert error["details"] == {}
    assert cast.admin.get(path).json()["data"]["order"]["version"] == order["version"]


@pytest.mark.parametrize(
    ("status", "action", "who"),
    [
        (status, action, next(who for who in PARTY if PARTY[who] == party))
        for status, actions in CONTRACT.items()
        for action, (_, by) in actions.items()
        for party in sorted(by)
        if action not in HIDDEN
    ],
)
def test_what_the_table_allows_happens(cast, status, action, who):
    order = cast.order_in(status)
    after = getattr(cast, who).act(order, action, **body_for(cast, action))
    assert after["status"] == CONTRACT[status][action][0]
    assert after["version"] == order["version"] + 1
    assert after["updatedAt"] > order["updatedAt"]
    allowed = {a for a, (_, by) in CONTRACT[after["status"]].items() if PARTY[who] in by} - HIDDEN
    assert action in ENDING or set(after["allowedActions"]) == allowed


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_neither_see_nor_do_anything(cast, who):
    order = cast.order_in("pending")
    stranger = getattr(cast, who)
    for method, path in [("GET", ""), ("GET", "/timeline"), *(("PATCH", f"/{action}") for action in ACTIONS)]:
        body = body_for(cast, path.strip("/")) if method == "PATCH" else None
        answer = stranger.call(method, f"/api/orders/{order['id']}{path}", body)
        assert answer.status_code == 403, path
        assert answer.json()["error"] == {
            "code": "forbidden",
            "message": "This order is not yours.",
            "details": {},
        }
    answer = stranger.put(f"/api/orders/{order['id']}/status", {"status": "accepted"})
    assert answer.status_code == 403


def test_an_order_that_does_not_exist_is_not_found(cast):
    nothing = cast.customer.id
    for method, path in [("GET", ""), ("GET", "/timeline"), ("PATCH", "/accept")]:
        assert cast.admin.call(method, f"/api/orders/{nothing}{path}").status_code == 404
    assert cast.admin.put(f"/api/orders/{nothing}/status", {"status": "ready"}).status_code == 404


def test_an_order_of_the_house_is_run_by_admins(cast):
    order = cast.customer.order()
    assert order["partnerId"] is None
    assert cast.tailor.patch(f"/api/orders/{order['id']}/accept").status_code == 403
    assert cast.admin.act(order, "accept")["status"] == "accepted"


def test_accepting_may_say_when_it_will_be_ready(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    after = cast.tailor.act(order, "accept", estimatedTime=45, message="With pleasure")
    assert (after["estimatedTime"], after["message"]) == (45, "With pleasure")
    after = cast.tailor.act(after, "ready", estimated_pickup_time="after 5 pm")
    assert (after["estimatedTime"], after["estimatedPickupTime"]) == (45, "after 5 pm")
    assert after["message"] == "With pleasure"


@pytest.mark.parametrize("time", [0, -1, True, 1.5, "", "x" * 101, [30], 60 * 24 * 30 + 1])
def test_a_time_that_is_none_is_refused(cast, time):
    order = cast.customer.order(partnerId=cast.tailor.id)
    answer = cast.tailor.patch(f"/api/orders/{order['id']}/accept", {"estimatedTime": time})
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {"estimatedTime"}


@pytest.mark.parametrize(
    "reason", ["out_of_stock", "too_busy", "closed", "cannot_fulfil", "invalid_order", "other"]
)
def test_turning_an_order_down_needs_one_of_the_reasons(cast, reason):
    order = cast.customer.order(partnerId=cast.tailor.id)
    path = f"/api/orders/{order['id']}/reject"
    for bad in ({}, {"reason": None}, {"reason": "tired"}):
        assert cast.tailor.patch(path, bad).json()["error"]["details"].keys() == {"reason"}
    after = cast.tailor.act(order, "reject", reason=reason, message="Sorry")
    assert (after["status"], after["rejectReason"], after["message"]) == ("rejected", reason, "Sorry")
    assert after["allowedActions"] == []


def test_cancelling_keeps_the_reason(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    after = cast.customer.act(order, "cancel", reason="Changed my mind")
    assert (after["status"], after["message"]) == ("cancelled", "Changed my mind")


def test_only_an_active_courier_can_be_assigned(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    path = f"/api/orders/{order['id']}/assign"
    for nobody in (cast.customer.id, order["id"], "me", None):
        answer = cast.tailor.patch(path, {"deliveryPartnerId": nobody})
        assert answer.status_code == 422
        assert answer.json()["error"]["details"].keys() == {"deliveryPartnerId"}
    after = cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    assert (after["status"], after["deliveryPartnerId"]) == ("pending", cast.courier.id)
    after = cast.tailor.act(after, "assign", deliveryPartnerId=cast.foreign_courier.id)
    assert after["deliveryPartnerId"] == cast.foreign_courier.id
    assert cast.courier.get(f"/api/orders/{order['id']}").status_code == 403


@pytest.mark.parametrize("status", CONTRACT)
def test_a_status_can_be_asked_for_by_its_name(cast, status):
    order = cast.order_in("pending")
    answer = cast.tailor.put(f"/api/orders/{order['id']}/status", {"status": status, "message": "Well"})
    by_name = {target: action for action, (target, _) in CONTRACT["pending"].items() if action != "assign"}
    if status in by_name:
        after = answer.json()["data"]["order"]
        assert (answer.status_code, after["status"], after["message"]) == (200, status, "Well")
        assert answer.headers["ETag"] == f'"{after["version"]}"'
    else:
        assert answer.json()["error"]["code"] == "illegal_transition"
        assert answer.json()["error"]["details"]["status"] == "pending"


def test_a_status_that_is_not_ones_own_to_give_is_forbidden(cast):
    order = cast.order_in("pending")
    for who, status in ((cast.customer, "accepted"), (cast.support, "accepted"), (cast.courier, "rejected")):
        answer = who.put(f"/api/orders/{order['id']}/status", {"status": status})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


def test_a_status_nobody_knows_is_invalid(cast):
    order = cast.order_in("pending")
    answer = cast.tailor.put(f"/api/orders/{order['id']}/status", {"status": "lost"})
    assert answer.json()["error"]["details"].keys() == {"status"}


@pytest.mark.parametrize("action", ["accept", "reject", "ready"])
def test_the_first_partner_app_calls_without_api(cast, action):
    order = cast.order_in("accepted" if action == "ready" else "pending")
    answer = cast.tailor.patch(f"/orders/{order['id']}/{action}", body_for(cast, action))
    assert answer.status_code == 200
    assert answer.json()["data"]["order"]["status"] == {"accept": "accepted", "reject": "rejected"}.get(
        action, action
    )
    assert (
        cast.foreign_tailor.patch(f"/orders/{order['id']}/{action}", body_for(cast, action)).status_code
        == 403
    )
