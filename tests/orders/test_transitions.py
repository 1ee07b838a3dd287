"""The contract's table, written out once more, against what the code does: pure, every cell of it."""

import itertools
import uuid
from dataclasses import dataclass, replace

import pytest

from metaia.core.access.actor import Actor
from metaia.orders import policy
from metaia.orders.state import MACHINE

# CONTRACT.md, Orders. `partner` stands for "its partner" and so on; assign is not in the table: it is spelled out there
# as an address, and it moves nothing.
SHOP, BEARER, CODE = {"partner", "admin"}, {"courier"}, {"customer", "admin"}
CONTRACT = {
    "pending": {
        "accept": ("accepted", {"partner", "admin"}),
        "reject": ("rejected", {"partner", "admin"}),
        "prepare": ("preparing", {"partner", "admin"}),
        "cancel": ("cancelled", {"customer", "partner", "admin"}),
        "assign": ("pending", {"partner", "admin"}),
    },
    "accepted": {
        "prepare": ("preparing", {"partner", "admin"}),
        "ready": ("ready", {"partner", "admin"}),
        "cancel": ("cancelled", {"partner", "admin"}),
        "assign": ("accepted", {"partner", "admin"}),
    },
    "preparing": {
        "ready": ("ready", {"partner", "admin"}),
        "cancel": ("cancelled", {"partner", "admin"}),
        "assign": ("preparing", {"partner", "admin"}),
    },
    "ready": {
        "dispatch": ("out_for_delivery", {"courier", "partner", "admin"}),
        "complete": ("completed", {"partner", "admin"}),
        "cancel": ("cancelled", {"partner", "admin"}),
        "assign": ("ready", {"partner", "admin"}),
    },
    "out_for_delivery": {
        "deliver": ("delivered", {"courier", "admin"}),
        "assign": ("out_for_delivery", {"admin"}),
        "report-problem": ("out_for_delivery", {"courier", "admin"}),
        "return": ("ready", {"courier", "admin"}),
        "renew-code": ("out_for_delivery", CODE),
    },
    "delivered": {"complete": ("completed", {"customer", "partner", "admin"})},
    "rejected": {},
    "cancelled": {},
    "completed": {},
}
for before_dispatch in ("accepted", "preparing", "ready"):
    CONTRACT[before_dispatch] |= {
        "request-courier": (before_dispatch, SHOP),
        "cancel-courier": (before_dispatch, SHOP),
        "claim": (before_dispatch, set()),  # through the delivery
        "release": (before_dispatch, BEARER),
        "unassign": (before_dispatch, SHOP),
        "renew-code": (before_dispatch, CODE),
    }
HIDDEN = {"request-courier", "cancel-courier", "renew-code"}  # the order has a courier; a route of its own
ACTIONS = ["accept", "reject", "prepare", "ready", "assign", "dispatch", "deliver", "complete", "cancel"]
ACTIONS += [
    "request-courier",
    "cancel-courier",
    "release",
    "unassign",
    "report-problem",
    "return",
    "renew-code",
]


@dataclass
class Order:
    customer_id: str | None
    partner_id: str | None
    courier_id: str | None
    awaits_payment: bool = False
    courier_wanted: bool = False
    needs_code: bool = True


def person(role):
    return Actor(str(uuid.uuid4()), role, str(uuid.uuid4()), 0)


PEOPLE = {
    "its customer": ("customer", "customer"),
    "its partner": ("tailor", "partner"),
    "its courier": ("delivery", "courier"),
    "a foreign customer": ("customer", None),
    "a foreign tailor": ("tailor", None),
    "a foreign vendor": ("vendor", None),
    "a foreign courier": ("delivery", None),
    "support": ("support", "support"),
    "an admin": ("admin", "admin"),
    "a super admin": ("super_admin", "admin"),
}
CAST = {name: person(role) for name, (role, _) in PEOPLE.items()}
ORDER = Order(CAST["its customer"].id, CAST["its partner"].id, CAST["its courier"].id)


