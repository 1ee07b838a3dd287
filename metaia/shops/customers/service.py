"""Changes of what customers keep. The row of the user is row-locked, so that changes of one user follow each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import insert, update

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import NotFound, TooMany, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.shops.customers import queries
from metaia.shops.customers.models import AddressRow
from metaia.shops.customers.queries import TABLES, Address, Kept
from metaia.users import queries as user_queries

MOST = 20  # of one kind
NOUNS: dict[type, str] = {Address: "address", queries.Measurements: "set of measurements"}
declare({"limit_reached": "There are as many of these as there may be."})
Conflict = Callable[[Any], Json]  # a record to the `details` of a 409


def read(kind: type[Kept], actor: Actor, kept_id: str) -> Kept:
    """Return one thing that `actor` keeps. Raises NotFound, also for one of others."""
    found = queries.get(kind, actor.id, kept_id)
    if found is None:
        raise NotFound(f"You have no such {NOUNS[kind]}.")
    return found


def create(kind: type[Kept], actor: Actor, values: Json) -> Kept:
    """Keep one more thing. Raises TooMany (`limit_reached`)."""
    moment = now()
    fixed: Json = {
        "id": new_id(),
        "user_id": actor.id,
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
    }
    made = kind(**values | fixed)
    with db.transaction():
        user_queries.to_change(actor.id)
        if queries.count(kind, actor.id) >= MOST:
            raise TooMany(f"You can keep {MOST} of these.", code="limit_reached")
        _one_default(made)
        db.execute(insert(TABLES[kind]).values(**asdict(made)))
    return made


def change(
    kind: type[Kept],
    actor: Actor,
    kept_id: str,
    changes: Json,
    version: versions.Expected,
    conflict: Conflict,
) -> Kept:
    """Change a thing. Raises NotFound and Conflict (`stale_version`)."""
    with db.transaction():
        before = _to_change(kind, actor, kept_id, version, conflict)
        after = replace(before, **changes)
        if after == before:
            return before
        after = replace(after, version=before.version + 1, updated_at=now())
        _one_default(after)
        table = TABLES[kind]
        db.execute(update(table).where(table.id == after.id).values(**asdict(after)))
    return after


def delete(
    kind: type[Kept], actor: Actor, kept_id: str, version: versions.Expected, conflict: Conflict
) -> Kept:
    """Delete a thing and return it; orders keep their copy. Raises NotFound and Conflict (`stale_version`)."""
    with db.transaction():
        before = _to_change(kind, actor, kept_id, version, conflict)
        table = TABLES[kind]
        db.execute(delete_rows(table).where(table.id == before.id))
    return before


def _to_change(
    kind: type[Kept], actor: Actor, kept_id: str, version: versions.Expected, conflict: Conflict
) -> Kept:
    user_queries.to_change(actor.id)
    found = read(kind, actor, kept_id)
    versions.require(version, found.version, NOUNS[kind], lambda: conflict(found))
    return found


def _one_default(kept: Any) -> None:
    """Make the other addresses of a user no default if this one is it."""
    if isinstance(kept, Address) and kept.is_default:
        others = (AddressRow.user_id == kept.user_id, AddressRow.id != kept.id, AddressRow.is_default)
        db.execute(update(AddressRow).where(*others).values(is_default=False, version=AddressRow.version + 1))
