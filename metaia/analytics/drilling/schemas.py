"""Query and answer of the lists behind figures."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.analytics.sets.schemas import FiguresMeta, FiguresPeriod
from metaia.core.http.fields import MoneyOut, Schema
from metaia.core.http.views import envelope


class DrillQuery(FiguresPeriod):
    value = fields.String(required=True, validate=validate.Length(max=40))
    bucket = fields.String(
        validate=validate.Length(max=40),
        metadata={"description": "the name of one bucket; else the whole period"},
    )
    cursor = fields.String(load_default=None, validate=validate.Length(max=500))


class DrillItem(Schema):
    """An order, a user or a posting that the figure counts."""

    type = fields.String(required=True, validate=validate.OneOf(["order", "user", "posting"]))
    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True, metadata={"description": "the time by which it counts"})
    title = fields.String(required=True, allow_none=True)
    amount = MoneyOut(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    href = fields.String(required=True, allow_none=True)


class DrillMeta(FiguresMeta):
    next_cursor = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True, metadata={"description": "of all pages: the figure itself"})
    sums = fields.Dict(
        keys=fields.String(), required=True, metadata={"description": "of the amounts, by currency"}
    )


DrillOut = envelope(
    "AnalyticsDrill", meta=DrillMeta, items=fields.List(fields.Nested(DrillItem), required=True)
)
