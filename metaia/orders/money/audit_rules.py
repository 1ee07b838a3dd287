"""Rules of the ledger's auditor: an order shows and books what its payments, holds and cash require.

Only the full run checks them. An order that changes while it is read is no finding: it is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from flask import Flask

from metaia.ledger.audit.registry import MOST, RULES, in_sql
from metaia.orders import queries as order_queries
from metaia.orders.money import purpose, queries
from metaia.orders.payment import state as payment_state
from metaia.orders.payment.state import CREDIT
from metaia.orders.queries import Order
from metaia.payments import queries as payment_queries
from metaia.payments.giving_back import service as giving_back
from metaia.payments.purposes import service as purposes

Found = tuple[str, str, str]
Check = Callable[[Sequence[Order]], Iterator[Found]]
# What is booked for couriers and by the house, as each order states it. The courier of the pool is paid first, so that
# a part of the price pays all of the share or is all for the courier. No seller gets less than nothing. Reversals
# by staff are for the rule `payment_is_booked`.
_SHARES = r"""
    SELECT o.id AS subject, s.share || ' for the courier, ' || s.promotion || ' by the house' AS expected,
        f.courier || ' for the courier, ' || f.promotion || ' by the house, ' || f.seller || ' for the seller, '
            || f.commission || ' commission of ' || f.earned AS found
    FROM orders o LEFT JOIN (
        SELECT p.subject, e.currency, count(*) AS entries,
            bool_or(p.key ~ '^(corrected:)?(refund|dispute):') AS returned,
            coalesce(sum(e.amount) FILTER (WHERE e.kind = 'due' AND p.key ~ '^(corrected:)?earned:'
                OR e.kind = 'credit' AND p.key ~ '^(corrected:)?credit:'), 0) AS earned,
            coalesce(-sum(e.amount) FILTER (WHERE e.kind = 'courier'), 0) AS courier,
            count(DISTINCT e.owner) FILTER (WHERE e.kind = 'courier') AS couriers,
            min(e.owner) FILTER (WHERE e.kind = 'courier') AS carrier,
            coalesce(sum(e.amount) FILTER (WHERE e.kind = 'promotions'), 0) AS promotion,
            coalesce(-sum(e.amount) FILTER (WHERE e.kind IN ('partner', 'sales')), 0) AS seller,
            coalesce(-sum(e.amount) FILTER (WHERE e.kind = 'commission'), 0) AS commission
        FROM ledger_postings p JOIN ledger_entries e ON e.posting_id = p.id
        WHERE p.subject LIKE 'order-%' AND p.kind IN ('earned', 'credit', 'refund', 'dispute', 'corrected')
            AND p.key NOT LIKE 'corrected:reverse:%'
        GROUP BY 1, 2
    ) g ON g.subject = 'order-' || o.id AND g.currency = o.currency
    CROSS JOIN LATERAL (SELECT coalesce(g.earned, 0) AS earned, coalesce(g.courier, 0) AS courier,
        coalesce(g.promotion, 0) AS promotion, coalesce(g.seller, 0) AS seller,
        coalesce(g.commission, 0) AS commission, coalesce(g.returned, false) AS returned) f
    CROSS JOIN LATERAL (SELECT
        CASE WHEN o.status = 'completed' AND o.courier_id IS NOT NULL AND NOT o.courier_own
            THEN coalesce(o.courier_share, 0) ELSE 0 END AS share,
        CASE WHEN o.status = 'completed' THEN coalesce(o.house_discount, 0) ELSE 0 END AS promotion) s
    WHERE (g.entries > 0 OR s.share > 0 OR s.promotion > 0) AND (
        f.courier NOT BETWEEN least(s.share, f.earned) AND s.share OR f.earned = o.total AND f.courier <> s.share
        OR f.courier > 0 AND (g.couriers > 1 OR g.carrier <> o.courier_id::text)
        OR f.promotion NOT BETWEEN 0 AND s.promotion
        OR NOT f.returned AND f.earned = o.total AND f.promotion <> s.promotion
        OR f.seller < 0 OR f.commission < 0
    )
