"""Opening a payment: an intent is committed, then the provider is called, then its answer is stored."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import cast

from flask import current_app
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, Invalid, NotFound, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.core.times import now
from metaia.payments import queries, service
from metaia.payments.asking import service as asking
from metaia.payments.calling import service as calling
from metaia.payments.managing import queries as managing_queries
from metaia.payments.models import PaymentRow
from metaia.payments.purposes import registry as purposes
from metaia.payments.purposes.registry import Openable, Purpose, PurposeType
from metaia.payments.queries import Payment
from metaia.providers.payments import registry
from metaia.providers.payments.interface import PaymentProvider
from metaia.providers.payments.wire_amounts import UnpayableAmount

ORDER, BOOKING, SETTLEMENT = "order", "booking", "settlement"  # types of purposes
MOST_OPEN = 5  # payments of one payer
MOST_ATTEMPTS = 20  # of one payment
REPEATED = timedelta(seconds=10)  # after which a job opens what a request could not
PATIENCE, STEP = 5.0, 0.2  # seconds that a request waits for another one that opens the same payment
declare(
    {
        "already_paid": "There is nothing to pay.",
        "provider_not_configured": "This provider of payments is not available here.",
        "too_many_open_payments": "Pay or cancel an open payment first.",
    }
)


def create(actor: Actor, body: Json) -> tuple[Payment, Json, bool]:
    """Open a payment, or return the open one; with `toPay`, and whether it is new.

    Raises NotFound, Forbidden, Conflict (`already_paid`, `too_many_open_payments`), Invalid (`amount_not_payable`,
    `provider_not_configured`) and Unavailable (`provider_unavailable`): then the request can be repeated.
    """
    kind, purpose_id = _wanted(actor, body)
    purpose = payable(actor, kind, purpose_id)
    provider = _provider(body["provider"], purpose)
    payment, new = _intent(kind, purpose, provider)
    if not new:
        payment = _when_opened(payment)
    with calling.in_request(), calling.payable(purpose.currency):
        payment, to_pay = calling.opened(payment, body["return_url"] or "")
    return payment, to_pay, new


def payable(actor: Actor, kind: PurposeType, purpose_id: str) -> Purpose:
    """Return a purpose that `actor` may pay. Raises NotFound, Forbidden and Conflict."""
    purpose = kind.read(purpose_id)
    if purpose is None:
        raise NotFound("There is nothing with this id to pay.")
    if purpose.payer_id != actor.id:
        raise Forbidden("Only the customer pays.")
    _refuse(kind, purpose)
    return purpose


def unpayable_because(name: str, purpose: Purpose) -> str | None:
    """Return why a provider cannot take a purpose's payment; None if it can."""
    if name not in registry.available(current_app):
        return "not_configured"
    try:
        registry.provider(name).check(purpose.payable, purpose.currency)
    except UnpayableAmount as error:
        return "amount_not_payable" if error.above else "currency_not_supported"
    return None


def _wanted(actor: Actor, body: Json) -> tuple[PurposeType, str]:
    """Return what is to be paid: an order, a booking, or an amount that the actor owes on credit."""
    if "credit_settlement" not in body:
        return _named(body)
    kind, given = cast("Openable", _kind(SETTLEMENT)), body["credit_settlement"]
    return kind, kind.open(actor.id, given["currency"], amounts.minor(given["amount"], given["currency"]))


def _named(given: Json) -> tuple[PurposeType, str]:
    """Return the order or the booking that a request names."""
    if "order_id" in given:
        return _kind(ORDER), given["order_id"]
    return _kind(BOOKING), given["booking_id"]


def _kind(name: str) -> PurposeType:
    try:
        return purposes.find(name)
    except KeyError:
        raise NotFound("There is nothing with this id to pay.") from None


def _refuse(kind: PurposeType, purpose: Purpose) -> None:
    kind.refuse(purpose)
    if purpose.payable <= 0:
        raise Conflict("There is nothing to pay.", code="already_paid")


def _provider(wanted: str | None, purpose: Purpose) -> PaymentProvider:
    """Return the provider that is wanted, or the first one that can take the amount. Raises Invalid."""
    names = registry.available(current_app) if wanted is None else (wanted,)
    possible = [name for name in names if unpayable_because(name, purpose) is None]
    if possible:
        return registry.provider(possible[0])
    if not set(names) & set(registry.available(current_app)):
        raise Invalid("This provider is not available here.", code="provider_not_configured")
    with calling.payable(purpose.currency):
        registry.provider(names[0]).check(purpose.payable, purpose.currency)
    raise AssertionError(names)


def _intent(kind: PurposeType, before: Purpose, provider: PaymentProvider) -> tuple[Payment, bool]:
    """Commit an intent, or return the open payment; with whether it is new. Row-locks: payment, then purpose."""
    with db.transaction():
        known = managing_queries.open_for(before.type, before.id, provider.name)
        purpose = kind.lock(before.id)
        if purpose is None:
            raise NotFound
        _refuse(kind, purpose)
        if known and _is_usable(known, purpose, provider):
            return known, False
        if known:
            asking.close(known)
        if purpose.payer_id and managing_queries.count_open(purpose.payer_id) >= MOST_OPEN:
            raise Conflict("Pay or cancel an open payment first.", code="too_many_open_payments")
        made = _inserted(purpose, provider)
        found = (
            queries.by_id(made)
            if made
            else managing_queries.open_for(purpose.type, purpose.id, provider.name)
        )
        if found is None:
            raise Conflict
        if made:
            asking.plan(provider.name, "opening", made, after=REPEATED)
        return found, made is not None


def _is_usable(known: Payment, purpose: Purpose, provider: PaymentProvider) -> bool:
    """Return whether an open payment can still be paid, with the amount that is payable now."""
    if (known.amount, known.currency) != (purpose.payable, purpose.currency):
        return False
    if known.status == "failed" and not provider.reusable:
        return False
    return managing_queries.count_attempts(known.id) < MOST_ATTEMPTS


def _inserted(purpose: Purpose, provider: PaymentProvider) -> str | None:
    """Insert an intent and return its id; None if another transaction was faster."""
    payment_id, moment = new_id(), now()
    row = insert(PaymentRow).values(
        id=payment_id, provider=provider.name, reference=None, amount=purpose.payable, currency=purpose.currency,
        open=True, created_at=moment, updated_at=moment, **service.EMPTY, **service.of_purpose(purpose),
    )  # fmt: skip
    made = db.execute(row.on_conflict_do_nothing().returning(PaymentRow.id)).first()
    return made.id if made else None


def _when_opened(payment: Payment) -> Payment:
    """Return a payment once the request that has made it has stored the provider's id, or after PATIENCE."""
    until = time.monotonic() + PATIENCE
    young = now() - payment.created_at < timedelta(seconds=PATIENCE)
    while payment.reference is None and young and time.monotonic() < until:
        time.sleep(STEP)
        payment = queries.by_id(payment.id) or payment
    return payment


def methods(actor: Actor, query: Json) -> list[Json]:
    """Return how an order or booking can be paid, and why not. Raises NotFound, Forbidden and Conflict as `create`."""
    purpose = payable(actor, *_named(query))
    reasons: list[tuple[str, str | None, str | None]] = [
        ("online", name, unpayable_because(name, purpose)) for name in registry.FACTORIES
    ]
    if purpose.type == ORDER:  # a hold ends in minutes: it is paid online
        reasons += [(method, None, reason(purpose)) for method, reason in purposes.METHODS.current().items()]
    return [
        {"method": method, "provider": provider, "available": reason is None, "reason": reason}
        for method, provider, reason in reasons
    ]
