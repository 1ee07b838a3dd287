from urllib.parse import quote

import pytest


def at(person, order, moment, path=""):
    return person.get(f"/api/orders/{order['id']}{path}?asOf={quote(moment)}")


def test_a_timeline_tells_every_step_with_who_and_why(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    cast.tailor.act(order, "accept", message="With pleasure")
    cast.tailor.act(order, "assign", deliveryPartnerId=cast.courier.id)
    cast.admin.act(order, "cancel", reason="Fraud")
    data = cast.customer.get(f"/api/orders/{order['id']}/timeline").json()["data"]
    assert data["order"] == cast.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]
    told = [
        [s[key] for key in ("version", "action", "previousStatus", "status", "actorRole", "actorId", "note")]
        for s in data["timeline"]
    ]
    assert told == [
        [1, "create", None, "pending", "customer", cast.customer.id, None],
        [2, "accept", "pending", "accepted", "tailor", cast.tailor.id, "With pleasure"],
        [3, "assign", "accepted", "accepted", "tailor", cast.tailor.id, None],
        [4, "cancel", "accepted", "cancelled", "admin", cast.admin.id, "Fraud"],
    ]
    moments = [step["at"] for step in data["timeline"]]
    assert moments == sorted(moments)
    assert moments[0] == order["createdAt"]


def test_an_order_can_be_seen_as_it_was(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    then = [order]
    for action, body in (
        ("accept", {"estimatedTime": 30}),
        ("ready", {"estimatedPickupTime": "at 5"}),
        ("complete", {}),
    ):
        cast.tailor.act(order, action, **body)
        then.append(cast.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"])
    for number, past in enumerate(then, start=1):
        answer = at(cast.customer, order, past["updatedAt"])
        assert answer.json()["data"]["order"] == past
        assert answer.headers["ETag"] == f'"{number}"'
        timeline = at(cast.customer, order, past["updatedAt"], "/timeline").json()["data"]
        assert timeline["order"] == past
        assert len(timeline["timeline"]) == number


def test_between_two_steps_it_is_as_after_the_first(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    after = cast.tailor.act(order, "accept")
    seconds, micros = after["updatedAt"][:-1].split(".")
    just_before = f"{seconds}.{int(micros) - 1:06d}Z" if int(micros) else order["updatedAt"]
    assert at(cast.customer, order, just_before).json()["data"]["order"]["status"] == "pending"
    assert (
        at(cast.customer, order, "2999-01-01T00:00:00+05:30").json()["data"]["order"]["status"] == "accepted"
    )


def test_before_it_was_placed_there_is_nothing(cast):
    order = cast.customer.order()
    for path in ("", "/timeline"):
        assert at(cast.customer, order, "2020-01-01T00:00:00Z", path).status_code == 404


@pytest.mark.parametrize("moment", ["yesterday", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "", "1"])
def test_a_moment_that_is_none(cast, moment):
    answer = at(cast.customer, cast.customer.order(), moment)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {"asOf"}
