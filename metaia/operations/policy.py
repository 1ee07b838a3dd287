"""Permissions of bulk operations, and the parameters that their actions have. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from metaia.core.access.permissions import ADMINS, Permission
from metaia.operations.state import ORDERS, USERS

BULK_READ = Permission("bulk.read", ADMINS)
BULK_ORDERS = Permission("bulk.orders", ADMINS)
BULK_USERS = Permission("bulk.users", ADMINS)
PERMISSIONS: Mapping[str, Permission] = {ORDERS: BULK_ORDERS, USERS: BULK_USERS}
EXPORT = "export"


@dataclass(frozen=True)
class Parameters:
    """The names of the parameters that an action needs, and of those that it may have."""

    needed: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


_MESSAGE = Parameters(optional=frozenset({"message"}))
ACTIONS: Mapping[str, Mapping[str, Parameters]] = {
    ORDERS: {
        "cancel": _MESSAGE,
        "reject": Parameters(frozenset({"reject_reason"}), frozenset({"message"})),
        "assign": Parameters(frozenset({"delivery_partner_id"}), frozenset({"message"})),
        "complete": _MESSAGE,
        "note": Parameters(frozenset({"message"})),
        EXPORT: Parameters(),
    },
    USERS: {
        "disable": Parameters(),
        "enable": Parameters(),
        "end-sessions": Parameters(),
        "verify-email": Parameters(),
        "notify": Parameters(frozenset({"title", "message"})),
        EXPORT: Parameters(),
    },
}
ALL_ACTIONS = tuple(dict.fromkeys(action for actions in ACTIONS.values() for action in actions))


def faults(kind: str, action: str, given: Collection[str]) -> dict[str, str]:
    """Return what is wrong with the parameters of an action, by their names."""
    takes = ACTIONS[kind][action]
    missing = dict.fromkeys(takes.needed - {*given}, f"The action {action} needs it.")
    unknown = {*given} - takes.needed - takes.optional
    return missing | dict.fromkeys(unknown, f"The action {action} has no such parameter.")
