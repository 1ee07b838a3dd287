"""Who learns what: the table of transitions once more, from the side of those who are told. Pure."""

import pytest

from metaia.notifications.registry import NOTIFICATION_TYPES
from metaia.orders import recipients
from metaia.orders.state import MACHINE
from tests.orders.test_transitions import Order

ORDER = Order("customer", "partner", "courier")
EXPECTED = {
    "create": {"customer": "order_placed", "partner": "order_new"},
    "accept": {"customer": "order_accepted"},
    "reject": {"customer": "order_rejected"},
    "prepare": {"customer": "order_preparing"},
    "ready": {"customer": "order_ready", "courier": "order_pickup"},
    "assign": {"customer": "order_courier", "courier": "order_assigned", "previous": "order_unassigned"},
    "dispatch": {"customer": "order_dispatched", "partner": "order_dispatched"},
    "deliver": {"customer": "order_delivered", "partner": "order_delivered"},
    "complete": {"customer": "order_completed", "partner": "order_completed"},
    "cancel": {"customer": "order_cancelled", "partner": "order_cancelled", "courier": "order_cancelled"},
    "expire": {"customer": "order_expired", "partner": "order_expired"},
    "request-courier": {},
    "cancel-courier": {},
    "claim": {"customer": "order_courier"},
    "release": {"partner": "courier_lost"},
    "unassign": {"previous": "order_unassigned"},
    "report-problem": {"customer": "delivery_problem", "partner": "delivery_problem"},
    "return": {"customer": "delivery_problem", "partner": "delivery_problem"},
    "renew-code": {},
    "secure": {"partner": "order_new"},
    "payment": {},
}


def told(action, order=ORDER, by=None):
    return dict(recipients.recipients(action, order, by=by, previous_courier="previous"))


def test_every_action_is_in_the_table():
    assert EXPECTED.keys() == recipients.NOTIFY.keys() == {"create", "secure", "payment", *MACHINE.actions}


@pytest.mark.parametrize("action", EXPECTED)
def test_each_party_is_told_what_concerns_it(action):
    assert told(action) == EXPECTED[action]


@pytest.mark.parametrize("action", EXPECTED)
@pytest.mark.parametrize("by", ["customer", "partner", "courier"])
def test_nobody_is_told_what_they_did_themselves_but_for_a_confirmation(action, by):
    expected = dict(EXPECTED[action])
    if (action, by) != ("create", "customer"):  # a partner at the counter knows
        expected.pop(by, None)
    assert told(action, by=by) == expected


@pytest.mark.parametrize("action", EXPECTED)
def test_nobody_is_told_for_an_order_that_has_no_partner_and_no_courier_but_its_customer(action):
    people = told(action, Order("customer", None, None)).keys() - {"previous"}
    of_house = {"create", "secure", "cancel", "expire", "release", "report-problem", "return"}
    told_house = {"unassigned"} if action in of_house else set()
    assert people - {"customer"} == told_house


def test_the_house_is_told_of_its_orders_only():
    assert told("create", Order("customer", None, None))["unassigned"] == "order_new"
    assert "unassigned" not in told("create")


def test_a_courier_who_is_assigned_again_is_not_told_that_they_lost_it():
    again = recipients.recipients("assign", ORDER, by="partner", previous_courier="courier")
    assert dict(again) == {"customer": "order_courier", "courier": "order_assigned"}


def test_live_changes_go_to_those_who_take_part_those_who_look_and_staff():
    assert set(recipients.rooms("1", ORDER, previous_courier="previous")) == {
        "order-1", "user-customer", "user-partner", "user-courier", "user-previous",
        "admin-room", "super_admin-room", "support-room",
    }  # fmt: skip
    for order in (Order("customer", None, None), Order(None, "partner", None)):
        assert not any("None" in room for room in recipients.rooms("1", order))


@pytest.mark.parametrize("action", EXPECTED)
def test_an_order_without_an_account_has_nobody_to_tell_on_its_customers_side(action):
    expected = {who: kind for who, kind in EXPECTED[action].items() if who != "customer"}
    assert told(action, Order(None, "partner", "courier")) == expected


def test_every_notification_of_the_table_has_its_words(app):
    types = NOTIFICATION_TYPES.of(app)
    kinds = {kind for told_of in recipients.NOTIFY.values() for kind in told_of.values()}
    of_orders = {name for name, type_ in types.items() if type_.category == "order"}
    assert kinds == {
        name for name in of_orders if not name.startswith("shipment_")
    }  # shipments/recipients.py
