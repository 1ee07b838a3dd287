"""Creating an order: the server computes its price from the catalogue, or from the items as they are given."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from decimal import Decimal

from flask import current_app

from metaia.core import db, money, rooms
from metaia.core.access.actor import PARTNERS, Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, Invalid, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.orders import policy, queries
from metaia.orders.charges import service as charges
from metaia.orders.charges import terms as charge_terms
from metaia.orders.customers import service as customers
from metaia.orders.goods import service as goods
from metaia.orders.money import service as order_money
from metaia.orders.payment import state as payment_state
from metaia.orders.pictures import service as picture_service
from metaia.orders.proof import state as proof_state
from metaia.orders.queries import Order
from metaia.orders.quotes import presenters as quote_presenters
from metaia.orders.quotes import refusals
from metaia.orders.quotes import service as quotes
from metaia.orders.quotes import terms as quote_terms
from metaia.orders.quotes.terms import Quote
from metaia.orders.timeline import service as timeline
from metaia.products.pricing.result import changed
from metaia.users import queries as user_queries

declare(
    {
        "price_changed": "The price is not the one that the app has shown; `details` has the new quote: send its id.",
        "total_differs": "The `total` in the body is not that of the items; `details` has the right one.",
    }
)
FIELDS = frozenset(field.name for field in fields(Order))


def create(actor: Actor, given: Json) -> Order:
    """Create an order for `actor` and return it. Raises Forbidden, Conflict, and Invalid."""
    given = given | {"partner_id": customers.partner_of(actor, given)}
    if not policy.may_create(actor, given["partner_id"]):
        raise Forbidden("Only customers order, and partners and admins at their counter.")
    quote = quotes.quote(actor, given)
    total, currency = quote.priced.total, quote.cart.currency
    _require_partner(given["partner_id"])
    refusals.require_none(quote.refusals, currency)
    _require_seen(given, quote)
    _require_total(given["total"], total, currency)
    if any("media_ids" in item for item in given["items"]):
        with db.transaction():
            return _create(actor, given, quote)
    return db.optimistic_then_locked(lambda: _create(actor, given, quote))


def _create(actor: Actor, given: Json, quote: Quote) -> Order:
    order = _order(actor, given, quote)
    picture_service.attach(actor, order.id, order.items)
    explained = None
    if quote.shop is not None or quote.coupon is not None or order.charges:
        explained = charges.explanation(quote.priced, quote.terms.conditions, quote.coupon)
    timeline.create(order, actor, pricing=explained)
    _audit(actor, order)
    goods.take(order, quote.sold(), quote.coupon.id if quote.coupon else None)
    return order


def _require_seen(given: Json, quote: Quote) -> None:
    """Raise Conflict if the app has shown another price: by the quote, the total, or the prices of its items."""
    seen: list[tuple[str, int | None, int]] = []
    if given.get("quote_id") is not None:
        seen += changed(given["quote_id"], quote.priced)
    currency = quote.cart.currency
    shown = {f"items.{number}.price": item["price"] for number, item in enumerate(given["items"])
             if "product_id" in item and "price" in item}  # fmt: skip
    if given.get("expected_total") is not None:
        shown["total"] = given["expected_total"]
    now = quote.priced.amounts()
    for path, amount in shown.items():
        was = amounts.minor(amount, currency, field=path if path != "total" else "expectedTotal")
        if was != now[path]:
            seen.append((path, was, now[path]))
    if seen:
        details = quote_presenters.changed(quote, seen)
        raise Conflict("The price has changed.", code="price_changed", details=details)


def _require_total(shown: Decimal | None, total: int, currency: str) -> None:
    """Raise Conflict if the total that an app has shown to the customer is not that of the order."""
    if shown is not None and shown * 10 ** money.exponent(currency) != total:
        details = {"total": money.to_major(total, currency), "currency": currency}
        raise Conflict("The total of the items is another one.", code="total_differs", details=details)


def _require_partner(partner_id: str | None) -> None:
    if partner_id is not None and user_queries.active_with_role(partner_id, PARTNERS) is None:
        raise Invalid(details={"partnerId": ["Not an active partner."]})


def _order(actor: Actor, given: Json, quote: Quote) -> Order:
    moment, priced = quote.moment, quote.priced
    total = priced.total
    method = _method(actor, given, quote) if total else payment_state.NONE  # there is nothing to pay
    payment = payment_state.of(method, payment_state.PENDING, total, None)
    order_id = new_id()
    info = customers.contact(quote.buyer, given["customer_info"])
    if quote.destination and not info["address"]:
        info["address"] = quote.destination["address"]  # clients that know no destination show this
    computed: Json = {
        "id": order_id,
        "deal_id": order_id,
        "order_number": queries.next_number(),
        "status": "pending",
        "customer_id": quote.buyer,
        "customer_info": info,
        "currency": priced.currency,
        "items": charges.items(priced),
        "subtotal": priced.subtotal,
        "discount": priced.discount,
        "fees": priced.fee_total,
        "tax_added": priced.tax_added,
        "tip": priced.tip,
        "total": total,
        "fulfilment": priced.fulfilment,
        "destination": quote.destination,
        "scheduled_for": quote.scheduled_for,
        "coupon_code": priced.coupon_code,
        "charges": charges.charges(priced),
        "proof_needed": _proof_needed(quote),
        "payment_method": method,
        "payment": payment and payment.as_dict(),
        "eta": quote_terms.arrives(quote),
        "version": 1,
        "accept_by": _accept_by(method, quote),
        "created_at": moment,
        "updated_at": moment,
    }
    computed |= _shares(given, quote, booked=payment is not None)
    return Order(**{name: value for name, value in given.items() if name in FIELDS} | computed)


def _method(actor: Actor, given: Json, quote: Quote) -> str:
    """Return how an order is paid. Raises Invalid for a way in which one at the counter cannot be paid."""
    wanted, usual = given["payment_method"], str(current_app.config["DEFAULT_PAYMENT_METHOD"])
    if quote.buyer == actor.id:
        return wanted or usual
    ways = payment_state.ways_at_counter(credit=actor.may(policy.ORDERS_MANAGE) and quote.buyer is not None)
    if wanted is not None and wanted not in ways:
        raise Invalid(details={"paymentMethod": [f"At the counter: {', '.join(ways)}."]})
    return wanted or (usual if usual in payment_state.AT_COUNTER else payment_state.COD)


def _audit(actor: Actor, order: Order) -> None:
    """Record in the audit log that an admin orders from a partner; the texts stand in the order."""
    if policy.is_privileged(actor, order):
        after = {"partnerId": order.partner_id, "customerId": order.customer_id, "total": order.total}
        audit_log.record(
            "order.create", subject=rooms.subject("order", order.id), after=after, user=(actor.id, actor.role)
        )


def _shares(given: Json, quote: Quote, *, booked: bool) -> Json:
    """Return how an order's money is shared: of one that has a method, or would have one if the house left a price."""
    rate = order_money.commission(given["partner_id"], quote.moment)
    found = charge_terms.agreed(
        quote.priced,
        quote.terms.conditions,
        quote.coupon,
        courier_bps=current_app.config["COURIER_SHARE_BPS"],
        commission_bps=rate,
    )
    if not booked and (given["payment_method"] == payment_state.NONE or not found.house_discount):
        return {}
    return asdict(found) | {"commission_bps": rate}


def _proof_needed(quote: Quote) -> dict[str, bool] | None:
    """Return the proof of delivery that the shop wants today."""
    if quote.shop is None or quote.priced.fulfilment != "delivery":
        return None
    at_door = (quote.destination or {}).get("leaveAtDoor") or quote.buyer is None  # nobody could read a code
    return proof_state.needed(quote.shop.proof, at_door=bool(at_door))


def _accept_by(method: str, quote: Quote) -> datetime:
    """Return until when the order must be paid, or accepted: of a closed shop, counted from its opening."""
    minutes = "PAYMENT_MINUTES" if method == payment_state.ONLINE else "ORDER_ACCEPT_MINUTES"
    begins = quote.moment if method == payment_state.ONLINE else (quote.terms.opens_at or quote.moment)
    return max(begins, quote.moment) + timedelta(minutes=current_app.config[minutes])
