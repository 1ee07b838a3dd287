"""Watching what a transaction collects, to show what it would send."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.core.db.transaction import Collected, current
from metaia.extensions import Model


def watch(*, withheld: Iterable[type[Model]] = ()) -> list[Collected]:
    """Return a list that gets each row which the running transaction appends from now on; it may be emptied.

    Rows of the tables `withheld` get into the list only. Rows of a savepoint that fails leave the list.
    """
    unit = current()
    unit.watched, unit.withheld = [], frozenset(model.__tablename__ for model in withheld)
    return unit.watched
