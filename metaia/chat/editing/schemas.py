"""Bodies and answers of editing."""

from __future__ import annotations

from marshmallow import fields

from metaia.chat.messages.schemas import LONGEST_TEXT
from metaia.core.http.fields import Schema, Text, Version
from metaia.core.http.pagination import Filters
from metaia.core.http.views import envelope

LONGEST_REASON = 500


class EditMessage(Schema):
    """The new text."""

    text = Text(LONGEST_TEXT, lines=True, required=True)
    expected_version = Version(load_default=None)


class DeleteQuery(Filters):
    """The reason of staff that removes a message, for the audit log."""

    reason = Text(LONGEST_REASON, load_default=None)


class EditOut(Schema):
    """A text that a message had until `at`."""

    version = fields.Integer(required=True)
    text = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


Edits = envelope("MessageEdits", edits=fields.List(fields.Nested(EditOut), required=True))
