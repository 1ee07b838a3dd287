"""Query and answer of the list of attachments."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.chat.fields import AttachmentOut
from metaia.core.http.fields import Id, Schema
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.media.kinds import KINDS


class AttachmentQuery(PageQuery):
    conversation_id = Id(metadata={"description": "by default all conversations that you are in"})
    kind = fields.String(validate=validate.OneOf(tuple(KINDS)))
    sort = sort_field(("created_at",), "-createdAt")


class ListedAttachmentOut(Schema):
    """A file, and the message that it is attached to."""

    message_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    seq = fields.Integer(required=True)
    sender_id = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    attachment = fields.Nested(AttachmentOut, required=True)


ManyAttachments = envelope(
    "ChatAttachments", meta=Meta, attachments=fields.List(fields.Nested(ListedAttachmentOut), required=True)
)
