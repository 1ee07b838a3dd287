"""Personal data in operations: what admins have written. Items are ids; names are read when results are shown."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.json import Json
from metaia.operations import presenters, queries
from metaia.operations.models import OperationRow


def erase(user_id: str) -> None:
    """Erase the texts of a deleted user's operations, in the running transaction. One that runs is cancelled soon."""
    texts: Json = {"reason": "", "parameters": {}, "filter": None}
    db.execute(update(OperationRow).where(OperationRow.actor_id == user_id).values(**texts))


def pages(actor: Actor) -> Iterator[list[Json]]:
    """Yield the operations that a user has ordered."""
    yield [presenters.operation(each, actor) for each in queries.of_author(actor.id)]
