"""Requests for credit and their decisions. An approval and the new limit commit together."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.core.times import now
from metaia.finance.credit import service as credit_service
from metaia.finance.credit_requests import presenters, queries
from metaia.finance.credit_requests.models import CreditRequestRow
from metaia.finance.credit_requests.queries import CreditRequest
from metaia.finance.credit_requests.state import APPROVED, MACHINE, PENDING, REJECTED, WITHDRAWN
from metaia.finance.policy import FINANCE_READ
from metaia.notifications import service as notification_service

ERASED = "(deleted)"


def request(actor: Actor, body: Json) -> CreditRequest:
    """Store a request for a limit. Raises Conflict (`credit_request_pending`) if there is one in this currency."""
    moment, currency = now(), body["currency"]
    made = CreditRequest(
        id=new_id(), user_id=actor.id, currency=currency, amount=amounts.minor(body["limit"], currency, field="limit"),
        reason=body["reason"], status=PENDING, approved=None, decision=None, decided_by=None, version=1,
        created_at=moment, updated_at=moment,
    )  # fmt: skip
    row = insert(CreditRequestRow).values({name: getattr(made, name) for name in CreditRequest.__slots__})
    with db.transaction():
        if not db.execute(row.on_conflict_do_nothing().returning(CreditRequestRow.id)).all():
            raise Conflict("You have requested credit in this currency.", code="credit_request_pending")
    return made


def read(actor: Actor, request_id: str) -> CreditRequest:
    """Return a request that the actor may see. Raises NotFound."""
    return _visible(actor, queries.get(request_id))


def act(actor: Actor, request_id: str, action: str, body: Json, version: versions.Expected) -> CreditRequest:
    """Approve, reject or withdraw a request. Raises NotFound, Forbidden, Conflict, Invalid."""
    with db.transaction():
        this = _visible(actor, queries.get(request_id, for_update=True))
        mine = presenters.parties(actor, this)
        transition = MACHINE.require(this, action, mine, version, lambda: presenters.conflict(this, actor))
        approved = _approve(this, body) if transition.target == APPROVED else None
        decision = body.get("reason") if transition.target == REJECTED else None
        after = _store(this, transition.target, decided_by=actor.id, approved=approved, decision=decision)
        if transition.target == REJECTED:
            _notify_rejected(after)
        shown = {"approved": approved, "reason": body.get("reason"), "currency": this.currency}
        audit_log.record(f"credit_request.{action}", subject=f"credit-{this.user_id}", after=shown)
        return after


def erase(user_id: str) -> None:
    """Withdraw the pending requests of a deleted user, and overwrite their texts, in the running transaction."""
    row = CreditRequestRow
    pending = update(row).where(row.user_id == user_id, row.status == PENDING)
    db.execute(pending.values(status=WITHDRAWN, version=row.version + 1, updated_at=now()))
    db.execute(update(row).where(row.user_id == user_id).values(reason=ERASED))


def _approve(this: CreditRequest, body: Json) -> int:
    """Set the limit of the credit; return it in minor units."""
    given = body["limit"]
    limit = this.amount if given is None else amounts.minor(given, this.currency, field="limit")
    credit_service.put(
        this.user_id, this.currency, limit, body["term_days"], body["reason"], notice="credit_approved"
    )
    return limit


def _store(this: CreditRequest, status: str, **changed: object) -> CreditRequest:
    values: Json = {"status": status, "version": this.version + 1, "updated_at": now()} | changed
    db.change(CreditRequestRow, id=this.id, **values)
    return replace(this, **values)


def _notify_rejected(this: CreditRequest) -> None:
    data = {
        "limit": amounts.text(this.amount, this.currency),
        "currency": this.currency,
        "reason": this.decision,
    }
    subject = rooms.subject("credit", this.user_id)
    notification_service.notify(this.user_id, "credit_rejected", data, subject=subject)


def _visible(actor: Actor, this: CreditRequest | None) -> CreditRequest:
    if this is None or not (actor.id == this.user_id or actor.may(FINANCE_READ)):
        raise NotFound("There is no such credit request.")
    return this
