"""Announcing: by admins, and by code of other domains."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, NotFound, TooMany, declare
from metaia.core.json import Json
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications.announcements import drafts, policy, presenters, publish, queries, state
from metaia.notifications.announcements.models import AnnouncementRow, DismissalRow
from metaia.notifications.announcements.queries import Announcement
from metaia.users import queries as user_queries

HOUR, MOST_PER_HOUR = timedelta(hours=1), 10  # of one account
AUDITED = ("audience", "level", "content", "link", "startsAt", "endsAt", "store", "recipients", "status")
declare(
    {
        "audience_changed": "The audience has another size than you confirmed; `details` has the present one.",
        "announcement_over": "The announcement has ended or was revoked.",
        "not_dismissible": "This announcement cannot be dismissed.",
    }
)


def create(actor: Actor, body: Json) -> Announcement:
    """Announce now, or at `starts_at`; return the announcement.

    Raises what `drafts.preview` does, Conflict if the audience has another size than was confirmed, and TooMany.
    """
    with db.transaction():
        user_queries.to_change(actor.id)  # so that the announcements of an account are counted one by one
        made = drafts.preview(actor, body)
        if not policy.is_confirmed(body["confirm"]["recipients"], made.recipients):
            raise Conflict(code="audience_changed", details={"recipients": made.recipients})
        if queries.created_since(actor.id, now() - HOUR) >= MOST_PER_HOUR:
            raise TooMany(retry_after=int(HOUR.total_seconds()))
        return _send(replace(made.draft, recipients=made.recipients))


def edit(
    actor: Actor, announcement_id: str, body: Json, *, version: versions.Expected = None
) -> Announcement:
    """Change the text or the end. Raises NotFound, Forbidden, Conflict, or Invalid for an end that is not possible."""
    with db.transaction():
        before = _to_change(actor, announcement_id, version)
        after = replace(before, **body)
        drafts.require_times(after, now())
        return _change(before, after, "edited")


def revoke(actor: Actor, announcement_id: str, *, version: versions.Expected = None) -> Announcement:
    """Let clients hide an announcement at once; a scheduled one is never sent. Raises as `edit` does.

    Revoking a revoked one changes nothing.
    """
    with db.transaction():
        found = queries.to_change(announcement_id)
        if found is not None and found.revoked_at is not None:
            drafts.require_permission(actor, found)
            return found
        before = _to_change(actor, announcement_id, version)
        return _change(before, replace(before, revoked_at=now(), store_at=None), "revoked")


def start_due() -> bool:
    """Send the announcement that should have started first; return whether there was one."""
    with db.transaction():
        this = queries.lock_due()
        if this is not None:
            _write(this, _published(this))
    return this is not None


def dismiss(actor: Actor, announcement_id: str) -> None:
    """Hide an announcement for a user for good. Raises NotFound, or Conflict if it cannot be dismissed."""
    this = queries.live_for(actor, announcement_id)
    if this is None:
        raise NotFound("There is no such announcement.")
    if not this.dismissible:
        raise Conflict("This announcement cannot be dismissed.", code="not_dismissible")
    row = insert(DismissalRow).values(announcement_id=this.id, user_id=actor.id, at=now())
    with db.transaction():
        db.execute(row.on_conflict_do_nothing())


def send_to_role(role: str, content: Json, *, ends_at: datetime, **options: Any) -> Announcement:
    """Announce to the users of a role, in the running transaction; for code of other domains.

    `content` is `{"en": {"title", "message"}, …}`; `options` are `level`, `link`, `dismissible`, `starts_at` and
    `store`. Raises Invalid for times that are not possible.
    """
    return _by_code(content, roles=[role], ends_at=ends_at, **options)


def send_to_all(content: Json, *, ends_at: datetime, **options: Any) -> Announcement:
    """Announce to everyone, likewise."""
    return _by_code(content, roles=None, ends_at=ends_at, **options)


def _by_code(content: Json, *, roles: list[str] | None, **options: Any) -> Announcement:
    draft = drafts.draft(None, roles=roles, user_ids=None, content=content, **options)
    return _send(replace(draft, recipients=queries.audience_size(roles, None)))


def _send(draft: Announcement) -> Announcement:
    """Store an announcement, and publish it if its time has come."""
    made = _published(draft) if draft.starts_at <= draft.created_at else draft
    db.append(AnnouncementRow, **{name: getattr(made, name) for name in Announcement.__slots__})
    _audit("sent", None, made)
    if made.published_at is not None:
        publish.record(made)
    job_registry.wake_on_commit()
    return made


def _published(this: Announcement) -> Announcement:
    moment = now()
    return replace(this, published_at=moment, store_at=moment if this.store else None)


def _change(before: Announcement, after: Announcement, action: str) -> Announcement:
    changed = replace(after, version=before.version + 1, updated_at=now())
    _audit(action, before, changed)
    return _write(before, changed)


def _write(before: Announcement, after: Announcement) -> Announcement:
    names = [name for name in Announcement.__slots__ if getattr(before, name) != getattr(after, name)]
    db.change(AnnouncementRow, id=after.id, **{name: getattr(after, name) for name in names})
    if after.published_at is not None:
        publish.record(after)
    job_registry.wake_on_commit()
    return after


def _to_change(actor: Actor, announcement_id: str, version: versions.Expected) -> Announcement:
    this = queries.to_change(announcement_id)
    if this is None:
        raise NotFound("There is no such announcement.")
    drafts.require_permission(actor, this)

    def details() -> Json:
        return {"announcement": presenters.announcement(this, actor)}

    versions.require(version, this.version, "announcement", details)
    if state.status(this, now()) not in state.OPEN:
        raise Conflict("The announcement is over.", code="announcement_over", details=details())
    return this


def _audit(action: str, before: Announcement | None, after: Announcement) -> None:
    old, new = (each and _audited(each) for each in (before, after))
    subject = rooms.subject("announcement", after.id)
    audit_log.record(f"announcement.{action}", subject=subject, before=old, after=new)


def _audited(this: Announcement) -> Json:
    shown = presenters.plain(this)
    return {name: shown[name] for name in AUDITED}
