"""Bodies, queries and answers about the approval of profiles."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.shops.schemas import Conflict, OneOwnPartner, OwnPartnerOut, Plain
from metaia.shops.state import MACHINE

__all__ = ["Conflict", "OneOwnPartner"]


class Decision(Plain):
    reason = Text(500, load_default=None, allow_none=True, metadata={"description": "the partner sees it"})


class Reasoned(Plain):
    reason = Text(500, required=True, metadata={"description": "the partner sees it"})


class ProfilesQuery(PageQuery):
    status = fields.String(validate=validate.OneOf(MACHINE.states))
    q = Text(100, metadata={"description": "words of the profile, also their beginnings"})
    sort = sort_field(("updated_at",), "updatedAt")


ManyProfiles = envelope(
    "ManyProfiles",
    meta=Meta,
    partners=fields.List(fields.Nested(OwnPartnerOut, required=True), required=True),
)
