"""Personal data in orders: the export of a user's orders, and erasure when an account is deleted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from metaia.auth.account import export
from metaia.core import db, retention
from metaia.core.access.actor import Actor
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.orders import presenters, queries
from metaia.orders.charges import presenters as charges
from metaia.orders.customers import queries as customer_queries
from metaia.orders.models import OrderRow
from metaia.orders.queries import ERASED, Order
from metaia.orders.search import queries as search_queries

ERASE = "metaia.orders.jobs.forget_customers"
BATCH = 100
CONTACT_KEPT = timedelta(days=365)  # of customers without an account, who cannot delete it themselves
ROLES = ("customer_id", "partner_id", "delivery_partner_id")  # filters of the list


def request_erasure(user_id: str) -> None:  # noqa: ARG001 - the job finds every order that is due
    """Enqueue the erasure of a deleted customer's data: now in closed orders, later in those that are still open."""
    job_registry.enqueue(ERASE)


def erase_customers() -> int:
    """Erase the data of deleted customers in closed orders; return the number of orders."""
    erased, _ = retention.purge(_erase_batch, batch=BATCH, seconds=math.inf)
    return erased


def erase_old_contacts() -> int:
    """Erase the data of customers without an account some time after the end of their orders; return how many."""
    erased, _ = retention.purge(_erase_old_batch, batch=BATCH, seconds=math.inf)
    return erased


def pages(actor: Actor) -> Iterator[list[dict[str, Any]]]:
    """Yield the orders that a user takes part in; contact data of customers only to these customers."""
    for role in ROLES:
        for orders in export.all_pages(lambda cursor, role=role: _page(actor, role, cursor)):  # type: ignore[misc]
            yield [_shown(order, actor) for order in orders]


def _page(actor: Actor, role: str, cursor: str | None) -> export.Page:
    return search_queries.page(
        actor, filters={role: actor.id}, sort="createdAt", limit=export.PAGE_SIZE, cursor=cursor
    )


def _shown(order: Order, actor: Actor) -> dict[str, Any]:
    shown = presenters.common(order)
    return shown if order.customer_id == actor.id else presenters.without_contact(shown)


def _erase_batch(limit: int) -> int:
    return _erase_all(customer_queries.to_erase(limit))


def _erase_old_batch(limit: int) -> int:
    return _erase_all(customer_queries.kept_since(now() - CONTACT_KEPT, limit))


def _erase_all(orders: list[Order]) -> int:
    for order in orders:
        _erase(order)
    return len(orders)


def _erase(order: Order) -> None:
    """Overwrite the customer's data. The version stays: no action is affected by the change."""
    items = [charges.without_private(item) for item in order.items]
    erased: dict[str, Any] = {
        "customer_info": ERASED,
        "notes": None,
        "items": items,
        "destination": None,
        "eta": None,
    }
    if order.proof:
        erased["proof"] = order.proof | {"signerName": None}
    values = erased | {"words": queries.searchable(replace(order, **erased))}
    db.execute(update(OrderRow).where(OrderRow.id == order.id).values(**values))
