"""An order's past: what happened to it, and how it stood at any moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from metaia.core.access.actor import Actor
from metaia.core.db import AnyRow
from metaia.core.errors import NotFound
from metaia.orders import service
from metaia.orders.queries import Order
from metaia.orders.timeline import queries


def timeline(actor: Actor, order_id: str, as_of: datetime | None) -> tuple[Order, list[AnyRow]]:
    """Return an order and its steps; with `as_of`, both as they were then.

    Raises NotFound (also if it did not exist yet) or Forbidden.
    """
    order = service.read(actor, order_id)
    entries = queries.steps(order_id, until=as_of)
    if not entries:
        raise NotFound("The order did not exist then.")
    return (order if as_of is None else _as_after(order, entries[-1])), entries


def _as_after(order: Order, step: AnyRow) -> Order:
    after = {name: value for name, value in step.after.items() if name != "occurred_at"}
    if "accept_by" in after:
        after["accept_by"] = datetime.fromisoformat(after["accept_by"])
    return replace(order, **after, version=step.version, updated_at=step.at)
