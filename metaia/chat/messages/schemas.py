"""Bodies of sent messages, and the answers to them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.chat.fields import MessageOut
from metaia.core.http.fields import Id, Moment, Schema, Text
from metaia.core.http.views import envelope

LONGEST_TEXT, MOST_ATTACHMENTS, MOST_MENTIONS, MOST_AT_ONCE = 4_000, 10, 20, 50
LARGEST = 80 * 1024  # bytes of a message in JSON, with every letter escaped
LARGEST_BATCH = MOST_AT_ONCE * LARGEST


class AttachmentIn(Schema):
    """A file that the sender has uploaded."""

    media_id = Id(required=True)
    name = Text(200, load_default=None, allow_none=True)


class SendMessage(Schema):
    """A message. The same `clientMessageId` and body again get the first message again, for ever."""

    client_message_id = Text(
        100,
        required=True,
        metadata={"description": "chosen by the client, unique among the messages of its user"},
    )
    text = Text(LONGEST_TEXT, lines=True, load_default=None, allow_none=True)
    attachments = fields.List(
        fields.Nested(AttachmentIn), load_default=list, validate=validate.Length(max=MOST_ATTACHMENTS)
    )
    reply_to = Id(load_default=None, allow_none=True)
    mentions = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST_MENTIONS))
    client_sent_at = Moment(load_default=None, allow_none=True)

    @validates_schema
    def something(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a message with neither text nor attachment."""
        if data.get("text") is None and not data.get("attachments"):
            raise ValidationError("A message needs a text or an attachment.", "text")


class SendMessages(Schema):
    """Messages that were written offline, in this order."""

    messages = fields.List(
        fields.Nested(SendMessage), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE)
    )

    @validates_schema
    def each_once(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a `clientMessageId` that is given twice."""
        ids = [each["client_message_id"] for each in data.get("messages", ()) if "client_message_id" in each]
        if len(set(ids)) != len(ids):
            raise ValidationError("A clientMessageId is given twice.", "messages")


EXAMPLE = {"clientMessageId": "0f4c1c2e-7d7b-4c36-9c1a-5a2f3a1d9b10", "text": "Is the linen shirt ready?"}
OneMessage = envelope("OneMessage", message=fields.Nested(MessageOut, required=True))
ManySent = envelope("ManySent", messages=fields.List(fields.Nested(MessageOut), required=True))
