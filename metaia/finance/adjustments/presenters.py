"""Adjustments as JSON."""

from __future__ import annotations

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.finance.adjustments.queries import Adjustment
from metaia.finance.adjustments.schemas import AdjustmentOut
from metaia.finance.adjustments.state import MACHINE, parties
from metaia.finance.policy import FINANCE_MANAGE

_adjustment = presenter(
    AdjustmentOut,
    computed={
        "lines": lambda this: [
            line | {"amount": to_major(line["amount"], this.currency)} for line in this.lines
        ]
    },
    without=["allowed_actions"],
)


def adjustment(this: Adjustment, actor: Actor) -> Json:
    """Return an adjustment, with the actions that `actor` may perform."""
    mine = parties(actor.id, this.requested_by) if actor.may(FINANCE_MANAGE) else frozenset[str]()
    return _adjustment(this) | {"allowedActions": MACHINE.allowed(this.status, mine)}


def conflict(this: Adjustment, actor: Actor) -> Json:
    """Return the details of a 409: the current state of the adjustment."""
    shown = adjustment(this, actor)
    return {key: shown[key] for key in ("status", "version", "allowedActions")}
