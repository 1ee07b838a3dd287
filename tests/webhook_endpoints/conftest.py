"""Endpoints with receivers, and the worker's job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, text

from metaia.core import db
from metaia.core.json import Json
from metaia.realtime import runtime
from metaia.webhook_endpoints import jobs
from metaia.webhook_endpoints.models import EndpointRow
from metaia.webhook_endpoints.sending import service as sending
from tests.support.people import Person, World
from tests.support.receivers import Receiver
from tests.support.waiting import caught_up


class Hooks:
    """Makes endpoints, and does what the worker of the queue `hooks` does."""

    def __init__(self, app: Flask, world: World, stack: ExitStack) -> None:
        self.app, self.world, self._stack = app, world, stack
        self.partner = world.person("tailor")

    def receiver(self) -> Receiver:
        """Return a new receiver, whose address is allowed."""
        made = self._stack.enter_context(Receiver())
        self.app.config["WEBHOOK_LOCAL_ORIGINS"].append(made.origin)
        return made

    def create(self, receiver: Receiver, *events: str, by: Person | None = None, **body: Any) -> Json:
        """Create an endpoint; return it with its secret. It is not verified yet."""
        given = {"url": receiver.url, "events": list(events) or ["*"]} | body
        answer = (by or self.partner).post("/api/webhook-endpoints", given)
        assert answer.status_code == 201, answer.text
        data: Json = answer.json()["data"]
        return data["endpoint"] | {"secret": data["secret"]}

    def active(self, receiver: Receiver, *events: str, by: Person | None = None, **body: Any) -> Json:
        """Create an endpoint and verify it; return it with its secret."""
        made = self.create(receiver, *events, by=by, **body)
        jobs.verify(made["id"])
        assert self.get(made, by=by)["state"] == "active"
        return made

    def get(self, endpoint: Json, by: Person | None = None) -> Json:
        """Return an endpoint as it is now."""
        found: Json = (by or self.partner).get(f"/api/webhook-endpoints/{endpoint['id']}").json()["data"]
        return dict(found["endpoint"])

    def change(self, endpoint: Json, **body: Any) -> Json:
        answer = self.partner.patch(f"/api/webhook-endpoints/{endpoint['id']}", body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["data"]["endpoint"])

    def deliveries(self, endpoint: Json, **query: Any) -> list[Json]:
        """Return the deliveries of an endpoint, the oldest first."""
        path = f"/api/webhook-endpoints/{endpoint['id']}/deliveries"
        answer = self.partner.get(path, params={"sort": "createdAt", "limit": 100} | query)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"]["deliveries"])

    def delivery(self, delivery_id: str) -> Json:
        """Return a delivery with its attempts."""
        return dict(self.partner.get(f"/api/webhook-deliveries/{delivery_id}").json()["data"])

    def forward(self) -> None:
        """Send what is committed, as the worker does, until nothing is due."""
        caught_up(runtime.of(self.app).feed)
        jobs.forward()

    def make_due(self) -> None:
        """Let all pauses be over, and all leases."""
        with db.transaction():
            db.execute(
                text(
                    "UPDATE webhook_messages SET due_at = now(),"
                    " leased_until = CASE WHEN leased_until IS NULL THEN NULL ELSE now() - interval '1 s' END"
                    " WHERE state = 'pending'"
                )
            )


@pytest.fixture
def hooks(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooks]:
    monkeypatch.setitem(app.config, "WEBHOOK_LOCAL_ORIGINS", [])
    monkeypatch.setattr(sending, "SECONDS", 3.0)
    with db.transaction():
        db.execute(delete(EndpointRow))  # those of other tests
    with ExitStack() as stack:
        yield Hooks(app, world, stack)
    with db.transaction():
        db.execute(delete(EndpointRow))
