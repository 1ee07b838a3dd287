"""Payouts and balances as JSON."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.finance.payouts.queries import Payout
from metaia.finance.payouts.schemas import BalanceOut, PayoutOut
from metaia.finance.payouts.state import ADMIN, MACHINE, OWNER
from metaia.finance.policy import FINANCE_MANAGE, FINANCE_READ

balance = presenter(BalanceOut)
_payout = presenter(PayoutOut, without=["allowed_actions"])


def parties(actor: Actor, this: Payout) -> frozenset[str]:
    """Return the parties of an actor in a payout."""
    found = {OWNER} if actor.id == this.user_id else set()
    return frozenset(found | {ADMIN}) if actor.may(FINANCE_MANAGE) else frozenset(found)


def may_see(actor: Actor, this: Payout) -> bool:
    """Return whether an actor may read a payout."""
    return actor.id == this.user_id or actor.may(FINANCE_READ)


def payout(this: Payout, actor: Actor) -> Json:
    """Return a payout, with the actions that `actor` may perform."""
    return _payout(this) | {"allowedActions": MACHINE.allowed(this.status, parties(actor, this))}


def conflict(this: Payout, actor: Actor | None) -> Json:
    """Return the details of a 409: the current state of the payout."""
    allowed = MACHINE.allowed(this.status, parties(actor, this)) if actor else []
    return {"status": this.status, "version": this.version, "allowedActions": allowed}
