"""Selects on replays, and on the calls that they name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.webhooks import queries
from metaia.webhooks.models import WebhookRow
from metaia.webhooks.replays.models import ReplayRow


def get(replay_id: str, *, for_update: bool = False) -> AnyRow | None:
    """Return a replay, row-locked if it is `for_update`."""
    query = select(ReplayRow.__table__).where(ReplayRow.id == replay_id)
    return db.fetch_one(query.with_for_update() if for_update else query)


def calls(chosen: Json, most: int) -> Sequence[str]:
    """Return the ids of up to `most` calls in the order of their arrival: those in `ids`, or those of other filters."""
    row = WebhookRow
    query = select(row.id).order_by(row.received_at, row.id).limit(most)
    where = [row.id.in_(chosen["ids"])] if "ids" in chosen else queries.conditions(chosen)
    query = query.where(*where)
    return [each.id for each in db.fetch_all(query)]
