"""Vendors that call the server of the tests, and deliveries for their receipts."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db, logs
from metaia.core.ids import new_id
from metaia.core.observing import exceptions
from metaia.core.times import now
from metaia.notifications.delivery.models import AttemptRow, DeliveryRow
from metaia.notifications.models import NotificationRow
from metaia.webhooks import jobs
from tests.support.people import Person, World
from tests.support.server import Server
from tests.webhooks.vendors import SETTINGS, Vendors

Row = Any
Send = Callable[..., Row]
DUE = text("UPDATE webhook_inbox SET due_at = now() WHERE due_at IS NOT NULL")


@pytest.fixture
def vendors(app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch) -> Vendors:
    """Give vendors that share secrets with us."""
    for name, value in SETTINGS.items():
        monkeypatch.setitem(app.config, name, value)
    return Vendors(server.url)


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


@pytest.fixture
def sent(person: Person) -> Send:
    """Give a function that inserts a delivery that a provider has accepted, and returns its row."""

    def send(channel: str = "sms", provider: str = "twilio", **values: Any) -> Row:
        notification = values.pop("notification_id", None) or _notification(person)
        row: dict[str, Any] = {
            "id": new_id(), "notification_id": notification, "user_id": person.id, "channel": channel,
            "address": f"+1500{int(new_id()[-6:], 16):08}" if channel == "sms" else f"{new_id()}@test.example",
            "queue": "default", "status": "sent", "reason": None, "digest": False, "unless_seen": False,
            "due_at": now(), "attempts": 1, "provider": provider, "reference": f"ref-{new_id()}", "error": None,
            "created_at": now(), "updated_at": now(),
        } | values  # fmt: skip
        with db.transaction():
            db.append(DeliveryRow, **row)
            db.append(
                AttemptRow,
                delivery_id=row["id"],
                number=1,
                provider=provider,
                started_at=now(),
                outcome="sent",
            )
        return delivery(row["id"])

    return send


@pytest.fixture
def logged(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Give the log in the format of production."""
    stream = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        logs.setup(as_json=True)
    yield stream
    logs.setup(as_json=app.config["LOG_JSON"], observe=exceptions.observe)


def delivery(delivery_id: str) -> Row:
    """Return a delivery as it is now."""
    return db.fetch_one(text("SELECT * FROM deliveries WHERE id = :id"), {"id": delivery_id})


def receipts_of(delivery_id: str) -> list[str]:
    """Return the statuses in the receipts of a delivery, in the order of their times."""
    query = text("SELECT status FROM delivery_receipts WHERE delivery_id = :id ORDER BY at, id")
    return [row.status for row in db.fetch_all(query, {"id": delivery_id})]


def suppressed(address: str) -> str | None:
    """Return the reason for which an address is suppressed, None if it is not."""
    query = text("SELECT reason FROM address_suppressions WHERE address = :address AND ended_at IS NULL")
    return db.fetch_value(query, {"address": address})


def process(*, again: bool = False) -> None:
    """Process due webhooks as the worker does; with `again`, as if all pauses were over."""
    if again:
        with db.transaction():
            db.execute(DUE)
    jobs.digest()


def stored(key_of: str = "") -> list[Row]:
    """Return the stored webhooks with `key_of` in their body."""
    query = text(
        "SELECT * FROM webhook_inbox WHERE position(:text IN convert_from(body, 'latin1')) > 0 ORDER BY id"
    )
    return db.fetch_all(query, {"text": key_of})


def _notification(person: Person) -> str:
    notification_id = new_id()
    with db.transaction():
        db.append(
            NotificationRow, id=notification_id, user_id=person.id, type="order_placed", category="order", title="A",
            message="B", data={}, actions=[], shown=True, queue="default", created_at=now(), planned_at=now(),
        )  # fmt: skip
    return notification_id
