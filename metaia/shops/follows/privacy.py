"""Personal data in follows: the export of those of a user, and their deletion with the account."""

from __future__ import annotations

import math
from collections.abc import Iterator

from metaia.auth.account import export
from metaia.core import retention
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.jobs import registry as job_registry
from metaia.shops.follows import presenters, queries

FORGET = "metaia.shops.follows.jobs.forget_users"


def request_erasure(user_id: str) -> None:  # noqa: ARG001 - the job finds all that are due
    """Enqueue the deletion of the follows of a deleted user: it row-locks the totals of many partners."""
    job_registry.enqueue(FORGET)


def forget_users() -> int:
    """Delete the follows of deleted users and partners; return their number."""
    forgotten, _ = retention.purge(queries.forget, seconds=math.inf)
    return forgotten


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the partners that a user follows."""

    def fetch(cursor: str | None) -> export.Page:
        return queries.following_page(actor.id, sort="followedAt", limit=export.PAGE_SIZE, cursor=cursor)

    for rows in export.all_pages(fetch):
        yield [presenters.followed(row) for row in rows]
