"""Schemas of announcements."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from marshmallow import ValidationError, fields, validate, validates, validates_schema

from metaia.core.access.actor import ROLES
from metaia.core.http.fields import Id, Integer, Moment, Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.notifications.announcements import policy
from metaia.notifications.announcements.state import STATUSES

MOST_USERS = 1_000
LONGEST_LINK = 500  # characters
_level = validate.OneOf(policy.LEVELS)
_status = validate.OneOf(STATUSES)


class AudienceIn(Schema):
    """Exactly one of: `everyone`, the users of some roles, some users."""

    everyone = fields.Boolean(truthy={True}, falsy=set(), metadata={"description": "`true`"})
    roles = fields.List(
        fields.String(validate=validate.OneOf(sorted(ROLES))), validate=validate.Length(min=1, max=len(ROLES))
    )
    user_ids = fields.List(Id(), validate=validate.Length(min=1, max=MOST_USERS))

    @validates_schema
    def one(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse none and several."""
        if len(data) != 1:
            raise ValidationError("Give one of everyone, roles and userIds.")


class TextIn(Schema):
    """Plain text."""

    title = Text(120, required=True)
    message = Text(1_000, required=True, lines=True)

    @validates("title")
    @validates("message")
    def plain(self, value: str, **_: Any) -> None:
        """Refuse markup."""
        if policy.has_markup(value):
            raise ValidationError("Must be plain text, without tags and entities.")


class ContentIn(Schema):
    """The text in each language. Users of other languages get the English one."""

    en = fields.Nested(TextIn, required=True)
    hi = fields.Nested(TextIn)
    de = fields.Nested(TextIn)


class Link(fields.String):
    """A path of this service, or an address on a host of ANNOUNCEMENT_LINK_HOSTS."""

    def __init__(self, **kwargs: Any) -> None:
        more = {"description": "a path of this service, or an address on one of its hosts"}
        super().__init__(validate=validate.Length(min=1, max=LONGEST_LINK), metadata=more, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        link = super()._deserialize(value, attr, data, **kwargs)
        own = urlsplit(current_app.config["PUBLIC_BASE_URL"])
        hosts = {own.hostname or "", *current_app.config["ANNOUNCEMENT_LINK_HOSTS"]}
        if not policy.is_allowed_link(link, hosts, secure=own.scheme == "https"):
            raise ValidationError("Must be a path of this service, or lead to a host that is allowed.")
        return link


class Confirm(Schema):
    """The number of users that the preview has shown."""

    recipients = Integer(required=True, validate=validate.Range(min=1, max=1_000_000_000))


class Announce(Schema):
    audience = fields.Nested(AudienceIn, required=True)
    level = fields.String(load_default=policy.INFO, validate=_level)
    content = fields.Nested(ContentIn, required=True)
    link = Link(load_default=None, allow_none=True)
    dismissible = fields.Boolean(load_default=True)
    starts_at = Moment(load_default=None, allow_none=True, metadata={"description": "at once if not given"})
    ends_at = Moment(required=True, metadata={"description": "at most 30 days after the start"})
    store = fields.Boolean(load_default=False, metadata={"description": "its users get a notification, too"})
    confirm = fields.Nested(
        Confirm, load_default=None, allow_none=True, metadata={"description": "without it nothing is sent"}
    )


class ChangeAnnouncement(Schema):
    """The body of each change."""

    expected_version = Version(load_default=None)


class EditAnnouncement(ChangeAnnouncement):
    """Omitted fields stay unchanged."""

    content = fields.Nested(ContentIn)
    ends_at = Moment()


class AnnouncementsQuery(PageQuery):
    status = fields.String(validate=_status)
    sort = sort_field(("created_at",), "-createdAt")


class TextOut(Schema):
    title = fields.String(required=True)
    message = fields.String(required=True)


class AudienceOut(Schema):
    everyone = fields.Boolean()
    roles = fields.List(fields.String())
    user_ids = fields.List(fields.UUID())


class SystemNotification(Schema):
    """`system:notification`, in the language of the viewer. One with a known `id` replaces the former."""

    id = fields.UUID(required=True)
    level = fields.String(required=True, validate=_level)
    title = fields.String(required=True)
    message = fields.String(required=True)
    locale = fields.String(required=True, metadata={"description": "the language of the text"})
    link = fields.String(required=True, allow_none=True)
    dismissible = fields.Boolean(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True, metadata={"description": "clients hide it then"})
    revoked = fields.Boolean(required=True, metadata={"description": "clients hide it at once"})


class AnnouncementOut(Schema):
    """An announcement, for admins."""

    id = fields.UUID(required=True)
    status = fields.String(required=True, validate=_status)
    audience = fields.Nested(AudienceOut, required=True)
    level = fields.String(required=True, validate=_level)
    content = fields.Dict(keys=fields.String(), values=fields.Nested(TextOut), required=True)
    link = fields.String(required=True, allow_none=True)
    dismissible = fields.Boolean(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    store = fields.Boolean(required=True)
    recipients = fields.Integer(required=True, metadata={"description": "users when it was sent"})
    stored = fields.Integer(required=True, metadata={"description": "users that have a notification"})
    dismissed = fields.Integer(required=True, metadata={"description": "users that have dismissed it"})
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    may_change = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    created_by = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


_announcement = fields.Nested(AnnouncementOut, required=True)
_shown = fields.List(fields.Nested(SystemNotification), required=True)
Many = envelope("ManyAnnouncements", meta=Meta, announcements=fields.List(_announcement, required=True))
One = envelope("OneAnnouncement", announcement=_announcement)
Previewed = envelope(
    "PreviewedAnnouncement",
    preview=_shown,
    recipients=fields.Integer(required=True),
    online=fields.Integer(required=True, allow_none=True, metadata={"description": "null without Redis"}),
)
Shown = envelope("ShownAnnouncements", announcements=_shown)
Dismissed = envelope("DismissedAnnouncement")
