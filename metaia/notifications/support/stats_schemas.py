"""What goes in and out about how many notifications there were."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate
from webargs.fields import DelimitedList

from metaia.core.http.fields import Moment, Schema
from metaia.core.http.views import envelope
from metaia.core.times import now
from metaia.notifications.support.queries import DIMENSIONS, STATUSES

LONGEST, USUAL = timedelta(days=92), timedelta(days=31)
Json = dict[str, Any]


class Period(Schema):
    """Up to `to` (now) from `from` (31 days before)."""

    since = Moment(data_key="from", load_default=None)
    until = Moment(data_key="to", load_default=None)

    @post_load
    def bounded(self, data: Json, **_: Any) -> Json:
        """Fill in what was left out; what takes long to count is refused."""
        until = data["until"] or now()
        since = data["since"] or until - USUAL
        if not since < until <= since + LONGEST:
            raise ValidationError(f"Must be before `to`, and {LONGEST.days} days before it at most.", "from")
        return data | {"since": since, "until": until}


class StatsQuery(Period):
    by = DelimitedList(
        fields.String(validate=validate.OneOf(tuple(DIMENSIONS))),
        load_default=["channel"],
        validate=validate.Length(min=1, max=len(DIMENSIONS)),
    )


class NotificationFunnel(Schema):
    """Notifications, each counted once however many channels it goes out on.

    `sent` (a provider has taken it), `delivered`, `waiting`, `failed`, `suppressed` and `cancelled` are about the
    channels outside of the app, and go by the one that got furthest; `seen` and `clicked` are wherever it happened.
    """

    recipients = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    sent = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    seen = fields.Integer(required=True)
    clicked = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    suppressed = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)


FUNNEL = fields.Nested(NotificationFunnel, required=True)
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
