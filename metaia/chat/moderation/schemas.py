"""Bodies, queries and answers of reports, and of reading as staff."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from webargs.fields import DelimitedList

from metaia.chat.fields import MessageOut
from metaia.chat.moderation.queries import CALL, REASONS, SORTABLE, STATUSES
from metaia.chat.state import KINDS
from metaia.chat.state import STATUSES as CONVERSATION_STATUSES
from metaia.core.http.fields import Id, Integer, Moment, Schema, Text, Version
from metaia.core.http.pagination import Filters, PageQuery, sort_field
from metaia.core.http.views import Meta, envelope

ACTIONS = ("dismiss", "remove_message", "warn", "restrict")
_reasons = validate.OneOf((*REASONS, CALL))


class MakeReport(Schema):
    """A report about a message, a conversation or a user: exactly one of them."""

    message_id = Id()
    conversation_id = Id()
    user_id = Id()
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    note = Text(1000, lines=True, load_default=None, allow_none=True)

    @validates_schema
    def one_thing(self, data: dict[str, Any], **_: Any) -> None:
        """Exactly one thing is reported."""
        if len(data.keys() & {"message_id", "conversation_id", "user_id"}) != 1:
            raise ValidationError("Give one of `messageId`, `conversationId`, `userId`.")


class ReportOut(Schema):
    """A report as its reporter sees it."""

    id = fields.UUID(required=True)
    message_id = fields.UUID(required=True, allow_none=True)
    conversation_id = fields.UUID(required=True, allow_none=True)
    user_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "the user that it is about"}
    )
    reason = fields.String(required=True, validate=_reasons)
    note = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    created_at = fields.AwareDateTime(required=True)


class StaffReportOut(ReportOut):
    """A report as staff sees it. A reason `support` is a call for support."""

    reporter_id = fields.UUID(required=True)
    action = fields.String(required=True, allow_none=True, validate=validate.OneOf(ACTIONS))
    decision_note = fields.String(required=True, allow_none=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    version = fields.Integer(required=True)
    updated_at = fields.AwareDateTime(required=True)


class ReportsQuery(PageQuery):
    status = fields.String(validate=validate.OneOf(STATUSES))
    reason = fields.String(validate=_reasons)
    user_id = Id()
    sort = sort_field(tuple(SORTABLE), "createdAt")


class DecideReport(Schema):
    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    note = Text(500, required=True, lines=True, metadata={"description": "a warned user reads it"})
    until = Moment(
        load_default=None,
        allow_none=True,
        metadata={"description": "of a restriction; by default in 7 days"},
    )
    expected_version = Version(load_default=None)


class AllConversationsQuery(PageQuery):
    kind = DelimitedList(fields.String(validate=validate.OneOf(KINDS)))
    status = fields.String(validate=validate.OneOf(CONVERSATION_STATUSES))
    deal_id = Id()
    participant_id = Id()
    assignee_id = Id()
    q = Text(100)
    sort = sort_field(("last_message_at", "created_at"), "-lastMessageAt")


class ReadingQuery(Filters):
    """Reading messages of others needs a reason, which the audit log keeps."""

    reason = Text(500, shortest=5, required=True)
    before = Integer(validate=validate.Range(1, 2**53), metadata={"description": "a `seq`"})
    limit = Integer(load_default=50, validate=validate.Range(1, 100))


class StaffSearchQuery(Filters):
    """Searching messages of others needs a reason, which the audit log keeps with the words."""

    q = Text(100, required=True)
    reason = Text(500, shortest=5, required=True)
    conversation_id = Id()
    sender_id = Id()
    limit = Integer(load_default=20, validate=validate.Range(1, 50))
    cursor = fields.String(load_default=None, validate=validate.Length(max=500))


EXAMPLE = {"messageId": "01a1f86b-752e-753f-ab3a-936f1e472418", "reason": "spam"}
DECISION = {"action": "dismiss", "note": "This is allowed."}
OneReport = envelope("OneChatReport", report=fields.Nested(ReportOut, required=True))
OneStaffReport = envelope("OneStaffChatReport", report=fields.Nested(StaffReportOut, required=True))
ManyReports = envelope(
    "ManyChatReports", meta=Meta, reports=fields.List(fields.Nested(StaffReportOut), required=True)
)
FoundMessages = envelope(
    "MessagesFoundByStaff", meta=Meta, messages=fields.List(fields.Nested(MessageOut), required=True)
)
ReadMessages = envelope(
    "ReadMessages",
    meta=Schema.from_dict({"has_before": fields.Boolean(required=True)}, name="ReadMessagesMeta"),
    messages=fields.List(fields.Nested(MessageOut), required=True),
)
