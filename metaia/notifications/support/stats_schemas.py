"""Schemas of statistics on notifications."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate
from webargs.fields import DelimitedList

from metaia.core.http.fields import Moment, Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope
from metaia.core.json import Json
from metaia.core.times import now
from metaia.notifications.delivery.schemas import FUNNEL
from metaia.notifications.support.queries import DIMENSIONS, STATUSES

MAX_PERIOD, DEFAULT_PERIOD = timedelta(days=92), timedelta(days=31)


class Period(Filters):
    """The period from `from` (default: 31 days before `to`) until `to` (default: now)."""

    since = Moment(data_key="from", load_default=None)
    until = Moment(data_key="to", load_default=None)

    @post_load
    def bounded(self, data: Json, **_: Any) -> Json:
        """Insert the defaults, and refuse an empty period and one that is too long to count."""
        until = data["until"] or now()
        since = data["since"] or until - DEFAULT_PERIOD
        if not since < until <= since + MAX_PERIOD:
            raise ValidationError(f"Must be before `to`, by at most {MAX_PERIOD.days} days.", "from")
        return data | {"since": since, "until": until}


class StatsQuery(Period):
    by = DelimitedList(
        fields.String(validate=validate.OneOf(tuple(DIMENSIONS))),
        load_default=["channel"],
        validate=validate.Length(min=1, max=len(DIMENSIONS)),
    )


_count: Json = {name: fields.Integer(required=True) for name in (*STATUSES, "total")}
Counts = Schema.from_dict(
    _count
    | {
        "type": fields.String(),
        "channel": fields.String(),
        "provider": fields.String(allow_none=True),
        "day": fields.Date(),
    },
    name="DeliveryCounts",
)
Stats = envelope(
    "NotificationStats",
    counts=fields.List(fields.Nested(Counts), required=True),
    funnel=FUNNEL,
    since=fields.AwareDateTime(required=True, data_key="from"),
    until=fields.AwareDateTime(required=True, data_key="to"),
)
