"""Body and answer of the settings of chat."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.chat.policy import ANYONE, CUSTOMERS_ONLY
from metaia.chat.preferences.queries import EVERYBODY, NOBODY
from metaia.core.http.fields import Schema
from metaia.core.http.views import envelope

_presence = validate.OneOf((EVERYBODY, NOBODY))
_writers = validate.OneOf((ANYONE, CUSTOMERS_ONLY))


class ChangeChatSettings(Schema):
    """The settings to change; at least one."""

    read_receipts = fields.Boolean(metadata={"description": "hiding yours hides those of others too"})
    typing = fields.Boolean()
    presence = fields.String(validate=_presence)
    who_may_write = fields.String(validate=_writers, metadata={"description": "for partners"})

    @validates_schema
    def not_empty(self, data: dict[str, Any], **_: Any) -> None:
        """A change names at least one setting."""
        if not data:
            raise ValidationError("Give at least one setting.")


class ChatSettingsOut(Schema):
    read_receipts = fields.Boolean(required=True)
    typing = fields.Boolean(required=True)
    presence = fields.String(required=True, validate=_presence)
    who_may_write = fields.String(required=True, validate=_writers)


One = envelope("OneChatSettings", settings=fields.Nested(ChatSettingsOut, required=True))
EXAMPLE = {"readReceipts": False, "presence": NOBODY}
