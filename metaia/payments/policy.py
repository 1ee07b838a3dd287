"""The parties of a payment and what they may do. Pure."""

from __future__ import annotations

from typing import Protocol

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission
from metaia.core.state_machine import Machine

PAYMENTS_READ = Permission("payments.read", STAFF)  # all payments
PAYMENTS_MANAGE = Permission("payments.manage", ADMINS)

PAYER, PARTNER, SUPPORT, ADMIN = "payer", "partner", "support", "admin"
# What users do. The status follows from the facts that the provider then states: it may be another one.
MACHINE = Machine(
    "payment",
    [
        # from, action, to, by
        ("created", "cancel", "cancelled", (PAYER, ADMIN)),
        ("pending", "cancel", "cancelled", (PAYER, ADMIN)),
        ("failed", "cancel", "cancelled", (PAYER, ADMIN)),
        ("authorized", "cancel", "cancelled", (PAYER, ADMIN)),
        ("authorized", "capture", "completed", (ADMIN,)),
    ],
)


class Parties(Protocol):
    """The part of a payment that names its parties."""

    @property
    def payer_id(self) -> str | None: ...
    @property
    def partner_id(self) -> str | None: ...


def parties(actor: Actor, payment: Parties) -> frozenset[str]:
    """Return the actor's parties in a payment, none for a stranger. Support reads all payments and changes none."""
    if actor.may(PAYMENTS_MANAGE):
        return frozenset({ADMIN})
    if actor.may(PAYMENTS_READ):
        return frozenset({SUPPORT})
    places = {PAYER: payment.payer_id, PARTNER: payment.partner_id}
    return frozenset(party for party, user_id in places.items() if user_id == actor.id)


def allowed(actor: Actor, payment: Parties, status: str) -> list[str]:
    """Return the actions that `actor` may do next."""
    return MACHINE.allowed(status, parties(actor, payment))


def sees_payer(mine: frozenset[str]) -> bool:
    """Return whether these parties see the payer and why a payment has failed."""
    return mine != {PARTNER}
