"""Queries and answers of sets; `presenters.py` fills the answers."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from metaia.analytics.definitions import SETS
from metaia.analytics.periods import DAY, GROUPS, MONTH, WEEK
from metaia.core.http.fields import Currency, Day, Integer, Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope

ZONE = {"description": "IANA time zone of the days; by default ANALYTICS_TIMEZONE"}


class FiguresPeriod(Filters):
    from_ = Day(data_key="from", required=True, metadata={"description": "the first day, in the zone `tz`"})
    to = Day(required=True, metadata={"description": "the last day, included"})
    tz = fields.String(validate=validate.Length(max=64), metadata=ZONE)
    currency = Currency(metadata={"description": "only what is in this currency; nothing is converted"})
    group_by = fields.String(load_default=DAY, validate=validate.OneOf(GROUPS))
    by = fields.String(
        load_default=MONTH,
        validate=validate.OneOf([WEEK, MONTH]),
        metadata={"description": "periods of retention"},
    )
    limit = Integer(
        load_default=10,
        validate=validate.Range(min=1, max=100),
        metadata={"description": "rows of a ranking, in each currency"},
    )


class FiguresQuery(FiguresPeriod):
    compare = fields.String(
        validate=validate.OneOf(["previous", "year"]),
        metadata={
            "description": "the period before, as long; of a month to date the same days of the month before"
        },
    )
    format = fields.String(load_default="json", validate=validate.OneOf(["json", "csv"]))


class BucketOut(Schema):
    """A part of the period. Amounts are objects by currency: currencies are never added up."""

    bucket = fields.String(
        required=True, metadata={"description": "its first day, month or hour in the zone"}
    )
    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime(required=True, metadata={"description": "excluded"})
    values = fields.Dict(keys=fields.String(), required=True)
    complete = fields.Boolean(required=True, metadata={"description": "false while it is not over"})


class CompareOut(Schema):
    """The same values of another period."""

    series = fields.List(fields.Nested(BucketOut), required=True)
    totals = fields.Dict(keys=fields.String(), required=True)


class AsOf(Schema):
    """The time, and the position of the log, up to which figures have all that has happened."""

    at = fields.AwareDateTime(required=True)
    position = fields.Integer(required=True)


class Rebuilding(Schema):
    """How far a rebuild is. Answers come from the tables before it."""

    done = fields.Integer(required=True)
    of = fields.Integer(required=True)


class FiguresMeta(Schema):
    as_of = fields.Nested(AsOf, required=True)
    tz = fields.String(required=True)
    currency = fields.String(required=True, allow_none=True)
    definitions = fields.Integer(required=True, metadata={"description": "version of the definitions"})
    lag_seconds = fields.Float(required=True)
    rebuilding = fields.Nested(Rebuilding, required=True, allow_none=True)


class DefinitionOut(Schema):
    """What a value counts."""

    set = fields.String(required=True, validate=validate.OneOf(SETS))
    value = fields.String(required=True)
    unit = fields.String(required=True)
    time_axis = fields.String(required=True)
    sentence = fields.String(required=True)
    formula = fields.String(required=True)
    sources = fields.List(fields.String(), required=True)
    additive = fields.Boolean(required=True, metadata={"description": "whether buckets can be added up"})
    drill = fields.Boolean(
        required=True, metadata={"description": "whether `…/drill` lists what is behind it"}
    )


_figures: dict[str, Any] = {
    "series": fields.List(fields.Nested(BucketOut), required=True),
    "totals": fields.Dict(keys=fields.String(), required=True),
    "compare": fields.Nested(CompareOut, required=True, allow_none=True),
    "rows": fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        allow_none=True,
        metadata={"description": "of rankings and of retention"},
    ),
}
AnalyticsOut = Schema.from_dict(_figures, name="Analytics")
FiguresOut = envelope(
    "AnalyticsFigures", meta=FiguresMeta, analytics=fields.Nested(AnalyticsOut, required=True)
)
Definitions = envelope(
    "AnalyticsDefinitions",
    version=fields.Integer(required=True),
    definitions=fields.List(fields.Nested(DefinitionOut), required=True),
)
