"""Bodies, queries and answers about services."""

from __future__ import annotations

from typing import Any

from flask import current_app
from marshmallow import ValidationError, fields, validate, validates

from metaia.core.http.fields import Amount, Currency, Id, Integer, MoneyOut, Schema, Text, Version
from metaia.core.http.pagination import PageQuery
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas

INSTANT, REQUEST = "instant", "request"
NONE, DEPOSIT, FULL = "none", "deposit", "full"
MAX_CALENDARS, MAX_PICTURES, MAX_REMINDERS = 50, 10, 5
YEAR = 365 * 24 * 60  # minutes


def _minutes(least: int, most: int, **kwargs: Any) -> Integer:
    return Integer(
        validate=validate.Range(min=least, max=most), metadata={"description": "minutes"}, **kwargs
    )


class CancellationIn(Schema):
    """What cancelling costs a customer. Parts that are left out stay as they are."""

    free_until_minutes = _minutes(0, YEAR)
    fee_percent = Integer(validate=validate.Range(min=0, max=100))
    locked_until_minutes = _minutes(0, YEAR)


class ChangeService(Schema):
    """The parts of a service that its partner can change. Bookings keep those that they were made with."""

    name = Text(200)
    description = Text(2000, lines=True, allow_none=True)
    duration_minutes = _minutes(5, 1440)
    price = Amount(
        validate=validate.Range(min=0, max=10**11), metadata={"description": "of one seat, in major units"}
    )
    currency = Currency()
    buffer_before_minutes = _minutes(0, 240)
    buffer_after_minutes = _minutes(0, 240)
    capacity = Integer(
        validate=validate.Range(min=1, max=500), metadata={"description": "seats of one start; 1: no session"}
    )
    step_minutes = _minutes(5, 240)
    min_notice_minutes = _minutes(0, 43_200)
    max_advance_days = Integer(validate=validate.Range(min=1, max=365))
    confirmation = fields.String(validate=validate.OneOf((INSTANT, REQUEST)))
    payment = fields.String(validate=validate.OneOf((NONE, DEPOSIT, FULL)))
    deposit_percent = Integer(
        validate=validate.Range(min=1, max=100),
        allow_none=True,
        metadata={"description": "only with the payment `deposit`"},
    )
    cancellation = fields.Nested(CancellationIn)
    max_per_customer_per_day = Integer(validate=validate.Range(min=1, max=100), allow_none=True)
    reminders = fields.List(
        _minutes(5, 20_160),
        validate=validate.Length(max=MAX_REMINDERS),
        metadata={"description": "minutes before the start"},
    )
    calendar_ids = fields.List(
        Id(),
        validate=validate.Length(min=1, max=MAX_CALENDARS),
        metadata={
            "description": "calendars of the same partner; a new service is in the first one by default"
        },
    )
    media_ids = fields.List(
        Id(), validate=validate.Length(max=MAX_PICTURES), metadata={"description": "pictures of yours"}
    )
    active = fields.Boolean(metadata={"description": "whether it is offered"})
    expected_version = Version(load_default=None)

    @validates("reminders")
    def different(self, value: list[int], **_: Any) -> None:
        """Two reminders at one time would be one."""
        if len(set(value)) < len(value):
            raise ValidationError("Given twice.")


class CreateService(ChangeService):
    class Meta(ChangeService.Meta):
        exclude = ("active", "expected_version")

    partner_id = Id(load_default=None, metadata={"description": "for admins: the partner"})
    name = Text(200, required=True)
    duration_minutes = _minutes(5, 1440, required=True)
    price = Amount(
        required=True,
        validate=validate.Range(min=0, max=10**11),
        metadata={"description": "of one seat, in major units"},
    )
    currency = Currency(load_default=lambda: current_app.config["DEFAULT_CURRENCY"])


class ServicesQuery(PageQuery):
    partner_id = Id()
    q = Text(100, metadata={"description": "words of name and description, also their beginnings"})
    active = fields.Boolean(load_default=True)


class CancellationOut(Schema):
    free_until_minutes = fields.Integer(
        required=True, metadata={"description": "before the start; then `feePercent` of the price is due"}
    )
    fee_percent = fields.Integer(required=True)
    locked_until_minutes = fields.Integer(
        required=True, metadata={"description": "before the start, from when a customer cannot cancel"}
    )


class ServiceOut(Schema):
    """What a partner offers. A booking keeps a copy: a later change of the service changes no booking."""

    id = fields.UUID(required=True)
    partner_id = fields.UUID(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)
    duration_minutes = fields.Integer(required=True)
    price = MoneyOut(required=True, metadata={"description": "of one seat"})
    currency = fields.String(required=True)
    buffer_before_minutes = fields.Integer(required=True)
    buffer_after_minutes = fields.Integer(required=True)
    capacity = fields.Integer(required=True)
    step_minutes = fields.Integer(required=True)
    min_notice_minutes = fields.Integer(required=True)
    max_advance_days = fields.Integer(required=True)
    confirmation = fields.String(required=True, validate=validate.OneOf((INSTANT, REQUEST)))
    payment = fields.String(required=True, validate=validate.OneOf((NONE, DEPOSIT, FULL)))
    deposit_percent = fields.Integer(required=True, allow_none=True)
    cancellation = fields.Nested(CancellationOut, required=True)
    max_per_customer_per_day = fields.Integer(required=True, allow_none=True)
    reminders = fields.List(fields.Integer(), required=True)
    calendar_ids = fields.List(fields.UUID(), required=True)
    media_ids = fields.List(fields.UUID(), required=True)
    active = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class ServiceConflict(Schema):
    """The `details` of a 409 about a service: its current state."""

    version = fields.Integer(required=True)
    service = fields.Nested(ServiceOut, required=True)


_service = fields.Nested(ServiceOut, required=True)
OneService = envelope("OneService", service=_service)
ManyServices = envelope("ManyServices", meta=Meta, services=fields.List(_service, required=True))
Conflict = error_schemas.conflict(ServiceConflict)
EXAMPLE = {
    "name": "Wash and cut",
    "durationMinutes": 45,
    "price": 1200,
    "bufferAfterMinutes": 10,
    "capacity": 1,
}
