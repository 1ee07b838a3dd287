"""What people want to be told, and changing it: by themselves, or by the link in a mail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, NotFound
from metaia.core.times import now
from metaia.notifications import queries
from metaia.notifications.models import Preferences
from metaia.notifications.preferences.policy import Wishes
from metaia.notifications.preferences.schemas import chosen, present
from metaia.notifications.registry import EMAIL
from metaia.users import queries as user_queries
from metaia.users.state import DELETED

Changes = dict[str, Any]


def change(actor: Actor, changes: Changes, version: int | None) -> tuple[Wishes, int]:
    """Change what the actor wants; return it, and its version. Raises Conflict for a stale one."""
    with db.transaction():
        user_queries.to_change(actor.id)  # one change at a time
        before, seen = queries.preferences(actor.id)
        if version is not None and version != seen:
            raise Conflict(
                "Your preferences have changed since you saw them.",
                code="stale_version",
                details={
                    "version": seen,
                    "preferences": present(before, seen, user_queries.locale(actor.id)),
                },
            )
        return _keep(actor.id, before, merged(before, changes), seen)


def no_mails(user_id: str, category: str, *, stop: bool) -> bool:
    """Turn mails of a category off, or on again, for who has the link; return whether that changed anything.

    Raises NotFound if the user is gone.
    """
    with db.transaction():
        person = user_queries.to_change(user_id)
        if person is None or person.inactive_because == DELETED:
            raise NotFound("This address ends nothing.")
        before, seen = queries.preferences(user_id)
        channels = set(before.off.get(category, ())) - {EMAIL} | ({EMAIL} if stop else set())
        after = merged(before, {"off": {category: channels}})
        return _keep(user_id, before, after, seen, by=(person.id, person.role))[1] != seen


def merged(before: Wishes, changes: Changes) -> Wishes:
    """Return `before` with `changes`, category by category; what says nothing is left out."""
    off = before.off | {name: sorted(set(channels)) for name, channels in changes.get("off", {}).items()}
    digest = before.digest | changes.get("digest", {})
    quiet = before.quiet
    if "quiet_hours" in changes:
        hours = changes["quiet_hours"]
        quiet = hours and (hours["from"], hours["until"])
    return replace(
        before,
        muted=changes.get("muted", before.muted),
        off={name: channels for name, channels in off.items() if channels},
        digest={name: every for name, every in digest.items() if every},
        quiet=quiet,
    )


def _keep(
    user_id: str, before: Wishes, after: Wishes, version: int, *, by: tuple[str, str] | None = None
) -> tuple[Wishes, int]:
    """Write it if it is not as it was."""
    if after == before:
        return before, version
    quiet_from, quiet_until = after.quiet or (None, None)
    values = {
        "muted": after.muted,
        "off": after.off,
        "digest": after.digest,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "version": version + 1,
        "updated_at": now(),
    }
    row = insert(Preferences).values(user_id=user_id, **values)
    db.execute(row.on_conflict_do_update(index_elements=[Preferences.user_id], set_=values))
    audit_log.record(
        "notifications.preferences_changed",
        subject=f"user-{user_id}",
        before=chosen(before),
        after=chosen(after),
        user=by,
    )
    return after, version + 1
