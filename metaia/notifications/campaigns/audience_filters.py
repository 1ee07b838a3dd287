"""The audience of a campaign as a condition in SQL. Other domains register filters for what they know about users."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask
from marshmallow import fields

from metaia.core.http.fields import Moment, camel
from metaia.core.registry import Registry
from metaia.core.times import rfc3339

BUILT_IN = {"roles", "createdFrom", "createdTo", "locales"}
# The locale `en` matches each English locale, `en-GB` matches only itself.
CONDITION = """
    active AND created_at <= :began_at AND role = ANY(:roles)
    AND (CAST(:created_from AS timestamptz) IS NULL OR created_at >= CAST(:created_from AS timestamptz))
    AND (CAST(:created_to AS timestamptz) IS NULL OR created_at < CAST(:created_to AS timestamptz))
    AND (CAST(:locales AS text[]) IS NULL OR EXISTS (
        SELECT FROM unnest(CAST(:locales AS text[])) AS wanted WHERE locale = wanted OR locale LIKE wanted || '-%'
    ))
"""


@dataclass(frozen=True)
class AudienceFilter:
    """A filter by a time or another value: the field `name` of an audience, and a condition on `users` in SQL.

    Parameters of the condition are the value, as `:name`, and the begin of the campaign, as `:began_at`. The condition
    must ignore later events, because the size of an audience is fixed at the begin. `description` is for the API;
    `field` makes the field of the body, and `stored` converts its value for the row and the answer.
    """

    name: str
    condition: str
    description: str
    field: Callable[..., fields.Field[Any]] = Moment
    stored: Callable[[Any], Any] = rfc3339


AUDIENCE_FILTERS: Registry[str, AudienceFilter] = Registry("campaign_audience_filters")  # by field name


def register(app: Flask, filter_: AudienceFilter) -> None:
    """Add a filter to audiences. Raises ValueError for a name that is registered already."""
    AUDIENCE_FILTERS.register(app, camel(filter_.name), filter_)


def condition(audience: dict[str, Any]) -> str:
    """Return the condition on `users` for an audience. Raises LookupError for a filter that is not registered."""
    filters = AUDIENCE_FILTERS.current()
    return " AND ".join(
        [CONDITION, *(filters[name].condition for name in sorted(audience.keys() - BUILT_IN))]
    )


def parameters(audience: dict[str, Any], began_at: datetime) -> dict[str, Any]:
    """Return the parameters of the condition."""
    return {
        "began_at": began_at,
        "roles": audience["roles"],
        "created_from": audience.get("createdFrom"),
        "created_to": audience.get("createdTo"),
        "locales": audience.get("locales"),
    } | {
        filter_.name: audience[name]
        for name, filter_ in AUDIENCE_FILTERS.current().items()
        if name in audience
    }
