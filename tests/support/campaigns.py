"""Audiences for campaigns: users with registration times that no other test uses, and their notifications."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from metaia.core import db
from metaia.core.times import rfc3339
from metaia.notifications.campaigns import sending
from tests.support.people import Person

Json = dict[str, Any]
PEOPLE = text(
    """
    INSERT INTO users (id, email, email_verified_at, password_hash, name, role, active, locale, time_zone, version,
        created_at)
    SELECT gen_random_uuid(), gen_random_uuid() || '@test.example', now(), '', 'One of many', :role, :active, :locale,
        'UTC', 1, CAST(:since AS timestamptz) + make_interval(secs => n / 10.0) FROM generate_series(0, :count - 1) AS n
    RETURNING id
    """
)
TOLD = text("SELECT * FROM notifications WHERE campaign_id = :id ORDER BY user_id")
FAST = 1_000_000


@dataclass(frozen=True)
class Crowd:
    """Users that registered within one hour, long ago."""

    since: datetime

    def join(
        self, count: int, *, role: str = "customer", locale: str = "en", active: bool = True
    ) -> set[str]:
        """Insert users, and return their ids."""
        values = {
            "role": role,
            "locale": locale,
            "active": active,
            "count": count,
            "since": self.since,
        }
        with db.transaction():
            return {str(row.id) for row in db.execute(PEOPLE, values)}

    @property
    def audience(self) -> Json:
        return {
            "roles": ["customer"],
            "createdFrom": rfc3339(self.since),
            "createdTo": rfc3339(self.since + timedelta(hours=1)),
        }

    def body(self, **changes: Any) -> Json:
        """Return the body of a campaign for this crowd."""
        return {
            "name": "Spring",
            "title": "Ten per cent off",
            "message": "On <b>every</b> suit, Zoë.",
            "channels": ["in_app"],
            "audience": self.audience,
            "ratePerMinute": FAST,
        } | changes


def crowd() -> Crowd:
    """Return an empty crowd."""
    return Crowd(datetime(1980, 1, 1, tzinfo=UTC) + timedelta(hours=random.randrange(200_000)))


def create(admin: Person, body: Json) -> Json:
    """Create a campaign, and return it."""
    answer = admin.post("/api/admin/campaigns", body)
    assert answer.status_code == 201, answer.text
    campaign: Json = answer.json()["data"]["campaign"]
    return campaign


def act(admin: Person, campaign: Json, action: str) -> Json:
    """Do something to a campaign, and return it."""
    answer = admin.post(f"/api/admin/campaigns/{campaign['id']}/{action}", {})
    assert answer.status_code == 200, answer.text
    after: Json = answer.json()["data"]["campaign"]
    return after


def watched(admin: Person, campaign: Json) -> Json:
    """Return a campaign and its funnel."""
    data: Json = admin.get(f"/api/admin/campaigns/{campaign['id']}").json()["data"]
    return data


def begun(admin: Person, body: Json) -> Json:
    """Create a campaign and begin it; no user is notified yet."""
    campaign = create(admin, body)
    act(admin, campaign, "start")
    assert sending.advance(campaign["id"])
    return campaign


def finish(campaign: Json) -> int:
    """Run all due batches, and return their number."""
    done = 0
    while sending.advance(campaign["id"]):
        done += 1
    return done


def notified(campaign: Json) -> Counter[str]:
    """Return how often each user was notified."""
    return Counter(row.user_id for row in rows(campaign))


def rows(campaign: Json) -> list[Any]:
    """Return the notifications of a campaign."""
    return list(db.fetch_all(TOLD, {"id": campaign["id"]}))


def set_columns(campaign: Json, **values: Any) -> None:
    """Change columns of a campaign in the table."""
    changes = ", ".join(f"{name} = :{name}" for name in values)
    with db.transaction():
        db.execute(text(f"UPDATE campaigns SET {changes} WHERE id = :id"), values | {"id": campaign["id"]})
