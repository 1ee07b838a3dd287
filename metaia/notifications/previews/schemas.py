"""Schemas of notification types and of their sample messages."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate

from metaia.core.http.fields import Schema
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope
from metaia.notifications.content import templates
from metaia.notifications.registry import CHANNELS


def _known(locale: str) -> None:
    if locale not in templates.locales():
        raise ValidationError("There are no texts in this language.")


class PreviewsQuery(Filters):
    locale = fields.String(load_default="en", validate=_known)


class NotificationTypeOut(Schema):
    """A type of notification. A fallback is the last of its channels."""

    name = fields.String(required=True)
    category = fields.String(required=True)
    channels = fields.List(fields.String(validate=validate.OneOf(CHANNELS)), required=True)


class PreviewPart(Schema):
    """A part of a message, such as `subject`, `text` and `html` of a mail."""

    name = fields.String(required=True)
    text = fields.String(required=True)


class PreviewOut(Schema):
    """The message on one channel."""

    channel = fields.String(required=True)
    parts = fields.List(fields.Nested(PreviewPart), required=True)


NotificationTypes = envelope(
    "NotificationTypes",
    types=fields.List(fields.Nested(NotificationTypeOut), required=True),
    locales=fields.List(fields.String(), required=True),
)
Previews = envelope("Previews", previews=fields.List(fields.Nested(PreviewOut), required=True))
