"""Query and answer of the dashboard."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.analytics.sets.schemas import ZONE, FiguresMeta
from metaia.core.http.fields import Currency, Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope


class DashboardQuery(Filters):
    tz = fields.String(validate=validate.Length(max=64), metadata=ZONE)
    currency = Currency()


class DrillRef(Schema):
    """The parameters of `GET /api/admin/analytics/{set}/drill` for what is behind a card."""

    set = fields.String(required=True)
    value = fields.String(required=True)
    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)
    tz = fields.String(required=True)


_NUMBER = {"type": "number"}
_FIGURE = {
    "anyOf": [
        _NUMBER,
        {"type": "object", "additionalProperties": {"type": ["number", "null"]}},
        {"type": "null"},
    ]
}


class CardOut(Schema):
    """A figure of today. Amounts are objects by currency."""

    key = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True, metadata=_FIGURE)
    unit = fields.String(required=True)
    previous = fields.Raw(
        required=True,
        allow_none=True,
        metadata=_FIGURE | {"description": "of the same part of yesterday; active users of all of it"},
    )
    change_percent = fields.Raw(required=True, allow_none=True, metadata=_FIGURE)
    as_of = fields.AwareDateTime(required=True)
    drill = fields.Nested(DrillRef, required=True, allow_none=True)


class AttentionOut(Schema):
    """Things that wait for staff."""

    key = fields.String(required=True)
    count = fields.Integer(required=True)
    oldest_at = fields.AwareDateTime(required=True, allow_none=True)
    href = fields.String(required=True, allow_none=True)


_dashboard = {
    "cards": fields.List(fields.Nested(CardOut), required=True),
    "attention": fields.List(fields.Nested(AttentionOut), required=True),
}
DashboardOut = envelope(
    "DashboardAnswer",
    meta=FiguresMeta,
    dashboard=fields.Nested(Schema.from_dict(_dashboard, name="Dashboard"), required=True),  # type: ignore[arg-type]
)