def test_there_are_no_other_states_and_actions():
    assert set(MACHINE.states) == set(CONTRACT)
    assert set(MACHINE.actions) == {*ACTIONS, "claim", "expire"}


@pytest.mark.parametrize(("status", "action"), list(itertools.product(CONTRACT, ACTIONS)))
def test_an_action_leads_where_the_contract_says(status, action):
    found = MACHINE.find(status, action)
    assert (found and found.target) == CONTRACT[status].get(action, (None,))[0]


@pytest.mark.parametrize(("status", "who"), list(itertools.product(CONTRACT, PEOPLE)))
def test_everyone_may_do_what_the_contract_says_and_nothing_else(status, who):
    _, party = PEOPLE[who]
    expected = {action for action, (_, by) in CONTRACT[status].items() if party in by} - HIDDEN
    assert set(policy.allowed(CAST[who], ORDER, status)) == expected


@pytest.mark.parametrize(("who", "action"), list(itertools.product(PEOPLE, ACTIONS)))
def test_what_is_never_theirs_is_known_from_what_is_not_theirs_now(who, action):
    _, party = PEOPLE[who]
    ever = any(party in actions[action][1] for actions in CONTRACT.values() if action in actions)
    assert MACHINE.ever(action, policy.parties(CAST[who], ORDER)) is ever


@pytest.mark.parametrize("who", PEOPLE)
def test_those_who_take_part_and_staff_see_an_order(who):
    assert policy.may_see(CAST[who], ORDER) is (PEOPLE[who][1] is not None)


def test_nobody_takes_an_order_that_is_to_be_paid_before():
    waiting = replace(ORDER, awaits_payment=True)
    for who, actor in CAST.items():
        expected = set(policy.allowed(actor, ORDER, "pending")) - {"accept", "prepare"}
        assert set(policy.allowed(actor, waiting, "pending")) == expected, who


def test_an_order_of_the_house_is_run_by_admins_alone():
    house = Order(CAST["its customer"].id, None, None)
    may = {who for who, actor in CAST.items() if "accept" in policy.allowed(actor, house, "pending")}
    assert may == {"an admin", "a super admin"}


def test_only_the_clock_lets_an_order_expire():
    assert all("expire" not in policy.allowed(actor, ORDER, "pending") for actor in CAST.values())
    assert MACHINE.allowed("pending", frozenset({"system"})) == ["expire"]


@pytest.mark.parametrize(
    "role", ["customer", "tailor", "vendor", "delivery", "support", "admin", "super_admin"]
)
def test_customers_order_and_partners_and_admins_at_the_counter(role):
    actor = person(role)
    staff = role in {"admin", "super_admin"}
    assert policy.may_create(actor, "another") is (role == "customer" or staff)
    assert policy.may_create(actor, None) is (role == "customer" or staff)
    assert policy.may_create(actor, actor.id) is (role in {"customer", "tailor", "vendor"} or staff)
    assert policy.sells(actor, actor.id) is (role in {"tailor", "vendor"} or staff)


def test_nobody_is_the_customer_of_an_order_without_an_account():
    order = replace(ORDER, customer_id=None)
    assert {name for name, actor in CAST.items() if "customer" in policy.parties(actor, order)} == set()
    assert policy.parties(CAST["its customer"], order) == frozenset()


def test_a_courier_is_wanted_only_by_an_order_without_one():
    partner, customer = CAST["its partner"], CAST["its customer"]
    free = replace(ORDER, courier_id=None, needs_code=False)
    for order, expected in (
        (free, {"request-courier"}),
        (replace(free, courier_wanted=True), {"cancel-courier"}),
        (replace(ORDER, courier_wanted=True), {"unassign"}),
    ):
        found = set(policy.allowed(partner, order, "ready")) - {"dispatch", "complete", "assign", "cancel"}
        assert found == expected
    assert policy.allowed(customer, free, "ready") == []  # no code, none to renew


def test_no_status_is_reached_by_bringing_goods_back():
    admin = frozenset({"admin"})
    assert MACHINE.towards("out_for_delivery", "ready", admin) is None
    assert MACHINE.path("out_for_delivery", "ready", admin) == []
