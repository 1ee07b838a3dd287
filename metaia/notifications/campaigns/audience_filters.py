"""Whom a campaign is for, as SQL. What other domains know of people, they add themselves: see `add`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metaia.core.http.fields import camel

OWN = {"roles", "createdFrom", "createdTo", "locales"}
# `en` is every English, `en-GB` only that one.
WHERE = """
    active AND created_at <= :began_at AND role = ANY(:roles)
    AND (CAST(:created_from AS timestamptz) IS NULL OR created_at >= CAST(:created_from AS timestamptz))
    AND (CAST(:created_to AS timestamptz) IS NULL OR created_at < CAST(:created_to AS timestamptz))
    AND (CAST(:locales AS text[]) IS NULL OR EXISTS (
        SELECT FROM unnest(CAST(:locales AS text[])) AS wanted WHERE locale = wanted OR locale LIKE wanted || '-%'
    ))
"""


@dataclass(frozen=True)
class Filter:
    """A moment in an audience, `name`, and the SQL about `users` that it stands for.

    The SQL is given the moment as `:name`, and when the campaign began as `:began_at`: what happens later must not
    change how many it is for.
    """

    name: str
    condition: str
    meaning: str


FILTERS: dict[str, Filter] = {}


def add(filter_: Filter) -> None:
    """Let audiences be chosen by what a domain knows: when its modules are imported, before there are schemas."""
    FILTERS[camel(filter_.name)] = filter_


def where(chosen: dict[str, Any]) -> str:
    """Return the condition on `users` for an audience. Raises LookupError for a filter that nobody adds any more."""
    return " AND ".join([WHERE, *(FILTERS[name].condition for name in sorted(chosen.keys() - OWN))])


def values(chosen: dict[str, Any], began_at: datetime) -> dict[str, Any]:
    """Return what the condition has to be given."""
    return {
        "began_at": began_at,
        "roles": chosen["roles"],
        "created_from": chosen.get("createdFrom"),
        "created_to": chosen.get("createdTo"),
        "locales": chosen.get("locales"),
    } | {each.name: chosen[name] for name, each in FILTERS.items() if name in chosen}
