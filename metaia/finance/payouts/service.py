"""Requests of payouts and what becomes of them. Each step and its posting commit together."""

from __future__ import annotations

from dataclasses import replace

from metaia.core import db, fault_injection, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.text import amounts
from metaia.core.times import now
from metaia.finance.payout_accounts import queries as account_queries
from metaia.finance.payout_accounts import sealed
from metaia.finance.payout_accounts import service as account_service
from metaia.finance.payouts import booking, presenters, publish, queries
from metaia.finance.payouts.models import PayoutRow
from metaia.finance.payouts.queries import Payout
from metaia.finance.payouts.state import (
    APPROVED,
    CANCELLED,
    FAILED,
    JOB,
    MACHINE,
    PAID,
    REQUESTED,
    RETURNED,
    SENT,
    UNDER_WAY,
)
from metaia.finance.policy import earning_account
from metaia.jobs import registry as job_registry
from metaia.ledger import service as ledger_service
from metaia.ledger.holds import service as hold_service
from metaia.users import queries as user_queries
from metaia.users.state import DELETED

SEND = "metaia.finance.payouts.jobs.send"
_BOOKS = {SENT: "sent", PAID: "paid", FAILED: "failed", RETURNED: "returned"}  # by the new status


def request(actor: Actor, body: Json) -> Payout:
    """Request a payout of what is available, or of a part; cash in hand is set off first.

    Raises Conflict: `payout_account_missing`, `payout_locked`, `nothing_to_pay_out`, `insufficient_balance`; Invalid.
    """
    currency = body["currency"]
    wanted = None if body["amount"] is None else amounts.minor(body["amount"], currency)
    with db.transaction():
        account = account_service.usable(actor.id)  # row-locked, so a user's requests are one after another
        source = earning_account(actor.role)
        found = queries.balance(actor.id, source, currency)
        amount = found.available if wanted is None else wanted
        _require_available(found, amount)
        moment = now()
        made = Payout(
            id=new_id(), user_id=actor.id, amount=amount, currency=currency, source=source, status=REQUESTED,
            account=account.masked, account_version=account.version, netted=found.netted, reference=None,
            reason=None, version=1, created_at=moment, updated_at=moment,
        )  # fmt: skip
        if made.netted:
            ledger_service.post(booking.netting(made, made.netted))
        own = booking.earned(source, actor.id, currency)
        hold_service.hold(made.id, own, amount, subject=rooms.subject("payout", made.id))
        db.append(PayoutRow, **{name: getattr(made, name) for name in Payout.__slots__})
        publish.changed(made)
        return made


def read(actor: Actor, payout_id: str) -> Payout:
    """Return a payout that the actor may see. Raises NotFound."""
    return _visible(actor, queries.get(payout_id))


def act(actor: Actor, payout_id: str, action: str, body: Json, version: versions.Expected) -> Payout:
    """Cancel, approve, confirm (`paid`) or fail a payout. Raises NotFound, Forbidden and Conflict.

    An approved payout is sent by a job. A failure after `paid` means that the bank has sent the money back.
    """
    with db.transaction():
        this = _visible(actor, queries.get(payout_id, for_update=True))
        mine = presenters.parties(actor, this)
        transition = MACHINE.require(this, action, mine, version, lambda: presenters.conflict(this, actor))
        if transition.target == APPROVED:
            _require_same_account(this)
            job_registry.enqueue(SEND)
        elif transition.target == CANCELLED:
            hold_service.release(this.id)
        after = _store(this, transition.target, body)
        shown = {"status": after.status, "reference": after.reference, "reason": body.get("reason")}
        audit_log.record(f"payout.{action}", subject=rooms.subject("payout", this.id), after=shown)
        return after


def send(payout_id: str) -> bool:
    """Book an approved payout as sent; return False if it is not approved any more."""
    with db.transaction():
        this = queries.get(payout_id, for_update=True)
        transition = MACHINE.find(this.status, "send") if this else None
        if this is None or transition is None or JOB not in transition.by:
            return False
        _store(this, SENT, {})
        fault_injection.point("payout_sent")
        return True


def destination(payout_id: str) -> Json:
    """Return the account that an open payout is paid to. Reading it is recorded in the audit log.

    Raises NotFound, and Conflict if the account has changed since the request.
    """
    with db.transaction():
        this = _found(queries.get(payout_id))
        if this.status not in {REQUESTED, APPROVED, SENT}:
            raise NotFound("The payout is over.")
        details = _require_same_account(this)
        audit_log.record("payout.destination_read", subject=rooms.subject("payout", this.id))
        return details


def erase(user_id: str) -> None:
    """Cancel the requests of a deleted user, and delete their account unless a payout is under way."""
    for this in queries.lock_of_user(user_id, {REQUESTED}):
        hold_service.release(this.id)
        _store(this, CANCELLED, {})
    if not queries.lock_of_user(user_id, UNDER_WAY):
        account_service.erase(user_id)


def _store(this: Payout, status: str, body: Json) -> Payout:
    """Change the status of a row-locked payout, with the posting that belongs to it."""
    if status in _BOOKS:
        ledger_service.post(booking.step(this, _BOOKS[status]))
    changed: Json = {"status": status, "version": this.version + 1, "updated_at": now()}
    changed |= {name: body[name] for name in ("reference", "reason") if body.get(name)}
    db.change(PayoutRow, id=this.id, **changed)
    after = replace(this, **changed)
    publish.changed(after)
    if this.status in UNDER_WAY and status not in UNDER_WAY and _is_deleted(this.user_id):
        account_service.erase(this.user_id)
    return after


def _require_available(found: queries.Balance, amount: int) -> None:
    shown = presenters.balance(found)
    if found.available == 0:
        raise Conflict("Nothing is available.", code="nothing_to_pay_out", details=shown)
    if amount > found.available:
        limit = to_major(found.available, found.currency)
        raise Conflict(f"Only {limit} is available.", code="insufficient_balance", details=shown)


def _require_same_account(this: Payout) -> Json:
    """Return the details of the account as it was at the request. Raises Conflict if it is another one now."""
    account = account_queries.get(this.user_id)
    details = sealed.decrypt(account) if account and account.version == this.account_version else None
    if account is None or details is None:
        raise Conflict("The payout account has changed.", code="payout_account_changed")
    return {"method": account.method} | details


def _is_deleted(user_id: str) -> bool:
    person = user_queries.by_id(user_id)
    return person is None or person.inactive_because == DELETED


def _visible(actor: Actor, this: Payout | None) -> Payout:
    found = _found(this)
    if not presenters.may_see(actor, found):
        raise NotFound("There is no such payout.")
    return found


def _found(this: Payout | None) -> Payout:
    if this is None:
        raise NotFound("There is no such payout.")
    return this
