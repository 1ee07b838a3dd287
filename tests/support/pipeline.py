"""The pipeline of notifications in the process of the test, for the notifications of this test only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.notifications import service as notification_service
from metaia.notifications.delivery import planning, sending
from metaia.notifications.delivery.claims import LEASE
from metaia.providers.messaging.failover import ProviderFailover
from tests.support.people import Person

ROWS = text(
    "SELECT deliveries.* FROM deliveries JOIN notifications ON notifications.id = notification_id"
    " WHERE notifications.user_id = :user AND channel = ANY(:channels) ORDER BY deliveries.id"
)
ATTEMPTS = text("SELECT * FROM delivery_attempts WHERE delivery_id = :id ORDER BY number")
CHANNELS = ["email", "sms", "push"]


class Pipeline:
    """Plans and sends the notifications in `queue`, with the providers of `failover`."""

    def __init__(self, queue: str, failover: ProviderFailover) -> None:
        self.queue = queue
        self.failover = failover

    def notify(self, person: Person, kind: str, number: str = "M1", **data: Any) -> None:
        """Notify a person."""
        with db.transaction():
            notification_service.notify(person.id, kind, {"orderId": new_id(), "orderNumber": number} | data)

    def plan(self) -> None:
        """Plan all notifications."""
        while planning.plan(self.queue):
            pass

    def run(self) -> int:
        """Plan and send until nothing is left, as the job does; return how many deliveries were claimed."""
        claimed = 0
        while True:
            planned, sent = planning.plan(self.queue), sending.send_due(self.queue, self.failover)
            claimed += sent
            if not planned and not sent:
                return claimed

    @staticmethod
    def deliveries(person: Person, *channels: str) -> list[Any]:
        """Return a person's deliveries."""
        return list(db.fetch_all(ROWS, {"user": person.id, "channels": list(channels) or CHANNELS}))

    def only(self, person: Person, channel: str) -> Any:
        """Return a person's only delivery on a channel."""
        (row,) = self.deliveries(person, channel)
        return row

    def attempts(self, person: Person, channel: str) -> list[tuple[str, str | None]]:
        """Return (provider, outcome) of each call for a person's only delivery on a channel."""
        rows = db.fetch_all(ATTEMPTS, {"id": self.only(person, channel).id})
        return [(row.provider, row.outcome) for row in rows]

    def end_pauses(self, person: Person) -> list[float]:
        """End the pauses of a person's deliveries; return how many seconds were left."""
        waiting = [row for row in self.deliveries(person) if row.status == "queued"]
        self.change(person, "due_at", now() - timedelta(seconds=1), status="queued")
        return [(row.due_at - now()).total_seconds() for row in waiting]

    def expire_lease(self, person: Person, ago: timedelta = LEASE + timedelta(seconds=1)) -> None:
        """Make the claims on a person's deliveries older, so that their lease is over."""
        self.change(person, "updated_at", now() - ago, status="sending")

    @staticmethod
    def change(person: Person, column: str, value: Any, *, status: str) -> None:
        """Change a column of a person's deliveries in a status."""
        with db.transaction():
            statement = f"UPDATE deliveries SET {column} = :value WHERE user_id = :user AND status = :status"
            db.execute(text(statement), {"value": value, "user": person.id, "status": status})
