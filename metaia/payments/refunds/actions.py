"""What users do with refunds: each action in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, NotFound
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.text import amounts
from metaia.ledger import queries as ledger_queries
from metaia.ledger.chart import Account
from metaia.payments import queries as payment_queries
from metaia.payments.purposes import service as purposes
from metaia.payments.refunds import policy, presenters, queries, service
from metaia.payments.refunds.policy import Parties
from metaia.payments.refunds.queries import ShownRefund
from metaia.payments.refunds.state import ADMIN, MACHINE, RETRY


def request(actor: Actor, payment_id: str, body: Json) -> list[ShownRefund]:
    """Request a refund, and return its parts. Raises as `service.request` does, and Forbidden.

    A partner gives back what is theirs: Conflict (`refund_exceeds`) if their balance would be below 0 after it, or
    less than the courier's share would be left.
    """
    payment = payment_queries.by_id(payment_id)
    if payment is None:
        raise NotFound("There is no such payment.")
    if not policy.parties(actor, payment):
        raise Forbidden("You may not refund this payment.")
    amount = None if body["amount"] is None else amounts.minor(body["amount"], payment.currency)
    with db.transaction(), _within_balance(actor, payment, payment_id, payment.currency):
        made = service.request(payment_id, amount, body["reason"], body["note"], actor.id)
        parts = [_shown(part.id) for part in made]
        for part in parts:
            _audit(actor, "requested", part)
        return parts


def read(actor: Actor, refund_id: str) -> ShownRefund:
    """Return a refund. Raises NotFound and Forbidden."""
    found = _shown(refund_id)
    if not policy.may_see(actor, found):
        raise Forbidden("This refund is not yours.")
    return found


def act(actor: Actor, refund_id: str, action: str, version: versions.Expected) -> ShownRefund:
    """Cancel a refund, or retry it: then the new refund is returned. Raises NotFound, Forbidden and Conflict."""
    before = read(actor, refund_id)
    with db.transaction(), _within_balance(actor, before, before.payment_id, before.currency):
        service.lock(before.payment_id)
        found = _shown(refund_id)
        parties = policy.parties(actor, found)
        MACHINE.require(found, action, parties, version, lambda: presenters.conflict(found, actor))
        if action not in presenters.allowed(found, parties):
            raise MACHINE.conflict(found, action, presenters.conflict(found, actor))
        after = service.retry(found, actor.id) if action == RETRY else service.cancel(found)
        _audit(actor, action, found)
        return _shown(after.id)


@contextmanager
def _within_balance(actor: Actor, payment: Parties, payment_id: str, currency: str) -> Iterator[None]:
    """Let a partner give back no more than their balance, and nothing of a courier's share.

    Admins are not bound by it. Raises Conflict (`refund_exceeds`).
    """
    if ADMIN in policy.parties(actor, payment):
        yield
        return
    queries.lock_partner(actor.id)  # of two requests at once the second one sees the first
    account = Account("partner", actor.id, currency)
    before = _available(account)
    yield
    if _available(account) < min(before, 0):
        details = {"available": to_major(max(before, 0), currency), "currency": currency}
        raise Conflict("Your balance has less left.", code="refund_exceeds", details=details)
    _require_courier_paid(payment_id)


def _require_courier_paid(payment_id: str) -> None:
    """Raise Conflict if what the customer has left of a purpose's payments is less than its courier gets."""
    payment = payment_queries.by_id(payment_id)
    purpose = purposes.of(payment) if payment else None
    share = purpose.terms.courier_share if purpose else 0
    if purpose is None or not share:
        return
    money = purposes.money(purpose)
    missing = share - (money.captured - money.refunded - money.refunding)
    if missing > 0:
        details = {"courierShare": to_major(share, purpose.currency), "currency": purpose.currency}
        raise Conflict("The courier keeps a share.", code="refund_exceeds", details=details)


def _available(account: Account) -> int:
    found = ledger_queries.balance(account)
    return found.available if found else 0


def _shown(refund_id: str) -> ShownRefund:
    found = queries.shown(refund_id)
    if found is None:
        raise NotFound("There is no such refund.")
    return found


def _audit(actor: Actor, action: str, refund: ShownRefund) -> None:
    """Record what staff do with the money of others."""
    if ADMIN in policy.parties(actor, refund):
        after = {"paymentId": refund.payment_id, "amount": refund.amount, "currency": refund.currency}
        audit_log.record(f"refund.{action}", subject=rooms.subject("refund", refund.id), after=after)
