"""Routes of reports, and of chat for staff."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response

from metaia.chat.conversations import queries as conversation_queries
from metaia.chat.conversations import schemas as conversation_schemas
from metaia.chat.conversations import service as conversation_service
from metaia.chat.moderation import history, presenters, queries, schemas, service
from metaia.chat.moderation.create import report as make_report
from metaia.chat.moderation.notifications import NOTIFICATION_TYPES
from metaia.chat.policy import CHAT_MODERATE, CHAT_READ
from metaia.core.access.actor import current
from metaia.core.errors import Conflict, Forbidden, NotFound
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.pagination import Page, listing
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.notifications import registry as notification_registry
from metaia.notifications.content import templates

blp = Blueprint("chat_reports", __name__, url_prefix="/api/chat/reports", description="Reports")
admin = Blueprint("admin_chat", __name__, url_prefix="/api/admin/chat", description="Chat, for staff")
REPORT = WRITE.limited_to("20 per hour")
SEARCHING = READ.limited_to("30 per minute")
READING = READ.limited_to("120 per minute")


@blp.endpoint(
    "POST",
    "",
    body=schemas.MakeReport,
    example=schemas.EXAMPLE,
    returns=schemas.OneReport,
    status=201,
    also_returns=(200, schemas.OneReport, "An open report of yours about the same."),
    limit=REPORT,
    fails=(NotFound,),
)
def report(body: Json) -> Response:
    """Report a message, a conversation or a user to staff."""
    made, new = make_report(current(), body)
    return answer(status=201 if new else 200, report=presenters.report(made))


@admin.endpoint(
    "GET",
    "/conversations",
    query=schemas.AllConversationsQuery,
    returns=conversation_schemas.Many,
    limit=READ,
    access=CHAT_READ,
)
def get_conversations(query: Json) -> Response:
    """All conversations, without messages."""
    actor = current()

    def page(*, filters: Json, sort: str, limit: int, cursor: str | None) -> Page:
        rows, following = conversation_queries.all_page(
            filters=filters, sort=sort, limit=limit, cursor=cursor
        )
        return conversation_service.shown(actor, rows), following

    return listing("conversations", query, page, lambda shown: shown)


@admin.endpoint(
    "GET",
    "/conversations/<id:conversation_id>/messages",
    query=schemas.ReadingQuery,
    returns=schemas.ReadMessages,
    limit=READING,
    access=CHAT_READ,
    fails=(NotFound,),
)
def read_messages(query: Json, conversation_id: str) -> Response:
    """Messages of a conversation, with a reason for the audit log."""
    found, more = history.read(
        current(),
        conversation_id,
        reason=query["reason"],
        before=query.get("before"),
        limit=query["limit"],
    )
    return answer(messages=found, meta={"has_before": more})


@admin.endpoint(
    "GET",
    "/search",
    query=schemas.StaffSearchQuery,
    returns=schemas.FoundMessages,
    limit=SEARCHING,
    access=CHAT_READ,
)
def search(query: Json) -> Response:
    """Messages of all conversations, with a reason for the audit log."""
    part = {name: query.pop(name) for name in ("reason", "limit", "cursor")}
    found, following = history.search(current(), filters=query, **part)
    return answer(messages=found, meta={"next_cursor": following})


@admin.endpoint(
    "GET",
    "/reports",
    query=schemas.ReportsQuery,
    returns=schemas.ManyReports,
    limit=READ,
    access=CHAT_MODERATE,
)
def get_reports(query: Json) -> Response:
    """Reports and calls for support, the oldest first."""
    return listing("reports", query, queries.page, presenters.staff_report)


@admin.endpoint(
    "PATCH",
    "/reports/<id:report_id>",
    body=schemas.DecideReport,
    example=schemas.DECISION,
    returns=schemas.OneStaffReport,
    limit=WRITE,
    access=CHAT_MODERATE,
    fails=(Forbidden, NotFound, Conflict),
)
def decide(body: Json, report_id: str) -> Response:
    """Decide about a report: dismiss it, remove the message, warn or restrict the user."""
    version = etags.expected(body["expected_version"])
    decided = service.decide(current(), report_id, body, version)
    return answer_versioned(decided.version, report=presenters.staff_report(decided))


def register(app: Flask, api: Api) -> None:
    """Register these routes, and the notifications of moderation."""
    notification_registry.register(app, *NOTIFICATION_TYPES)
    templates.register(app, Path(__file__).parent / "templates")
    for blueprint in (blp, admin):
        api.register_blueprint(blueprint)
