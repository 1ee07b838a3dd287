"""Personal data in posts: the export of a partner's own, and their deletion with the account."""

from __future__ import annotations

import math
from collections.abc import Iterator

from metaia.auth.account import export
from metaia.core import retention
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.jobs import registry as job_registry
from metaia.products.posts import presenters, queries, service

FORGET = "metaia.products.posts.jobs.forget_users"
BATCH = 100


def request_erasure(user_id: str) -> None:  # noqa: ARG001 - the job finds all that are due
    """Enqueue the deletion of the posts of a deleted partner: there may be many, with pictures."""
    job_registry.enqueue(FORGET)


def forget_users() -> int:
    """Delete the posts of deleted partners; return their number."""
    forgotten, _ = retention.purge(_forget_batch, batch=BATCH, seconds=math.inf)
    return forgotten


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the posts that a partner has written."""

    def fetch(cursor: str | None) -> export.Page:
        return queries.of_partner(actor.id, limit=export.PAGE_SIZE, cursor=cursor)

    for rows in export.all_pages(fetch):
        yield [presenters.exported(row) for row in rows]


def _forget_batch(limit: int) -> int:
    ids = queries.of_deleted_users(limit)
    for post_id in ids:
        found = queries.lock(post_id)
        if found is not None:
            service.forget(found)
    return len(ids)
