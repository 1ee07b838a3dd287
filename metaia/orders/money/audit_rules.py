"""Rules of the ledger's auditor: an order shows and books what its payments, holds and cash require.

Only the full run checks them. An order that changes while it is read is no finding: it is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

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


def shown(orders: Sequence[Order]) -> Iterator[Found]:
    """Yield orders of which the shown payment is not that of their method, status and money."""
    money = purposes.money_of(purpose.TYPE, {order.id: order.currency for order in orders})
    for order in orders:
        expected = payment_state.of(order.payment_method, order.status, order.total, money.get(order.id))
        if expected and expected.as_dict() != order.payment:
            yield order.id, str(expected.as_dict()), str(order.payment)


def booked_on_credit(orders: Sequence[Order]) -> Iterator[Found]:
    """Yield completed orders on credit that are not booked. The auditor of payments sees those that have payments."""
    booked = payment_queries.booked([purpose.subject(order.id) for order in orders])
    for order in orders:
        if order.payment_method == CREDIT:
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
