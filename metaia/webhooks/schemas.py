"""Schemas of webhooks, for staff."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Moment, Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope

STATES = ("waiting", "digested", "quarantined")


class WebhookOut(Schema):
    """A stored webhook without its content, which has addresses and telephone numbers in it."""

    id = fields.UUID(required=True)
    source = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    tries = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    bytes = fields.Integer(required=True, allow_none=True)  # null once its content is gone
    type = fields.String(required=True, allow_none=True)
    subject = fields.String(required=True, allow_none=True)
    replayed = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True)
    digested_at = fields.AwareDateTime(required=True, allow_none=True)


class Received(Schema):
    """The empty object that some vendors expect."""


class ListQuery(PageQuery):
    state = fields.String(validate=validate.OneOf(STATES))
    source = Text(40)
    type = Text(60)
    subject = Text(80)
    from_ = Moment(data_key="from")
    to = Moment()
    q = Text(100, metadata={"description": "an id of the vendor, or of a delivery, in the call's facts"})
    sort = sort_field(("received_at",), "-receivedAt")


Many = envelope("ManyWebhooks", meta=Meta, webhooks=fields.List(fields.Nested(WebhookOut), required=True))
One = envelope("OneWebhook", webhook=fields.Nested(WebhookOut, required=True))


class WebhookFactOut(Schema):
    """What a call states. `amount` is in major units; a fact about a message names our `delivery`."""

    kind = fields.String(required=True)
    reference = fields.String(required=True)
    status = fields.String(required=True)
    attempt = fields.String(required=True, allow_none=True)
    delivery = fields.String(required=True, allow_none=True)
    amount = fields.Float(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True, allow_none=True)


class PostingMadeOut(Schema):
    id = fields.UUID(required=True)
    key = fields.String(required=True)
    kind = fields.String(required=True)


class EventMadeOut(Schema):
    id = fields.UUID(required=True)
    type = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    rooms = fields.List(fields.String(), required=True)


class NotificationMadeOut(Schema):
    id = fields.UUID(required=True)
    type = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    user_id = fields.String(required=True)


class EffectsOut(Schema):
    """What the processing of a call has made."""

    postings = fields.List(fields.Nested(PostingMadeOut), required=True)
    events = fields.List(fields.Nested(EventMadeOut), required=True)
    notifications = fields.List(fields.Nested(NotificationMadeOut), required=True)


class TriesOut(Schema):
    """How often a call was processed, the error of the last try, and the time of the next one."""

    count = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    next_at = fields.AwareDateTime(required=True, allow_none=True)


class BodyOut(Schema):
    """A call as it came. `text` is null if the body is not UTF-8."""

    query = fields.String(required=True)
    headers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    text = fields.String(required=True, allow_none=True)
    base64 = fields.String(required=True)
    sha256 = fields.String(required=True)


Whole = envelope(
    "WholeWebhook",
    call=fields.Nested(WebhookOut, required=True),
    facts=fields.List(fields.Nested(WebhookFactOut), required=True),
    effects=fields.Nested(EffectsOut, required=True),
    tries=fields.Nested(TriesOut, required=True),
)
Body = envelope("WebhookBody", body=fields.Nested(BodyOut, required=True))
