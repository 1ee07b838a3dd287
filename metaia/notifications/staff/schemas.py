"""What goes in and out about everybody's notifications."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate
from webargs.fields import DelimitedList

from metaia.core.http import Meta, envelope
from metaia.core.paging import PageQuery, sort_field
from metaia.core.schema import Id, Moment, Schema, Text
from metaia.core.times import now
from metaia.notifications.catalogue import CHANNELS
from metaia.notifications.staff.queries import DIMENSIONS, SORTABLE, STATUSES

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


class SearchQuery(Period, PageQuery):
    """`status` and `channel` are those of one delivery."""

    user_id = Id()
    email = Text(254)
    type = Text(60)
    status = fields.String(validate=validate.OneOf(STATUSES))
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    subject = Text(80)
    campaign_id = Id()
    sort = sort_field(tuple(SORTABLE), "-createdAt")


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


class DeliveryOut(Schema):
    """What was decided for a channel, and why; and what came of it."""

    id = fields.UUID(required=True)
    channel = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    reason = fields.String(required=True, allow_none=True)
    digest = fields.Boolean(required=True)
    fallback = fields.Boolean(required=True)
    due_at = fields.AwareDateTime(required=True)
    provider = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class AttemptOut(Schema):
    number = fields.Integer(required=True)
    provider = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True)
    milliseconds = fields.Integer(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)


class DeliveryStep(Schema):
    """What was decided, and why, when there had been so many attempts."""

    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    reason = fields.String(required=True)
    attempts = fields.Integer(required=True)
    due_at = fields.AwareDateTime(required=True)
    at = fields.AwareDateTime(required=True)


class ReceiptOut(Schema):
    status = fields.String(required=True)
    detail = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)


class TracedDelivery(DeliveryOut):
    steps = fields.List(fields.Nested(DeliveryStep), required=True)
    attempts = fields.List(fields.Nested(AttemptOut), required=True)
    receipts = fields.List(fields.Nested(ReceiptOut), required=True)


class StaffNotification(Schema):
    """Somebody's notification, as staff see it."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    type = fields.String(required=True)
    category = fields.String(required=True)
    title = fields.String(required=True)
    in_app = fields.Boolean(required=True)
    queue = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    campaign_id = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    planned_at = fields.AwareDateTime(required=True, allow_none=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)
    clicked_at = fields.AwareDateTime(required=True, allow_none=True)
    deleted_at = fields.AwareDateTime(required=True, allow_none=True)


class FoundNotification(StaffNotification):
    deliveries = fields.List(fields.Nested(DeliveryOut), required=True)


class CausingEvent(Schema):
    """An event at its place in the log; it is kept for LOG_DAYS."""

    position = fields.Integer(required=True)
    type = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    actor_id = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)


class NotificationCause(Schema):
    subject = fields.String(required=True, allow_none=True)
    request_id = fields.String(required=True, allow_none=True)
    actor_id = fields.String(required=True, allow_none=True)
    actor_role = fields.String(required=True, allow_none=True)
    campaign_id = fields.UUID(required=True, allow_none=True)
    campaign = fields.String(required=True, allow_none=True)
    events = fields.List(fields.Nested(CausingEvent), required=True)


class NotificationAudience(Schema):
    user_id = fields.UUID(required=True)
    role = fields.String(required=True)
    locale = fields.String(required=True)
    time_zone = fields.String(required=True)
    active = fields.Boolean(required=True)


class TracedNotification(Schema):
    """From the cause to the eye."""

    notification = fields.Nested(StaffNotification, required=True)
    cause = fields.Nested(NotificationCause, required=True)
    audience = fields.Nested(NotificationAudience, required=True)
    deliveries = fields.List(fields.Nested(TracedDelivery), required=True)


Many = envelope(
    "FoundNotifications",
    meta=Meta,
    notifications=fields.List(fields.Nested(FoundNotification), required=True),
)
Trace = envelope("NotificationTrace", trace=fields.Nested(TracedNotification, required=True))
OneDelivery = envelope("OneDelivery", delivery=fields.Nested(DeliveryOut, required=True))
