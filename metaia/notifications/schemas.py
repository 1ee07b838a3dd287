"""Schemas of a user's notifications."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Id, Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi.answer_fields import Listed, OpenObject
from metaia.notifications.registry import NOTIFICATION_TYPES


class NotificationButton(Schema):
    """A button: `action` is what it means, `label` its text in the user's language."""

    action = fields.String(required=True)
    label = fields.String(required=True)


class NotificationEvent(Schema):
    """`new_notification`."""

    id = fields.UUID(required=True)
    type = Listed(lambda: sorted(NOTIFICATION_TYPES.current()), required=True)
    title = fields.String(required=True)
    message = fields.String(required=True)
    data = OpenObject("NotificationData", "what the text is about, by `type`: `orderId` …", required=True)
    # The same as `data.orderId`. Events that an earlier release wrote to the log lack it.
    related_order = fields.UUID(allow_none=True)
    actions = fields.List(fields.Nested(NotificationButton), required=True)
    created_at = fields.AwareDateTime(required=True)


class UnreadEvent(Schema):
    """`notifications:unread`: add `by`, which is never positive, to the unread count.

    `read` and `deleted` are the ids of the notifications that changed `at` this time.
    """

    by = fields.Integer(required=True)
    read = fields.List(fields.UUID(), required=True)
    deleted = fields.List(fields.UUID(), required=True)
    at = fields.AwareDateTime(required=True)


class NotificationOut(NotificationEvent):
    """A notification in its user's list."""

    category = fields.String(required=True)
    read = fields.Boolean(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)


class ListQuery(PageQuery):
    unread = fields.Boolean()
    type = Text(60)
    category = Text(30)
    sort = sort_field(("created_at",), "-createdAt")


class ChosenNotifications(Schema):
    """Ids of notifications. Those that are deleted, or belong to another user, are ignored."""

    ids = fields.List(Id(), required=True, validate=validate.Length(min=1, max=100))


class UnreadMeta(Meta):
    unread = fields.Integer(required=True)


Many = envelope(
    "ManyNotifications",
    meta=UnreadMeta,
    notifications=fields.List(fields.Nested(NotificationOut), required=True),
)
One = envelope("OneNotification", notification=fields.Nested(NotificationOut, required=True))
Changed = envelope("NotificationsRead", changed=fields.Integer(required=True))
Deleted = envelope("NotificationDeleted")
ManyDeleted = envelope("NotificationsDeleted", deleted=fields.Integer(required=True))
