"""Announcements as JSON."""

from __future__ import annotations

from typing import Any

from metaia.core.access.actor import Actor
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.notifications.announcements import policy, state
from metaia.notifications.announcements.queries import Announcement
from metaia.notifications.announcements.schemas import AnnouncementOut

plain = presenter(
    AnnouncementOut,
    without=["dismissed", "may_change"],
    computed={
        "status": lambda this: state.status(this, now()),
        "audience": lambda this: audience(this),  # noqa: PLW0108 - defined below
    },
)


def announcement(this: Announcement, actor: Actor, dismissed: int = 0) -> Json:
    """Return an announcement as an admin sees it, with the number of users that have dismissed it."""
    may = policy.may_send(actor, everyone=this.everyone, level=this.level)
    shown = plain(this)
    return shown | {"dismissed": dismissed, "mayChange": may and shown["status"] in state.OPEN}


def audience(this: Announcement) -> Json:
    """Return an audience as it was given."""
    if this.everyone:
        return {"everyone": True}
    return {"roles": this.roles} if this.roles is not None else {"userIds": this.user_ids}


def payload(this: Announcement) -> Json:
    """Return the payload of the event for all viewers; `in_language` returns what one of them sees."""
    return {
        "id": this.id,
        "level": this.level,
        "content": this.content,
        "link": this.link,
        "dismissible": this.dismissible,
        "startsAt": rfc3339(this.starts_at),
        "endsAt": rfc3339(this.ends_at),
        "revoked": this.revoked_at is not None,
    }


def in_language(payload: Json, language: str) -> Json:
    """Return SystemNotification: a payload with its text in one language."""
    rest = {name: value for name, value in payload.items() if name != "content"}
    return {**rest, **payload["content"][language], "locale": language}


def shown(this: Announcement, locale: str) -> Json:
    """Return SystemNotification for a user with a locale."""
    return in_language(payload(this), policy.language(this.content, locale))


def exported(row: Any) -> Json:
    """Return a dismissal in the export of a user's data."""
    return {"announcementId": row.announcement_id, "at": rfc3339(row.at)}
