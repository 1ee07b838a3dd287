"""Higher domains get each change of an order, in the transaction of the change."""

from __future__ import annotations

import pytest
from flask import Flask

from metaia.core import db
from metaia.core.errors import Conflict
from metaia.orders.hooks import HOOKS
from metaia.orders.queries import Order
from tests.orders.conftest import Cast


def test_each_change_calls_the_hooks(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str | None, str, str]] = []

    def changed(before: Order | None, after: Order, action: str) -> None:
        assert db.current() is not None
        seen.append((before.status if before else None, after.status, action))
        if action == "cancel":
            raise Conflict("Not now.")

    monkeypatch.setitem(HOOKS.of(app), "test", changed)
    order = cast.customer.order(partnerId=cast.tailor.id)
    cast.tailor.act(order, "accept")
    assert seen == [(None, "pending", "create"), ("pending", "accepted", "accept")]
    refused = cast.tailor.patch(f"/api/orders/{order['id']}/cancel", {})
    assert refused.status_code == 409
    assert cast.customer.get(f"/api/orders/{order['id']}").json()["data"]["order"]["status"] == "accepted"
