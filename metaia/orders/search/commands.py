"""`flask orders …`: for operators, after a deployment."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import text

from metaia.core import db
from metaia.orders import queries
from metaia.orders.queries import Order

BATCH = 200  # orders that are read and written together
group = AppGroup("orders", help="Orders: the index of the search.")
# Not the words of an order whose texts were erased since they were read.
SET_WORDS = text(
    "UPDATE orders SET words = new.words::tsvector"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb))"
    " AS new (id uuid, customer_info jsonb, notes text, items jsonb, words text)"
    " WHERE orders.id = new.id AND orders.customer_info = new.customer_info"
    " AND orders.notes IS NOT DISTINCT FROM new.notes AND orders.items = new.items"
    " AND orders.words IS DISTINCT FROM new.words::tsvector"
)


@group.command("reindex")
def reindex() -> None:
    """Index all orders for the search as this release does, after the processes of an earlier release have ended.

    Batches commit one by one, and rows that are right are not written: it may be stopped and run again.
    """
    checked = changed = 0
    for orders in _batches():
        checked += len(orders)
        changed += _index(orders)
        click.echo(f"checked {checked} orders, changed {changed}")
    click.echo(f"done: {checked} orders, changed {changed}")


def _batches() -> Iterator[list[Order]]:
    """Yield all orders by their ids."""
    after: str | None = None
    while orders := queries.after(after, BATCH):
        yield orders
        after = orders[-1].id


def _index(orders: list[Order]) -> int:
    """Store the words of orders; return the number of those that had others."""
    rows = [
        {
            "id": order.id,
            "customer_info": order.customer_info,
            "notes": order.notes,
            "items": order.items,
            "words": queries.searchable(order),
        }
        for order in orders
    ]
    with db.transaction():
        return db.execute(SET_WORDS, {"rows": json.dumps(rows)}).rowcount


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(group)
