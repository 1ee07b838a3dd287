"""Queries and answers about follows."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.errors import declare
from metaia.core.http.fields import Schema
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope

declare({"too_many_follows": "A user follows at most 2,000 partners."})


class FollowsQuery(PageQuery):
    sort = sort_field(("followed_at",), "-followedAt")


class FollowedRatingOut(Schema):
    average = fields.Float(required=True, allow_none=True, metadata={"description": "null without a rating"})
    count = fields.Integer(required=True)


class FollowedOut(Schema):
    """A partner that a user follows."""

    id = fields.UUID(required=True)
    slug = fields.String(required=True)
    business_name = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    logo_media_id = fields.UUID(required=True, allow_none=True)
    rating = fields.Nested(FollowedRatingOut, required=True)
    followers = fields.Integer(required=True)
    followed_at = fields.AwareDateTime(required=True)


class FollowerOut(Schema):
    first_name = fields.String(required=True, allow_none=True)
    followed_at = fields.AwareDateTime(required=True)


class FollowersMeta(Meta):
    followers = fields.Integer(required=True, metadata={"description": "all of them"})


Followed = envelope(
    "Followed", following=fields.Boolean(required=True), followers=fields.Integer(required=True)
)
Following = envelope("Following", meta=Meta, partners=fields.List(fields.Nested(FollowedOut), required=True))
Followers = envelope(
    "Followers", meta=FollowersMeta, followers=fields.List(fields.Nested(FollowerOut), required=True)
)
