"""The four buttons of Timing's admin page: each walks the legal steps up to its status."""

import gevent
import pytest

STATUSES = "/api/admin/orders/{}/status"


def press(admin, order, button, **body):
    return admin.put(STATUSES.format(order["id"]), {"status": button} | body)


def steps_of(person, order):
    timeline = person.get(f"/api/orders/{order['id']}/timeline").json()["data"]["timeline"]
    return [(step["action"], step["status"], step["version"]) for step in timeline]


@pytest.mark.parametrize(
    ("button", "actions"),
    [
        ("preparing", ["prepare"]),
        ("ready", ["accept", "ready"]),
        ("completed", ["accept", "ready", "complete"]),
    ],
)
def test_each_button_works_on_a_new_order(cast, button, actions):
    order = cast.customer.order()
    answer = press(cast.admin, order, button)
    assert answer.status_code == 200
    shown = answer.json()["data"]
    assert (shown["status"], shown["order_status"]) == (button, button)
    assert shown["version"] == 1 + len(actions)
    steps = steps_of(cast.customer, order)
    assert [step[0] for step in steps] == ["create", *actions]
    assert [step[2] for step in steps] == list(range(1, 2 + len(actions)))


@pytest.mark.parametrize(
    ("status", "shown", "buttons"),
    [
        ("pending", "pending", {"preparing", "ready", "completed"}),
        ("accepted", "preparing", {"preparing", "ready", "completed"}),
        ("preparing", "preparing", {"ready", "completed"}),
        ("ready", "ready", {"completed"}),
        ("out_for_delivery", "ready", {"completed"}),
        ("delivered", "completed", {"completed"}),
        ("completed", "completed", set()),
        ("rejected", "cancelled", set()),
        ("cancelled", "cancelled", set()),
    ],
)
def test_a_button_works_where_a_legal_way_leads(cast, status, shown, buttons):
    for button in ("pending", "preparing", "ready", "completed"):
        order = cast.order_in(status)
        tracked = cast.customer.get(STATUSES.format(order["id"]).replace("/admin", "")).json()["data"]
        assert (tracked["status"], tracked["order_status"]) == (shown, status)
        answer = press(cast.admin, order, button)
        assert answer.status_code == (200 if button in buttons else 409), (status, button)
        if answer.status_code == 409:
            assert answer.json()["error"]["code"] == "illegal_transition"
            assert answer.json()["error"]["details"]["status"] == status


def test_each_step_is_an_event_and_the_last_one_a_notification(cast):
    screen = cast.customer.socket()
    order = cast.customer.order()
    press(cast.admin, order, "completed", message="Thank you.")
    about = [update for update in screen.wait("order_update", 4) if update["orderId"] == order["id"]]
    assert [(u["previousStatus"], u["status"], u["order"]["version"], u["message"]) for u in about] == [
        (None, "pending", 1, None),
        ("pending", "accepted", 2, None),
        ("accepted", "ready", 3, None),
        ("ready", "completed", 4, "Thank you."),
    ]
    screen.wait("new_notification", 2)
    types = [note["type"] for note in cast.customer.get("/api/notifications").json()["data"]["notifications"]]
    assert sorted(types) == ["order_completed", "order_placed"]


def test_the_pages_follow_each_step(cast, connect):
    pages = connect(f"/admin?token={cast.admin.token}")
    order = cast.customer.order()
    press(cast.admin, order, "ready")
    seen: list[tuple[str | None, str, str]] = []
    while len(seen) < 3:
        message = pages.next()
        if message["order"]["id"] == order["id"]:
            seen.append((message.get("status"), message["order"]["status"], message["order"]["order_status"]))
    assert seen == [
        (None, "pending", "pending"),
        ("preparing", "preparing", "accepted"),
        ("ready", "ready", "ready"),
    ]


def test_each_step_on_an_order_of_others_is_in_the_audit_log(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    press(cast.admin, order, "ready")
    entries = cast.admin.get(f"/api/admin/audit?subject=order-{order['id']}").json()["data"]["entries"]
    assert sorted(entry["action"] for entry in entries) == ["order.accept", "order.ready"]


def test_two_presses_at_once_walk_once(cast):
    order = cast.customer.order()
    presses = [gevent.spawn(press, cast.admin, order, "completed") for _ in range(5)]
    answers = [each.get(timeout=20).status_code for each in presses]
    assert sorted(answers) == [200, 409, 409, 409, 409]
    assert len(steps_of(cast.customer, order)) == 4


def test_a_stale_version_walks_no_step(cast):
    order = cast.customer.order()
    cast.admin.act(order, "accept")
    answer = press(cast.admin, order, "completed", expected_version=1)
    assert answer.json()["error"]["code"] == "stale_version"
    assert len(steps_of(cast.customer, order)) == 2


def test_the_list_is_filtered_by_the_status_that_it_shows(cast):
    accepted = cast.order_in("accepted")
    cast.order_in("ready")
    path = f"/api/admin/orders?customerId={cast.customer.id}&status="
    found = {
        status: cast.admin.get(path + status).json()["data"]
        for status in ("preparing", "accepted", "cancelled")
    }
    assert [order["id"] for order in found["preparing"]] == [accepted["id"]]
    assert [order["id"] for order in found["accepted"]] == [accepted["id"]]
    assert found["cancelled"] == []
