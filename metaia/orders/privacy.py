"""What orders keep of a person: taking it along, and taking it out of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from metaia.auth.account import export
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.jobs import registry as job_registry
from metaia.orders import presenters, queries
from metaia.orders.models import Order as Table
from metaia.orders.queries import NOBODY, Order

FORGET = "metaia.orders.jobs.forget_customers"
BATCH = 100
PLACES = ("customer_id", "partner_id", "delivery_partner_id")  # filters of the list


def ask_to_forget(user_id: str) -> None:  # noqa: ARG001 - the job finds whatever is due
    """Have a deleted customer taken out of their orders, now, and out of those that are still open when they close."""
    job_registry.later(FORGET)


def forget() -> int:
    """Take deleted customers out of the orders that nobody waits for; return how many orders there were."""
    done = 0
    while True:
        with db.transaction():
            orders = queries.to_forget(BATCH)
            for order in orders:
                _forget(order)
        done += len(orders)
        if len(orders) < BATCH:
            return done


def pages(actor: Actor) -> Iterator[list[dict[str, Any]]]:
    """Yield the orders that a user takes part in; what customers say of themselves only to these."""
    for place in PLACES:
        for orders in export.all_pages(lambda cursor, place=place: _page(actor, place, cursor)):  # type: ignore[misc]
            yield [_shown(order, actor) for order in orders]


def _page(actor: Actor, place: str, cursor: str | None) -> export.Page:
    return queries.page(
        actor, filters={place: actor.id}, sort="createdAt", limit=export.PAGE_SIZE, cursor=cursor
    )


def _shown(order: Order, actor: Actor) -> dict[str, Any]:
    shown = presenters.common(order)
    return shown if order.customer_id == actor.id else shown | {"customerInfo": NOBODY, "notes": None}


def _forget(order: Order) -> None:
    """It keeps its version: nothing that anybody does with it has changed."""
    after = replace(order, customer_info=NOBODY, notes=None)
    values = {"customer_info": NOBODY, "notes": None, "words": queries.searchable(after)}
    db.execute(update(Table).where(Table.id == order.id).values(**values))
