"""Requests and decisions of adjustments. The decision and its posting commit together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Invalid, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.core.times import now
from metaia.finance.adjustments import presenters, queries
from metaia.finance.adjustments.models import AdjustmentRow
from metaia.finance.adjustments.queries import Adjustment
from metaia.finance.adjustments.state import APPROVED, MACHINE, PENDING, parties
from metaia.ledger import service as ledger_service
from metaia.ledger.chart import Account, Line, Posting

KIND = "adjustment"


def request(actor: Actor, body: Json) -> Adjustment:
    """Store an adjustment that waits for a second admin. Raises Invalid if its lines do not sum to 0."""
    moment = now()
    made = Adjustment(
        id=new_id(), status=PENDING, lines=_lines(body), currency=body["currency"], reason=body["reason"],
        requested_by=actor.id, decided_by=None, posting_id=None, version=1, created_at=moment, updated_at=moment,
    )  # fmt: skip
    with db.transaction():
        db.append(AdjustmentRow, **{name: getattr(made, name) for name in Adjustment.__slots__})
        _audit(made, "requested", made.reason)
    return made


def read(adjustment_id: str) -> Adjustment:
    """Return an adjustment. Raises NotFound."""
    return _found(queries.get(adjustment_id))


def act(actor: Actor, adjustment_id: str, action: str, reason: str, version: versions.Expected) -> Adjustment:
    """Approve, reject or withdraw an adjustment; an approved one is booked.

    Raises NotFound, Forbidden (an admin approves or rejects only what another one has requested), Conflict, and
    InsufficientBalance.
    """
    with db.transaction():
        found = _found(queries.get(adjustment_id, for_update=True))
        mine = parties(actor.id, found.requested_by)
        transition = MACHINE.require(found, action, mine, version, lambda: presenters.conflict(found, actor))
        status, moment = transition.target, now()
        posting_id = _book(found) if status == APPROVED else None
        changed: Json = {
            "status": status,
            "decided_by": actor.id,
            "posting_id": posting_id,
            "updated_at": moment,
        }
        changed["version"] = found.version + 1
        db.change(AdjustmentRow, id=found.id, **changed)
        after = replace(found, **changed)
        _audit(after, status, reason)
        return after


def _book(this: Adjustment) -> str:
    lines = [Line(Account(each["kind"], each["owner"], this.currency), each["amount"]) for each in this.lines]
    return ledger_service.post(Posting(f"adjust:{this.id}", KIND, lines, f"{KIND}-{this.id}"))


def _lines(body: Json) -> list[Json]:
    """Return the lines with amounts in minor units. Raises Invalid."""
    lines = [
        {
            "kind": line["kind"],
            "owner": line["owner"],
            "amount": _minor(number, line["amount"], body["currency"]),
        }
        for number, line in enumerate(body["lines"])
    ]
    if sum(line["amount"] for line in lines):
        raise Invalid(details={"lines": ["Must sum to 0."]})
    return lines


def _minor(number: int, amount: Decimal, currency: str) -> int:
    field = f"lines.{number}.amount"
    minor = amounts.minor(amount, currency, field=field)
    if minor == 0:
        raise Invalid(details={field: ["Must not be 0."]})
    return minor


def _found(this: Adjustment | None) -> Adjustment:
    if this is None:
        raise NotFound("There is no such adjustment.")
    return this


def _audit(this: Adjustment, action: str, reason: str) -> None:
    after = {"reason": reason, "lines": this.lines, "currency": this.currency, "posting": this.posting_id}
    audit_log.record(f"adjustment.{action}", subject=f"{KIND}-{this.id}", after=after)
