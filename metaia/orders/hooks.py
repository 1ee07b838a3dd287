"""What higher domains do with each change of an order, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Callable

from metaia.core.registry import Registry
from metaia.orders.queries import Order

# Called with the order before (None for a new one), the order after, and the action: "create", an action of
# `state.MACHINE`, or "payment" and "secure" for a change of its payment.
Changed = Callable[[Order | None, Order, str], None]
HOOKS: Registry[str, Changed] = Registry("order_hooks")


def changed(before: Order | None, after: Order, action: str) -> None:
    """Call all hooks. The transaction may be optimistic (`db.optimistic_then_locked`).

    So a hook may run twice, may only append rows (`db.append`), and raises `db.Stale` to run with the order row-locked.
    """
    for hook in HOOKS.current().values():
        hook(before, after, action)
