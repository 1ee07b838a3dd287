"""Queries, bodies and answers of reconciliation."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.http.fields import MoneyOut, Schema
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.payments.reconciliation.queries import STATES
from metaia.payments.reconciliation.rows import MOST_ROWS, READERS

LONGEST_CSV = 3_000_000  # characters
PROVIDERS = sorted(READERS)
_provider = validate.OneOf(PROVIDERS)
_id = validate.Regexp(r"[A-Za-z0-9_-]{1,60}\Z")
_SHOWN = {"pattern": "^[A-Za-z0-9_-]{1,60}$"}  # in JavaScript's dialect
EXAMPLE = {
    "provider": "razorpay",
    "rows": [
        {"entity_id": "pay_1", "type": "payment", "amount": 10000, "credit": 9800, "debit": 0, "fee": 200,
         "currency": "INR", "created_at": 1767225600, "settlement_id": "setl_1"},
    ],
}  # fmt: skip


class Rows(fields.List[Any]):
    """A list of objects. Their values are read later, in a thread: marshmallow would take a tenth of a second here."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        several = enumerate(value[: MOST_ROWS + 1])  # a longer list is refused for its length
        wrong = next((at for at, row in several if not isinstance(row, dict)), None)
        if wrong is not None:
            raise ValidationError({wrong: [self.inner.error_messages["invalid"]]})
        return value


class Settle(Schema):
    """A settlement as its provider reports it: `rows` of its API, or the text of a `csv` with the same columns."""

    provider = fields.String(required=True, validate=_provider)
    settlement_id = fields.String(
        validate=_id,
        metadata=_SHOWN | {"description": "for rows without it, such as Stripe's: the id of the payout"},
    )
    unit = fields.String(
        load_default="minor",
        validate=validate.OneOf(["minor", "major"]),
        metadata={
            "description": "of amounts: `minor` as in the provider's API, or decimals of `major` units"
        },
    )
    rows = Rows(fields.Dict(), validate=validate.Length(min=1, max=MOST_ROWS))
    csv = fields.String(validate=validate.Length(min=1, max=LONGEST_CSV))

    @validates_schema
    def either(self, data: Any, **_: Any) -> None:
        """Require rows or csv."""
        if ("rows" in data) == ("csv" in data):
            raise ValidationError("Give either rows or csv.", "rows")


class TakeBack(Schema):
    """A settlement that the bank has sent back to the provider."""

    provider = fields.String(required=True, validate=_provider)
    settlement_id = fields.String(required=True, validate=_id, metadata=_SHOWN)


class SettlementOut(Schema):
    """A settlement. `net` is what reached our bank; `states` has the number of lines in each state."""

    provider = fields.String(required=True)
    id = fields.String(required=True)
    currency = fields.String(required=True)
    lines = fields.Integer(required=True)
    net = fields.Float(required=True)
    states = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ComparisonQuery(PageQuery):
    day = fields.Date(required=True, metadata={"description": "of the time zone of the books"})
    state = fields.String(validate=validate.OneOf(STATES))
    provider = fields.String(validate=_provider)
    sort = sort_field(("at",), "at")


class ComparedOut(Schema):
    """A line of a settlement and our fact about the same object; `not_settled` has no line yet."""

    id = fields.UUID(required=True)
    provider = fields.String(required=True)
    settlement_id = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True)
    reference = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    currency = fields.String(required=True)
    ours = MoneyOut(required=True, allow_none=True)
    theirs = MoneyOut(required=True, allow_none=True)
    our_fee = MoneyOut(required=True, allow_none=True)
    their_fee = MoneyOut(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)


One = envelope("OneSettlement", settlement=fields.Nested(SettlementOut, required=True))
Many = envelope("ManyCompared", meta=Meta, lines=fields.List(fields.Nested(ComparedOut), required=True))
