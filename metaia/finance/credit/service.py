"""Credit accounts, and holds of orders on credit. Every change runs in the caller's transaction."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid5

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db, rooms, versions
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, NotFound, declare
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import now
from metaia.finance.credit import presenters, publish, queries
from metaia.finance.credit.models import CreditAccountRow
from metaia.finance.credit.queries import CreditAccount
from metaia.finance.credit.state import ACTIVE, ADMIN, CLOCK, FROZEN, MACHINE, OVERDUE, STAFF
from metaia.ledger import queries as ledger_queries
from metaia.ledger.errors import InsufficientBalance
from metaia.ledger.holds import queries as hold_queries
from metaia.ledger.holds import service as hold_service
from metaia.payments.purposes.registry import Purpose
from metaia.users import queries as user_queries

_HOLDS = UUID("2f0f6f5e-8a3c-5f0b-9d53-7f3f3f6c2a11")  # of the ids of holds
declare(
    {
        "credit_insufficient": "There is less credit available than the order needs; `details` has how much.",
        "credit_frozen": "The credit is frozen: nothing new is accepted on it.",
        "credit_overdue": "A part of the credit is overdue: repay it first.",
    }
)


def hold_id(order_id: str) -> str:
    """Return the id of the hold of an order on credit, which the posting of the completed order ends."""
    return str(uuid5(_HOLDS, order_id))


def refusal(user_id: str, currency: str, amount: int) -> Conflict | None:
    """Return why an amount cannot be ordered on credit now, None if it can."""
    this = queries.get(user_id, currency)
    if this is None:
        return _insufficient(0, currency)
    used = queries.usage(this)
    if used.owed.overdue:
        return Conflict("A part of the credit is overdue.", code="credit_overdue")
    if this.status == FROZEN:
        return Conflict("The credit is frozen.", code="credit_frozen")
    return None if amount <= used.available else _insufficient(used.available, currency)


def refusal_code(purpose: Purpose) -> str | None:
    """Return why what is payable for a purpose cannot be bought on credit, None if it can."""
    if purpose.payer_id is None:
        return _insufficient(0, purpose.currency).code
    refused = refusal(purpose.payer_id, purpose.currency, purpose.payable)
    return refused.code if refused else None


def hold(order_id: str, user_id: str, currency: str, amount: int) -> None:
    """Set aside credit for an order, in minor units; once, however often it is called.

    Raises Conflict: `credit_insufficient` with what is available, `credit_frozen`, `credit_overdue`. The transaction
    can go on then. The ledger row-locks the balance, so that orders cannot exceed the limit together.
    """
    refused = refusal(user_id, currency, amount)
    if refused is not None and hold_queries.by_id(hold_id(order_id)) is None:
        raise refused
    this = _found(queries.get(user_id, currency))
    try:
        with db.savepoint():
            subject = rooms.subject("order", order_id)
            hold_service.hold(hold_id(order_id), this.account, amount, subject=subject)
    except InsufficientBalance as error:
        raise _insufficient(queries.usage(this).available, currency) from error
    publish.changed(this, "held")


def release(order_id: str) -> bool:
    """End the hold of an order without using the credit; return False if there is no open one."""
    found = hold_queries.by_id(hold_id(order_id))
    if found is None or found.outcome is not None:
        return False
    hold_service.release(found.id)
    account = ledger_queries.by_ids([found.account_id])[found.account_id]
    publish.changed(_found(queries.get(account.owner, account.currency)), "released")
    return True


def moved(user_id: str, currency: str, reason: str) -> None:
    """Publish that a posting of the running transaction has used (`used`) or repaid (`repaid`) credit.

    Credit that is frozen because a part was overdue is active again once nothing is. A locked account is left to the
    daily job: the posting has locked the balance already, which `put` locks after the account.
    """
    this = queries.get(user_id, currency)
    if this is None:
        return
    if this.frozen_because == OVERDUE and not queries.usage(this).owed.overdue:
        free = queries.get(user_id, currency, for_update=True, skip_locked=True)
        if free is not None and free.frozen_because == OVERDUE:
            values: Json = {"status": ACTIVE, "frozen_because": None}
            this = _store(free, "unfreeze", values, "Nothing is overdue.")
    publish.changed(this, reason)


def put(
    user_id: str,
    currency: str,
    limit: int,
    term_days: int,
    reason: str,
    version: versions.Expected = None,
    *,
    notice: str = "credit_changed",
) -> CreditAccount:
    """Set the limit (minor units) and the term of a customer's credit; open it if there is none.

    Raises NotFound without such a customer, and Conflict for a stale version: 0 is that of an account not yet open.
    """
    person = user_queries.by_id(user_id)
    if person is None or person.role != "customer":
        raise NotFound("There is no such customer.")
    with db.transaction():
        before = queries.get(user_id, currency, for_update=True) or _open(user_id, currency, term_days)
        versions.require(version, before.version, "credit account", lambda: presenters.conflict(before))
        after = _store(before, "set", {"credit_limit": limit, "term_days": term_days}, reason)
        hold_service.set_ceiling(after.account, limit)
        publish.changed(after, "limit")
        publish.notify(after, notice)
        return after


def act(
    user_id: str,
    currency: str,
    action: str,
    reason: str,
    version: versions.Expected = None,
    *,
    by: str = ADMIN,
) -> CreditAccount:
    """Freeze or unfreeze a credit account: an admin, or the clock for overdue debts. Raises NotFound, Conflict."""
    with db.transaction():
        before = _found(queries.get(user_id, currency, for_update=True))
        transition = MACHINE.require(
            before, action, frozenset({by}), version, lambda: presenters.conflict(before)
        )
        because = (OVERDUE if by == CLOCK else STAFF) if transition.target == FROZEN else None
        after = _store(before, action, {"status": transition.target, "frozen_because": because}, reason)
        publish.changed(after, "frozen" if because else "unfrozen")
        if by == ADMIN:
            publish.notify(after, "credit_changed")
        return after


def _open(user_id: str, currency: str, term_days: int) -> CreditAccount:
    """Open a credit account with the limit 0, unless another transaction was faster, and row-lock it."""
    moment = now()
    row = insert(CreditAccountRow).values(
        user_id=user_id, currency=currency, credit_limit=0, term_days=term_days, status=ACTIVE, version=0,
        created_at=moment, updated_at=moment,
    )  # fmt: skip
    db.execute(row.on_conflict_do_nothing())
    return _found(queries.get(user_id, currency, for_update=True))


def _store(before: CreditAccount, action: str, values: Json, reason: str) -> CreditAccount:
    changed = values | {"version": before.version + 1, "updated_at": now()}
    own = (CreditAccountRow.user_id == before.user_id, CreditAccountRow.currency == before.currency)
    db.execute(update(CreditAccountRow).where(*own).values(**changed))
    shown = {name: getattr(before, name) for name in values}
    subject = f"credit-{before.user_id}"
    after = values | {"currency": before.currency, "reason": reason}
    audit_log.record(f"credit.{action}", subject=subject, before=shown, after=after)
    return replace(before, **changed)


def _insufficient(available: int, currency: str) -> Conflict:
    details = {"available": to_major(available, currency), "currency": currency}
    return Conflict("There is not that much credit.", code="credit_insufficient", details=details)


def _found(this: CreditAccount | None) -> CreditAccount:
    if this is None:
        raise NotFound("There is no such credit account.")
    return this