"""
# What a coupon of the house takes off is in the order's price; the base of a commission is what is left of the goods.
_AGREED = """
    SELECT id AS subject, 'base and promotion of the goods and the fee' AS expected,
        'base ' || coalesce(commission_base::text, 'none') || ', promotion ' || house_discount || ', courier '
            || courier_share AS found
    FROM orders WHERE house_discount IS NOT NULL AND (
        commission_base NOT BETWEEN subtotal - discount AND subtotal
        OR commission_base - (subtotal - discount) > house_discount
        OR courier_share > total + house_discount
        OR house_discount > 0 AND coupon_code IS NULL
    )
"""
_HOLDS = """
    SELECT o.id AS subject, CASE WHEN o.status IN ('pending', 'rejected', 'cancelled', 'completed')
        THEN 'no open hold' ELSE 'an open hold' END AS expected, count(h.id) || ' open holds' AS found
    FROM orders o LEFT JOIN (
        SELECT h.id, h.subject FROM ledger_holds h JOIN ledger_accounts a ON a.id = h.account_id AND a.kind = 'credit'
        LEFT JOIN ledger_hold_ends e ON e.hold_id = h.id WHERE e.hold_id IS NULL
    ) h ON h.subject = 'order-' || o.id
    WHERE o.payment_method = 'credit' AND o.payment IS NOT NULL GROUP BY o.id, o.status
    HAVING count(h.id) <> CASE WHEN o.status IN ('pending', 'rejected', 'cancelled', 'completed') THEN 0 ELSE 1 END
"""


def register(app: Flask) -> None:
    """Register the rules of orders with the application."""
    RULES.register(app, "order_payment", _full(queries.with_payment, shown))
    RULES.register(app, "order_on_credit", _full(queries.earned_on_credit, booked_on_credit))
    RULES.register(app, "order_settled", _full(queries.ended_with_due, settled))
    RULES.register(app, "order_holds", in_sql(_HOLDS))
    RULES.register(app, "order_shares", in_sql(_SHARES))
    RULES.register(app, "order_agreed", in_sql(_AGREED))
    RULES.register(app, "order_paid_by_house", _full(queries.paid_by_house, booked_by_house))


def shown(orders: Sequence[Order]) -> Iterator[Found]:
    """Yield orders of which the shown payment is not that of their method, status and money."""
    money = purposes.money_of(purpose.TYPE, {order.id: order.currency for order in orders})
    for order in orders:
        expected = payment_state.of(order.payment_method, order.status, order.total, money.get(order.id))
        if expected and expected.as_dict() != order.payment:
            yield order.id, str(expected.as_dict()), str(order.payment)


def booked_on_credit(orders: Sequence[Order]) -> Iterator[Found]:
    """Yield completed orders on credit that are not booked. The auditor of payments sees those that have payments."""
    yield from _booked(order for order in orders if order.payment_method == CREDIT)


def booked_by_house(orders: Sequence[Order]) -> Iterator[Found]:
    """Yield completed orders without a payment, of which the house pays all, that are not booked."""
    yield from _booked(order for order in orders if order.payment is None and order.house_discount)


def _booked(found: Iterable[Order]) -> Iterator[Found]:
    """Yield orders without payments for which the ledger lacks something."""
    orders = list(found)
    booked = payment_queries.booked([purpose.subject(order.id) for order in orders])
    for order in orders:
        subject = purpose.subject(order.id)
        own = [posting for posting in booked if posting.subject == subject]
        missing = purposes.to_book(purpose.of(order), [], [subject], own)
        if missing:
            yield order.id, "nothing to book", ", ".join(posting.key for posting in missing)


def settled(orders: Sequence[Order]) -> Iterator[Found]:
    """Yield ended orders that hold more than what failed refunds have brought back, or a dispute will decide."""
    for order in orders:
        rest = giving_back.unclaimed(purpose.of(order))
        if rest > 0:
            yield order.id, f"0 {order.currency}", f"{rest} {order.currency}"


def _full(ids: Callable[[], Iterator[list[str]]], check: Check) -> Callable[[bool], list[Found]]:
    def findings() -> Iterator[Found]:
        for page in ids():
            for found in check([*order_queries.by_ids(page).values()]):
                now = order_queries.get(found[0])
                yield from check([now]) if now else ()

    def rule(everything: bool) -> list[Found]:
        found = findings() if everything else iter(())
        return [each for each, _ in zip(found, range(MOST), strict=False)]

    return rule
