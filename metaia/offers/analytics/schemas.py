"""Query and answer of the figures about offers."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Currency, Id, Schema
from metaia.core.http.pagination import Period
from metaia.core.http.views import envelope
from metaia.offers.schemas import STATUSES
from metaia.offers.state import REJECT_REASONS


class OfferFiguresQuery(Period):
    group_by = fields.String(load_default="day", validate=validate.OneOf(("day", "week", "month")))
    currency = Currency(load_default=None)
    partner_id = Id(load_default=None, metadata={"description": "for staff; by default all"})


def _numbers(names: tuple[str, ...]) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": ", ".join(names)},
    )


class OfferFiguresOut(Schema):
    """Figures of the offers that were made in a time, as they are now. Rates are null without anything to divide by."""

    offers = fields.Integer(required=True)
    by_status = _numbers(STATUSES)
    conversion = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "accepted ÷ (accepted + rejected + withdrawn + expired)"},
    )
    accepted_of_created = fields.Float(required=True, allow_none=True)
    value = fields.Dict(
        keys=fields.String(),
        values=fields.Float(),
        required=True,
        metadata={"description": "totals of accepted offers by currency, never summed across"},
    )


class OfferPeriodOut(OfferFiguresOut):
    period = fields.Date(required=True, metadata={"description": "its first day, in UTC"})


class OfferTotalOut(OfferFiguresOut):
    median_answer_minutes = fields.Float(
        required=True, allow_none=True, metadata={"description": "to the first answer"}
    )
    rounds_to_deal = fields.Float(
        required=True, allow_none=True, metadata={"description": "mean of accepted offers"}
    )
    median_final_to_first = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "final price ÷ first price of accepted offers"},
    )
    reject_reasons = _numbers(REJECT_REASONS)


Figures = envelope(
    "OfferFigures",
    total=fields.Nested(OfferTotalOut, required=True),
    periods=fields.List(fields.Nested(OfferPeriodOut), required=True),
)
