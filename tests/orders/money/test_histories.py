"""Actions and facts in any order: the shown payment is right at each step, and the auditor finds nothing at the end."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metaia.core.access.actor import Actor
from metaia.core.errors import Problem
from metaia.finance.credit import queries as credit_queries
from metaia.finance.credit import service as credit_service
from metaia.orders import queries, service
from metaia.orders.money import audit_rules
from metaia.orders.money.service import give_back
from metaia.orders.payment import state
from metaia.payments import queries as payment_queries
from metaia.payments import state as payment_state
from metaia.providers.payments.facts import Fact
from tests.orders.money import paying

AMOUNTS = {"a": 2500, "b": 1000}  # of the attempts
ACTIONS = ("accept", "prepare", "ready", "complete", "cancel", "reject", "expire")
attempts = st.sampled_from(sorted(AMOUNTS))
moves = st.one_of(
    st.tuples(st.just("act"), st.sampled_from(ACTIONS), st.none()),
    st.tuples(st.just("attempt"), st.sampled_from(["pending", "authorized", "captured", "failed"]), attempts),
    st.tuples(st.just("refund"), st.sampled_from(["processed", "failed"]), attempts),
    st.tuples(st.just("dispute"), st.sampled_from(["open", "won", "lost"]), attempts),
    st.tuples(st.just("answer"), st.sampled_from(["processed", "failed"]), st.none()),
)
LIMITS = {"enough": 10**9, "nothing": 0}
on_credit = st.one_of(
    st.tuples(st.just("act"), st.sampled_from(ACTIONS), st.none()),
    st.tuples(st.just("credit"), st.sampled_from([*LIMITS, "freeze", "unfreeze"]), st.none()),
)
HELD = frozenset({"accepted", "preparing", "ready", "out_for_delivery", "delivered"})


def do(order: Any, tailor: Actor, move: tuple[str, str, str | None]) -> None:
    """Perform an action, which may be refused, or let the provider state something."""
    what, value, attempt = move
    if what == "act":
        body = {"reason": "closed"} if value == "reject" else {}
        try:
            if value == "expire":
                service.expire(order["id"])
            else:
                service.act(tailor, order["id"], value, body)
        except Problem:
            return
    elif what == "credit":
        change_credit(order["customerId"], value)
    elif what == "attempt":
        paying.pay(order, AMOUNTS[attempt or ""], value, f"{attempt}_{order['id']}")
    elif what == "refund":
        paying.refund(order, f"{attempt}_{order['id']}", 400, value)
    elif what == "dispute":
        paying.dispute(order, f"{attempt}_{order['id']}", 300, value, f"{attempt}{order['id']}")
    else:
        paying.settle_refunds(order, value)


def change_credit(customer_id: str, value: str) -> None:
    """Set the limit of a customer, or freeze or unfreeze the account, which may be refused."""
    if value in LIMITS:
        credit_service.put(customer_id, "INR", LIMITS[value], 30, "a test")
        return
    with suppress(Problem):
        credit_service.act(customer_id, "INR", value, "a test")


def expected(order_id: str) -> dict[str, Any] | None:
    """Return the payment that all facts of an order require, computed without the rows of payments."""
    order = queries.get(order_id)
    assert order
    sums = {"captured": 0, "refunded": 0, "disputed": 0, "authorized": 0}
    for payment in payment_queries.of_purpose("order", order_id):
        facts: list[Fact] = payment_queries.facts(payment.id)
        found = payment_state.of(facts, payment.currency)
        sums = {name: total + getattr(found, name) for name, total in sums.items()}
    money = type("Money", (), sums)()
    shown = state.of(order.payment_method, order.status, order.total, money)
    return shown.as_dict() if shown else None


def check(cast: Any, order: Any, history: list[Any]) -> None:
    """Play a history; the payment is right at each step, and nothing is left over."""
    tailor = Actor(cast.tailor.id, "tailor", "", 0)
    for move in history:
        do(order, tailor, move)
        found = queries.get(order["id"])
        assert found
        assert found.payment == expected(order["id"]), move
    give_back(order["id"])
    paying.settle_refunds(order)
    give_back(order["id"])
    after = queries.get(order["id"])
    assert after
    assert after.payment == expected(order["id"])
    if after.status in state.ENDED:
        assert [*audit_rules.settled([after])] == []


def test_credit_is_held_and_used_as_its_orders_require(cast: Any) -> None:
    orders: list[Any] = []
    change_credit(cast.customer.id, "enough")

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(history=st.lists(on_credit, max_size=12))
    def histories(history: list[Any]) -> None:
        orders.append(cast.customer.order(partnerId=cast.tailor.id, paymentMethod="credit"))
        check(cast, orders[-1], history)
        statuses = Counter(queries.get(order["id"]).status for order in orders)  # type: ignore[union-attr]
        held = sum(statuses[status] for status in HELD)
        account = credit_queries.get(cast.customer.id, "INR")
        assert account
        used = credit_queries.usage(account)
        assert (used.balance, used.held) == (2500 * statuses["completed"], 2500 * held)

    histories()
    assert paying.findings(*orders) == []


def test_the_payment_is_right_at_each_step_and_the_auditor_finds_nothing(cast: Any) -> None:
    orders = []

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(method=st.sampled_from(["online", "cod"]), history=st.lists(moves, max_size=12))
    def histories(method: str, history: list[Any]) -> None:
        orders.append(cast.customer.order(partnerId=cast.tailor.id, paymentMethod=method))
        check(cast, orders[-1], history)

    histories()
    assert paying.findings(*orders) == []
