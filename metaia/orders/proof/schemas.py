"""The delivery of an order in answers, and the proof in the body of `deliver`."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Id, Moment, Schema, Text, Version

STATES = ("open", "claimed", "out", "delivered", "ended")
MAX_PICTURES = 5
_CODE = validate.Regexp(r"[0-9]{4}\Z", error="Must be 4 digits.")  # for JavaScript: metadata


def occurred() -> Moment:
    """Return the field of a time by the clock of a device that was offline."""
    return Moment(
        load_default=None,
        allow_none=True,
        metadata={"description": "when it happened, if it is sent later; a time in the future counts as now"},
    )


class Deliver(Schema):
    """The body of `deliver`. What is needed stands in `order.delivery.proofNeeded`."""

    expected_version = Version(load_default=None)
    message = Text(1000, lines=True, load_default=None, allow_none=True)
    code = fields.String(
        load_default=None,
        allow_none=True,
        validate=_CODE,
        metadata={"pattern": "^[0-9]{4}$", "examples": ["0417"]},
    )
    media_ids = fields.List(
        Id(),
        load_default=list,
        validate=validate.Length(max=MAX_PICTURES),
        metadata={"description": "photos of yours that show the delivery", "examples": [[]]},
    )
    signature_media_id = Id(load_default=None, allow_none=True, metadata={"examples": [None]})
    signer_name = Text(120, load_default=None, allow_none=True)
    occurred_at = occurred()


class NeededProofOut(Schema):
    code = fields.Boolean(required=True)
    photo = fields.Boolean(required=True)
    signature = fields.Boolean(required=True)


class DeliveryProofOut(Schema):
    """What proves a delivery."""

    at = fields.AwareDateTime(required=True)
    code = fields.Boolean(required=True, metadata={"description": "whether the customer's code was entered"})
    media_ids = fields.List(fields.UUID(), required=True)
    signature_media_id = fields.UUID(required=True, allow_none=True)
    signer_name = fields.String(required=True, allow_none=True)


class OrderDeliveryOut(Schema):
    """The delivery of an order. Its `id` is not the order's: couriers see it before they have the order."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    wanted_at = fields.AwareDateTime(required=True, allow_none=True)
    contact_until = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "then its courier sees the customer's data no more"},
    )
    proof_needed = fields.Nested(NeededProofOut, required=True)
    proof = fields.Nested(DeliveryProofOut, required=True, allow_none=True)
    code = fields.String(
        metadata={
            "description": "only in `GET /api/orders/{id}` of the customer, until the order is delivered"
        }
    )
