"""Messages as clients see them, in answers and in events."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.access.permissions import ROLES
from metaia.core.http.fields import Schema

KINDS = TEXT, IMAGE, DOCUMENT, VOICE, SYSTEM = "text", "image", "document", "voice", "system"
STATUSES = SENT, DELIVERED, READ = "sent", "delivered", "read"
DELETERS = SENDER, MODERATOR = "sender", "moderator"


class SenderOut(Schema):
    """The sender of a message. The name of a deleted account is null."""

    id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(sorted(ROLES)))
    name = fields.String(required=True, allow_none=True)


class AttachmentOut(Schema):
    """A file of a message. `url` asks at each look whether one may see it; it is null until the file is ready."""

    media_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf((IMAGE, DOCUMENT, VOICE)))
    name = fields.String(required=True)
    mime_type = fields.String(required=True)
    bytes = fields.Integer(required=True, allow_none=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    duration = fields.Float(required=True, allow_none=True, metadata={"description": "in seconds"})
    url = fields.String(required=True, allow_none=True)
    thumbnail_url = fields.String(required=True, allow_none=True)


class ReplyOut(Schema):
    """The message that is quoted, as it is now. The excerpt is null for viewers that came later, and if deleted."""

    id = fields.UUID(required=True)
    seq = fields.Integer(required=True)
    sender_id = fields.UUID(required=True, allow_none=True)
    excerpt = fields.String(required=True, allow_none=True)
    deleted = fields.Boolean(required=True)


class ReactionOut(Schema):
    """An emoji with the first 20 users that reacted with it."""

    emoji = fields.String(required=True)
    count = fields.Integer(required=True)
    user_ids = fields.List(fields.UUID(), required=True)


class SystemOut(Schema):
    """What a message of the system states."""

    event = fields.String(required=True)
    data = fields.Dict(required=True)


class MessageShown(Schema):
    """A message as all participants see it."""

    id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    deal_id = fields.UUID(required=True, allow_none=True)
    seq = fields.Integer(
        required=True, metadata={"description": "1, 2, 3 … in its conversation, without gaps"}
    )
    version = fields.Integer(required=True, metadata={"description": "counts its changes"})
    client_message_id = fields.String(required=True, allow_none=True)
    sender = fields.Nested(SenderOut, required=True, allow_none=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    text = fields.String(required=True, allow_none=True)
    attachments = fields.List(fields.Nested(AttachmentOut), required=True)
    reply_to = fields.Nested(ReplyOut, required=True, allow_none=True)
    mentions = fields.List(fields.UUID(), required=True)
    reactions = fields.List(fields.Nested(ReactionOut), required=True)
    system = fields.Nested(SystemOut, required=True, allow_none=True)
    client_sent_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)
    deleted_at = fields.AwareDateTime(required=True, allow_none=True)
    deleted_by = fields.String(required=True, allow_none=True, validate=validate.OneOf(DELETERS))


class MessageOut(MessageShown):
    """A message for one viewer: its sender sees how far it has come."""

    status = fields.String(required=True, allow_none=True, validate=validate.OneOf(STATUSES))
