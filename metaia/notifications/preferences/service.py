"""Changes of notification preferences: by the user, or by the unsubscribe link in a mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import NotFound
from metaia.core.registry import Registry
from metaia.core.times import now
from metaia.notifications.preferences import presenters, queries
from metaia.notifications.preferences.models import PreferencesRow
from metaia.notifications.preferences.policy import Preferences
from metaia.notifications.registry import EMAIL
from metaia.users import queries as user_queries
from metaia.users.state import DELETED

Changes = dict[str, Any]
# By domain: `follow(user_id)` runs in the transaction that changes quiet hours.
QUIET_HOURS_CHANGED: Registry[str, Callable[[str], None]] = Registry("quiet_hours_changed")


def change(actor: Actor, changes: Changes, version: versions.Expected) -> tuple[Preferences, int]:
    """Change the actor's preferences; return them and their version. Raises Conflict for a stale `version`."""
    with db.transaction():
        user_queries.to_change(actor.id)  # the row lock serialises changes of one user
        before, present_version = queries.get(actor.id)
        versions.require(
            version, present_version, "set of preferences", lambda: _conflict(actor, before, present_version)
        )
        return _store(actor.id, before, merged(before, changes), present_version)


def _conflict(actor: Actor, before: Preferences, version: int) -> dict[str, Any]:
    shown = presenters.preferences(before, version, user_queries.locale(actor.id))
    return {"version": version, "preferences": shown}


def set_mails(user_id: str, category: str, *, wanted: bool) -> bool:
    """Turn mails of a category on or off for a user that followed an unsubscribe link; return whether that changed.

    Raises NotFound if the user does not exist or is deleted.
    """
    with db.transaction():
        person = user_queries.to_change(user_id)
        if person is None or person.inactive_because == DELETED:
            raise NotFound("This link is not valid any more.")
        before, version = queries.get(user_id)
        channels = set(before.off.get(category, ())) - {EMAIL} | (set() if wanted else {EMAIL})
        after = merged(before, {"off": {category: channels}})
        return _store(user_id, before, after, version, user=(person.id, person.role))[1] != version


def merged(before: Preferences, changes: Changes) -> Preferences:
    """Return `before` with `changes`, category by category. Categories with the default choice are left out."""
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
        digest={name: interval for name, interval in digest.items() if interval},
        quiet=quiet,
    )


def _store(
    user_id: str,
    before: Preferences,
    after: Preferences,
    version: int,
    *,
    user: tuple[str, str] | None = None,
) -> tuple[Preferences, int]:
    """Write changed preferences and an audit entry by `user` (id, role; default: the actor); return the new version."""
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
    row = insert(PreferencesRow).values(user_id=user_id, **values)
    db.execute(row.on_conflict_do_update(index_elements=[PreferencesRow.user_id], set_=values))
    if after.quiet != before.quiet:
        for follow in QUIET_HOURS_CHANGED.current().values():
            follow(user_id)
    audit_log.record(
        "notifications.preferences_changed",
        subject=f"user-{user_id}",
        before=presenters.chosen(before),
        after=presenters.chosen(after),
        user=user,
    )
    return after, version + 1
