"""Answers of blocks."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.access.permissions import ROLES
from metaia.core.http.fields import Schema
from metaia.core.http.views import envelope


class BlockOut(Schema):
    """A user that I have blocked, with the name that chat shows."""

    user_id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, validate=validate.OneOf(sorted(ROLES)))
    created_at = fields.AwareDateTime(required=True)


Blocks = envelope("ChatBlocks", blocks=fields.List(fields.Nested(BlockOut), required=True))
Done = envelope("ChatBlockChanged")
