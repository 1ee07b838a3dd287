"""Jobs read what deleted users left behind user by user: statistics cannot let them read whole tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.bookings.personal_data import queries as bookings
from metaia.chat.personal_data import queries as chat
from metaia.core import db
from metaia.media import queries as media
from metaia.offers.forgetting import queries as offers
from metaia.orders.customers import queries as orders
from tests.support.plans import nodes, plans

READS: dict[str, Callable[[int], object]] = {
    "bookings to cancel": bookings.open_of_deleted,
    "bookings to erase": bookings.to_erase,
    "places in conversations": chat.places_of_deleted,
    "media": media.of_deleted_users,
    "offers to cancel": offers.open_of_deleted,
    "offers to erase": offers.to_erase,
    "orders to erase": orders.to_erase,
}


@pytest.mark.parametrize("name", READS)
def test_each_deleted_user_is_read_by_indexes(app: Flask, name: str) -> None:
    """Even where loops are the most expensive way, nothing is joined with all users at once."""
    with app.app_context(), db.transaction():
        for way in ("enable_nestloop", "enable_seqscan"):
            db.execute(text(f"SET LOCAL {way} = off"))
        [plan] = plans(lambda: READS[name](100))
    every = list(nodes(plan))
    joins = {node["Node Type"] for node in every} & {"Nested Loop", "Hash Join", "Merge Join"}
    assert joins == {"Nested Loop"}
    assert [node["Relation Name"] for node in every if node["Node Type"] == "Seq Scan"] == []
