"""Announcements that are not sent yet: what they would be, and the rules of their times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from metaia.core.access.actor import Actor
from metaia.core.errors import Forbidden, Invalid
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.notifications.announcements import policy, queries
from metaia.notifications.announcements.queries import Announcement

LONGEST = timedelta(days=30)  # from the start to the end, and from now to the start


@dataclass(frozen=True)
class Previewed:
    """What an announcement would be, and how many users it would reach."""

    draft: Announcement
    recipients: int


def preview(actor: Actor, body: Json) -> Previewed:
    """Return what would be announced, and to how many users; nothing is sent.

    Raises Forbidden, or Invalid for times that are not possible and for an audience without users.
    """
    given = {name: value for name, value in body.items() if name not in {"audience", "confirm"}}
    audience: Json = body["audience"]
    roles, user_ids = audience.get("roles"), audience.get("user_ids")
    made = draft(
        actor.id,
        roles=None if roles is None else sorted(set(roles)),
        user_ids=None if user_ids is None else sorted(set(user_ids)),
        **given,
    )
    require_permission(actor, made)
    size = queries.audience_size(made.roles, made.user_ids)
    if not size:
        raise Invalid(details={"audience": ["No active user is in it."]})
    return Previewed(made, size)


def draft(
    created_by: str | None,
    *,
    roles: list[str] | None,
    user_ids: list[str] | None,
    content: Json,
    ends_at: datetime,
    starts_at: datetime | None = None,
    level: str = policy.INFO,
    link: str | None = None,
    dismissible: bool = True,
    store: bool = False,
) -> Announcement:
    """Return an announcement that nothing has stored. Raises Invalid for times that are not possible."""
    moment = now()
    made = Announcement(
        id=new_id(), roles=roles, user_ids=user_ids, level=level, content=content, link=link,
        dismissible=dismissible, starts_at=max(starts_at or moment, moment), ends_at=ends_at, store=store,
        recipients=0, stored=0, stored_to=None, store_at=None, published_at=None, revoked_at=None, version=1,
        created_by=created_by, created_at=moment, updated_at=moment,
    )  # fmt: skip
    require_times(made, moment)
    return made


def require_times(this: Announcement, moment: datetime) -> None:
    """Raise Invalid unless the start is soon enough, and the end after it and after `moment`."""
    if this.published_at is None and this.starts_at > moment + LONGEST:
        raise Invalid(details={"startsAt": ["Must be within 30 days."]})
    if not max(moment, this.starts_at) < this.ends_at <= this.starts_at + LONGEST:
        raise Invalid(
            details={"endsAt": ["Must be after the start and now, and at most 30 days after the start."]}
        )


def require_permission(actor: Actor, this: Announcement) -> None:
    """Raise Forbidden unless the actor may announce this to its audience."""
    if not policy.may_send(actor, everyone=this.everyone, level=this.level):
        raise Forbidden("Only super admins announce to everyone, or critical things.")
