"""Body and answers of restrictions."""

from __future__ import annotations

from marshmallow import fields

from metaia.chat.restrictions.queries import SORTABLE
from metaia.core.http.fields import Moment, Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope


class RestrictUser(Schema):
    until = Moment(
        load_default=None, allow_none=True, metadata={"description": "null restricts the user for good"}
    )
    reason = Text(500, required=True)


class RestrictionsQuery(PageQuery):
    sort = sort_field(tuple(SORTABLE), "-createdAt")


class RestrictionOut(Schema):
    user_id = fields.UUID(required=True)
    until = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.String(required=True)
    created_by = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


EXAMPLE = {"until": None, "reason": "Advertises other shops."}
One = envelope("OneChatRestriction", restriction=fields.Nested(RestrictionOut, required=True))
Many = envelope(
    "ManyChatRestrictions",
    meta=Meta,
    restrictions=fields.List(fields.Nested(RestrictionOut), required=True),
)
Lifted = envelope("ChatRestrictionLifted")
