"""Bodies, queries and answers about posts."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.errors import declare
from metaia.core.http.fields import Id, MoneyOut, Schema, Text
from metaia.core.http.pagination import PageQuery
from metaia.core.http.views import Meta, envelope
from metaia.shops.schemas import PictureOut

LONGEST, MOST_PICTURES = 2000, 10
ACTIONS = ("delete",)
declare(
    {
        "news_limit": "Followers are notified about one post a day: post without `notify`.",
        "profile_hidden": "The profile is not published, so that no user sees what it shows.",
    }
)


class CreatePost(Schema):
    text = Text(LONGEST, required=True, lines=True)
    media_ids = fields.List(
        Id(),
        load_default=list,
        validate=validate.Length(max=MOST_PICTURES),
        metadata={"description": "pictures of yours, as public as the post"},
    )
    product_id = Id(
        load_default=None, allow_none=True, metadata={"description": "an active product of yours"}
    )
    notify = fields.Boolean(
        load_default=False, metadata={"description": "notify the followers; once a day (429 `news_limit`)"}
    )


class PostsQuery(PageQuery):
    """The newest posts first."""


class PostPartnerOut(Schema):
    id = fields.UUID(required=True)
    slug = fields.String(required=True)
    business_name = fields.String(required=True)
    logo = fields.Nested(PictureOut, required=True, allow_none=True)


class PostProductOut(Schema):
    """The product of a post, as it is now."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    price = MoneyOut(required=True)
    currency = fields.String(required=True)


class PostOut(Schema):
    id = fields.UUID(required=True)
    partner = fields.Nested(PostPartnerOut, required=True)
    text = fields.String(required=True)
    media = fields.List(fields.Nested(PictureOut), required=True)
    product = fields.Nested(
        PostProductOut,
        required=True,
        allow_none=True,
        metadata={"description": "null without one, and while it is hidden"},
    )
    created_at = fields.AwareDateTime(required=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(ACTIONS)), required=True)


_post = fields.Nested(PostOut, required=True)
OnePost = envelope("OnePost", post=_post)
ManyPosts = envelope("ManyPosts", meta=Meta, posts=fields.List(_post, required=True))
DeletedPost = envelope("DeletedPost", post_id=fields.UUID(required=True))
EXAMPLE = {"text": "The linen for the summer is here.", "notify": False}
