"""Which role may change or impersonate which, for all pairs of roles."""

from __future__ import annotations

import itertools

import pytest

from metaia.admin import policy
from metaia.core.access.actor import ADMINS, ROLES, SELF_REGISTERED, Actor
from metaia.core.access.permissions import STAFF
from tests.support.permissions import declared

BELOW = {
    "support": SELF_REGISTERED,
    "admin": SELF_REGISTERED | {"support"},
    "super_admin": SELF_REGISTERED | {"support", "admin"},
}
PAIRS = sorted(itertools.product(ROLES, ROLES))


def actor(role: str, impersonator: str | None = None) -> Actor:
    return Actor("me", role, "session", 0, impersonator)


@pytest.mark.parametrize(("role", "other"), PAIRS)
def test_admins_manage_whom_is_below_them_and_super_admins_everybody(role, other):
    expected = role == "super_admin" or (role == "admin" and other not in ADMINS)
    assert policy.may_manage(actor(role), [other]) is expected
    assert policy.may_change(actor(role), "somebody", [other]) is expected


@pytest.mark.parametrize(("role", "other", "new"), sorted(itertools.product(ROLES, repeat=3)))
def test_a_role_is_changed_by_who_manages_both_the_old_and_the_new_one(role, other, new):
    both = policy.may_manage(actor(role), [other]) and policy.may_manage(actor(role), [new])
    assert policy.may_change(actor(role), "somebody", [other, new]) is both


@pytest.mark.parametrize(("role", "other"), PAIRS)
def test_nobody_changes_or_impersonates_themself(role, other):
    assert policy.may_change(actor(role), "me", [other]) is False
    assert policy.may_impersonate(actor(role), "me", other) is False


@pytest.mark.parametrize(("role", "other"), PAIRS)
def test_staff_look_through_the_eyes_of_those_below_them_only(role, other):
    expected = other in BELOW.get(role, frozenset())
    assert policy.may_impersonate(actor(role), "somebody", other) is expected


@pytest.mark.parametrize(("role", "other"), PAIRS)
def test_who_looks_through_somebodys_eyes_looks_no_further(role, other):
    assert policy.may_impersonate(actor(role, impersonator="staff"), "somebody", other) is False


PERMISSIONS = declared().values()


def actor_with(role: str) -> Actor:
    return Actor("0", role, "session", 0.0)


PARTNERS = {
    "couriers.read": {"tailor", "vendor"},  # names of couriers, to assign one
    "fleets.manage": {"tailor", "vendor"},  # one's own couriers
    "couriers.work": {"delivery"},  # one's own shift and orders
    "chat.figures": {"tailor", "vendor"},  # of one's own conversations
    "analytics.own": {"tailor", "vendor"},  # figures of one's own shop
    "webhook_endpoints.use": {"tailor", "vendor"},  # one's own endpoints
}


OWN_WORK = {
    "analytics.own",
    "couriers.work",
    "fleets.manage",
}  # of users themselves: staff have routes of their own


@pytest.mark.parametrize("permission", PERMISSIONS, ids=lambda permission: permission.name)
def test_no_permission_is_for_people_who_register_themselves(permission):
    assert permission.roles <= STAFF | PARTNERS.get(permission.name, frozenset())
    assert actor_with("super_admin").may(permission) or permission.name in OWN_WORK
    assert all(actor_with(role).may(permission) == (role in permission.roles) for role in ROLES)


@pytest.mark.parametrize("permission", PERMISSIONS, ids=lambda permission: permission.name)
def test_who_has_a_higher_role_may_all_that_a_lower_one_may(permission):
    assert actor_with("admin").may(permission) >= actor_with("support").may(permission)
    assert actor_with("super_admin").may(permission) >= actor_with("admin").may(permission)


def test_the_permissions_are_these():
    assert {permission.name for permission in PERMISSIONS} == {
        "analytics.money", "analytics.own", "analytics.read", "announcements.everyone", "announcements.send",
        "audit.read", "bookings.manage", "bookings.read", "bulk.orders", "bulk.read", "bulk.users",
        "calendars.manage", "catalogue.manage", "catalogue.read",
        "chat.figures", "chat.figures_of_all", "chat.moderate", "chat.read",
        "coupons.manage",
        "couriers.read", "couriers.work", "deals.read", "deliveries.manage", "deliveries.read",
        "disputes.manage", "disputes.read", "finance.manage",
        "finance.read", "fleets.manage", "media.manage", "media.read",
        "metrics.read", "notifications.campaign", "notifications.trace", "offers.manage", "offers.read",
        "orders.manage", "orders.read", "partners.manage", "partners.read", "payments.manage",
        "payments.read", "posts.manage", "presence.read", "queues.manage", "reconciliation.manage",
        "reconciliation.read", "refunds.manage", "refunds.read", "reviews.manage", "reviews.read", "shifts.end",
        "shipments.manage", "shipments.read", "statistics.read",
        "suppressions.lift", "suppressions.read", "system.errors", "system.events", "system.read",
        "users.impersonate", "users.manage",
        "users.manage_admins", "users.read", "webhook_bodies.read",
        "webhook_endpoints.manage", "webhook_endpoints.use", "webhooks.replay",
    }  # fmt: skip
