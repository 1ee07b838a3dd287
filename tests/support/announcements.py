"""Announcements of the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from metaia.core import db
from metaia.core.times import now, rfc3339
from metaia.notifications.announcements import drafts
from metaia.notifications.announcements.models import AnnouncementRow
from metaia.notifications.announcements.queries import Announcement
from tests.support.people import Person, World

Json = dict[str, Any]
PATH = "/api/admin/announcements"
TEXTS = {
    "en": {"title": "Maintenance", "message": "Back at five."},
    "hi": {"title": "रखरखाव", "message": "पाँच बजे वापस।"},
}


def body(*people: Person, minutes: float = 60, **changes: Any) -> Json:
    """Return the body of an announcement to some users, or to the audience in `changes`."""
    audience = {"userIds": [person.id for person in people]}
    end = rfc3339(now() + timedelta(minutes=minutes))
    return {"audience": audience, "content": TEXTS, "endsAt": end} | changes


def announced(admin: Person, *people: Person, **changes: Any) -> Json:
    """Announce, and return the announcement."""
    given = body(*people, **changes)
    shown = admin.post(PATH, given)
    assert shown.status_code == 200, shown.text
    answer = admin.post(PATH, given | {"confirm": {"recipients": shown.json()["data"]["recipients"]}})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]["announcement"]


def insert_announcement(person: Person) -> str:
    """Announce something to a person by code; return its id."""
    end = now() + timedelta(hours=1)
    moment = now()
    made = drafts.draft(None, roles=None, user_ids=[person.id], content=TEXTS, ends_at=end)
    made = replace(made, published_at=moment, recipients=1)
    with db.transaction():
        db.append(AnnouncementRow, **{name: getattr(made, name) for name in Announcement.__slots__})
    return made.id


def speaking(world: World, locale: str) -> Person:
    """Register a user with a language, which the token has from the next refresh on."""
    person = world.person()
    assert person.patch("/api/auth/me", {"locale": locale}).status_code == 200
    answer = world.call("POST", "/api/auth/refresh", json={"refreshToken": person.refresh_token})
    person.token = answer.json()["data"]["accessToken"]
    return person


def shown_to(person: Person) -> list[str]:
    """Return the ids of the announcements that a starting client shows."""
    return [each["id"] for each in person.get("/api/announcements").json()["data"]["announcements"]]
