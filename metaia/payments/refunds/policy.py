"""Access to refunds. Pure."""

from __future__ import annotations

from typing import Protocol

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission
from metaia.payments.refunds.state import ADMIN, REQUESTER

REFUNDS_READ = Permission("refunds.read", STAFF)  # all refunds
REFUNDS_MANAGE = Permission("refunds.manage", ADMINS)  # request, cancel and retry any refund


class Parties(Protocol):
    """The parties of a payment."""

    @property
    def payer_id(self) -> str | None: ...
    @property
    def partner_id(self) -> str | None: ...


def is_partner(actor: Actor, payment: Parties) -> bool:
    """Return whether the actor is the partner that a payment is for."""
    return actor.is_partner and payment.partner_id == actor.id


def may_see(actor: Actor, payment: Parties) -> bool:
    """Return whether `actor` may read the refunds of a payment."""
    return actor.may(REFUNDS_READ) or payment.payer_id == actor.id or is_partner(actor, payment)


def parties(actor: Actor, payment: Parties) -> frozenset[str]:
    """Return the actor's parties in the refunds of a payment. Payers and support only read them."""
    if actor.may(REFUNDS_MANAGE):
        return frozenset({ADMIN})
    return frozenset({REQUESTER} if is_partner(actor, payment) else ())
