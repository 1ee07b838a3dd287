"""Bodies of the work of support."""

from __future__ import annotations

from metaia.core.http.fields import Id, Schema, Text, Version

_REASON = "for the audit log; required if the assignee has not joined, except in conversations with support"


class JoinConversation(Schema):
    reason = Text(500, required=True, metadata={"description": "for the audit log"})


class AssignConversation(Schema):
    assignee_id = Id(required=True, metadata={"description": "a member of staff; it joins the conversation"})
    reason = Text(500, load_default=None, allow_none=True, metadata={"description": _REASON})
    expected_version = Version(load_default=None)


class SetConversationStatus(Schema):
    expected_version = Version(load_default=None)


class CallSupport(Schema):
    reason = Text(500, required=True, metadata={"description": "what support should look at"})
