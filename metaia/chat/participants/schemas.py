"""Participants, and what all of them see of a conversation; bodies and answers about participants."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.chat.participants.queries import SORTABLE
from metaia.chat.state import KINDS, STATUSES
from metaia.core.access.permissions import ROLES
from metaia.core.http.fields import Id, Schema
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope

_MARK = {"description": "null in groups, and where receipts are hidden"}


class ParticipantOut(Schema):
    """A user of a conversation. The name is that of a partner's business; of others the first name at first."""

    user_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(sorted(ROLES)))
    name = fields.String(
        required=True, allow_none=True, metadata={"description": "null for a deleted account"}
    )
    joined_at = fields.AwareDateTime(required=True)
    left_at = fields.AwareDateTime(required=True, allow_none=True)
    delivered_seq = fields.Integer(required=True, allow_none=True, metadata=_MARK)
    read_seq = fields.Integer(required=True, allow_none=True, metadata=_MARK)


class ConversationShown(Schema):
    """What all participants see of a conversation. `version` counts the changes that they see, without gaps."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = fields.String(required=True, allow_none=True)
    deal_id = fields.UUID(required=True, allow_none=True)
    order_id = fields.UUID(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    participants = fields.List(
        fields.Nested(ParticipantOut), required=True, metadata={"description": "the first 32"}
    )
    participant_count = fields.Integer(required=True)
    last_seq = fields.Integer(required=True)
    version = fields.Integer(required=True)
    owner_id = fields.UUID(required=True, allow_none=True)
    assignee_id = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class AddParticipants(Schema):
    user_ids = fields.List(Id(), required=True, validate=validate.Length(1, 500))


class PeopleQuery(PageQuery):
    sort = sort_field(tuple(SORTABLE), "joinedAt")


EXAMPLE = {"userIds": ["01a1f86b-752e-753f-ab3a-936f1e472418"]}
People = envelope(
    "ChatParticipants", meta=Meta, participants=fields.List(fields.Nested(ParticipantOut), required=True)
)
Changed = envelope("ChatParticipantsChanged")
