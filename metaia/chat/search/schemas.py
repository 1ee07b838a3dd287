"""Query and answer of the search."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.chat.fields import KINDS, SYSTEM, MessageOut
from metaia.core.http.fields import Id, Moment, Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope

LONGEST = 200  # characters of `q`


class SearchQuery(PageQuery):
    q = Text(
        LONGEST,
        required=True,
        metadata={
            "description": "the beginnings of words that are all in the message; any part of a script without spaces"
        },
    )
    conversation_id = Id(metadata={"description": "by default all conversations that you are in"})
    sender_id = Id()
    kind = fields.String(validate=validate.OneOf([kind for kind in KINDS if kind != SYSTEM]))
    from_ = Moment(data_key="from", metadata={"description": "sent at this time or later"})
    to = Moment(metadata={"description": "sent before this time"})
    sort = sort_field(("created_at",), "-createdAt")


class FoundOut(Schema):
    """A message that was found. `matches` are pairs of start and length in `excerpt`, in Unicode code points."""

    message = fields.Nested(MessageOut, required=True)
    excerpt = fields.String(required=True)
    matches = fields.List(fields.List(fields.Integer(), validate=validate.Length(equal=2)), required=True)


ManyFound = envelope("ChatFound", meta=Meta, messages=fields.List(fields.Nested(FoundOut), required=True))
