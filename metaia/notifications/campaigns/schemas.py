"""Schemas of campaigns."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from marshmallow import Schema as MarshmallowSchema
from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.access.actor import ROLES
from metaia.core.http.contact_fields import Language
from metaia.core.http.fields import Integer, Moment, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.notifications.campaigns.audience_filters import AUDIENCE_FILTERS, AudienceFilter
from metaia.notifications.campaigns.state import MACHINE
from metaia.notifications.delivery.schemas import FUNNEL
from metaia.notifications.registry import CHANNELS

DEFAULT_RATE = 6_000  # users per minute
MAX_MESSAGE_LENGTH = 2_000
_status = validate.OneOf(MACHINE.states)


class Audience(Schema):
    """Active users with one of `roles` that meet all further conditions."""

    roles = fields.List(
        fields.String(validate=validate.OneOf(sorted(ROLES))),
        required=True,
        validate=validate.Length(min=1, max=len(ROLES)),
    )
    created_from = Moment()
    created_to = Moment()
    locales = fields.List(Language(), validate=validate.Length(min=1, max=50))

    @validates_schema
    def forward(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an empty period."""
        if "created_from" in data and "created_to" in data and data["created_from"] >= data["created_to"]:
            raise ValidationError("Must be later than createdFrom.", "createdTo")


class AudienceField(fields.Nested):
    """An audience with the filters that the domains of the current application registered."""

    @property
    def schema(self) -> MarshmallowSchema:
        """Return the schema. It is looked up for each application, because fields belong to all of them."""
        return _with_filters(
            cast("type[MarshmallowSchema]", self.nested), tuple(AUDIENCE_FILTERS.current().values())
        )


@cache
def _with_filters(base: type[MarshmallowSchema], filters: tuple[AudienceFilter, ...]) -> MarshmallowSchema:
    added: dict[str, Any] = {
        filter_.name: filter_.field(metadata={"description": filter_.description}) for filter_ in filters
    }
    return base.from_dict(added, name=f"Campaign{base.__name__}")()


def _channels(**options: Any) -> fields.List[Any]:
    known = fields.String(validate=validate.OneOf(CHANNELS))
    return fields.List(known, validate=validate.Length(min=1, max=len(CHANNELS)), **options)


def _rate(**options: Any) -> Integer:
    return Integer(validate=validate.Range(min=1, max=1_000_000), **options)


class CreateCampaign(Schema):
    name = Text(120, required=True)
    title = Text(200, required=True)
    message = Text(MAX_MESSAGE_LENGTH, required=True)
    channels = _channels(required=True)
    audience = AudienceField(Audience, required=True)
    scheduled_at = Moment(load_default=None, allow_none=True)
    rate_per_minute = _rate(load_default=DEFAULT_RATE)


class ChangeCampaign(Schema):
    """The body of each change."""

    expected_version = Version(load_default=None)


class EditCampaign(ChangeCampaign):
    """Omitted fields stay unchanged. An audience is replaced as a whole."""

    name = Text(120)
    title = Text(200)
    message = Text(MAX_MESSAGE_LENGTH)
    channels = _channels()
    audience = AudienceField(Audience)
    scheduled_at = Moment(allow_none=True)
    rate_per_minute = _rate()


class TestCampaign(Schema):
    to = fields.String(load_default="me", validate=validate.OneOf(["me"]))


class ListQuery(PageQuery):
    status = fields.String(validate=_status)
    sort = sort_field(("created_at",), "-createdAt")


class CampaignProgress(Schema):
    """`campaign:progress`."""

    campaign_id = fields.UUID(required=True)
    name = fields.String(required=True)
    status = fields.String(required=True, validate=_status)
    version = fields.Integer(required=True)
    recipients = fields.Integer(required=True)
    total = fields.Integer(required=True, allow_none=True)
    updated_at = fields.AwareDateTime(required=True)


class AudienceOut(Schema):
    roles = fields.List(fields.String(), required=True)
    created_from = fields.AwareDateTime()
    created_to = fields.AwareDateTime()
    locales = fields.List(fields.String())


class CampaignOut(Schema):
    """A campaign and its progress. Before it begins, `total` is null except in the answer for a single campaign."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    message = fields.String(required=True)
    channels = fields.List(fields.String(), required=True)
    audience = AudienceField(AudienceOut, required=True)
    scheduled_at = fields.AwareDateTime(required=True, allow_none=True)
    rate_per_minute = fields.Integer(required=True)
    status = fields.String(required=True, validate=_status)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(MACHINE.actions)), required=True)
    version = fields.Integer(required=True)
    recipients = fields.Integer(required=True)
    total = fields.Integer(required=True, allow_none=True)
    began_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    created_by = fields.UUID(required=True)
    type = fields.String(
        required=True, metadata={"description": "of its notifications: `campaign`, or that of a domain"}
    )
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


_campaign = fields.Nested(CampaignOut, required=True)
Many = envelope("ManyCampaigns", meta=Meta, campaigns=fields.List(_campaign, required=True))
One = envelope("OneCampaign", campaign=_campaign)
Watched = envelope("WatchedCampaign", campaign=_campaign, funnel=FUNNEL)
Tested = envelope("TestedCampaign", notification_id=fields.UUID(required=True))
