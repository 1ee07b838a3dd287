"""Query and answer of the figures about offers."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import Currency, Id, Moment, Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope
from metaia.offers.schemas import STATUSES
from metaia.offers.state import REJECT_REASONS

MOST_DAYS = 400


class OfferFiguresQuery(Filters):
    from_ = Moment(data_key="from", required=True, metadata={"description": "made from this time on"})
    to = Moment(required=True, metadata={"description": f"excluded; at most {MOST_DAYS} days later"})
    group_by = fields.String(load_default="day", validate=validate.OneOf(("day", "week", "month")))
    currency = Currency(load_default=None)
    partner_id = Id(load_default=None, metadata={"description": "for staff; by default all"})

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """The times are in order, and not too far apart."""
        if not 0 < (data["to"] - data["from_"]).total_seconds() <= MOST_DAYS * 86_400:
            raise ValidationError(f"Must be after `from`, by at most {MOST_DAYS} days.", "to")


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
