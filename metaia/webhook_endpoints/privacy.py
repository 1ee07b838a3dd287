"""Personal data in endpoints: the export of a user's addresses. The deletion of an account deletes its endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.webhook_endpoints import presenters, queries


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the endpoints of a user, without secrets."""
    yield [presenters.endpoint(each) for each in queries.of_owner(actor.id)]
