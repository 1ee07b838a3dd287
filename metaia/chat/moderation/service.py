"""Decisions of staff about reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from metaia.chat.editing import service as editing
from metaia.chat.moderation import presenters, queries
from metaia.chat.moderation.models import ChatReportRow
from metaia.chat.moderation.notifications import WARNED
from metaia.chat.moderation.queries import CLOSED, OPEN, Report
from metaia.chat.restrictions import service as restrictions
from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Invalid, NotFound
from metaia.core.json import Json
from metaia.core.times import now
from metaia.notifications import service as notification_service

DISMISS, REMOVE, WARN, RESTRICT = "dismiss", "remove_message", "warn", "restrict"
RESTRICTED_FOR = timedelta(days=7)  # unless the decision names a time
KIND = "chat_report"  # of subjects


def decide(actor: Actor, report_id: str, given: Json, version: versions.Expected) -> Report:
    """Decide about an open report and close it; audited.

    Raises NotFound, Invalid for an action that does not fit the report, Conflict, and what the action raises.
    """
    with db.transaction():
        report = queries.to_change(report_id)
        if report is None:
            raise NotFound("There is no such report.")
        versions.require(version, report.version, "report", lambda: presenters.conflict(report))
        if report.status != OPEN:
            details = presenters.conflict(report)
            raise Conflict("This report is closed already.", code="illegal_transition", details=details)
        EFFECTS[given["action"]](actor, report, given)
        return _close(actor, report, given)


def _close(actor: Actor, report: Report, given: Json) -> Report:
    changes = {
        "status": CLOSED,
        "action": given["action"],
        "decision_note": given["note"],
        "decided_by": actor.id,
        "version": report.version + 1,
        "updated_at": now(),
    }
    db.change(ChatReportRow, id=report.id, **changes)
    after = {"action": given["action"], "note": given["note"]}
    audit_log.record("chat.report_decided", subject=rooms.subject(KIND, report.id), after=after)
    return replace(report, **changes)


def _remove(actor: Actor, report: Report, given: Json) -> None:
    if report.message_id is None:
        raise Invalid(details={"action": ["This report is not about a message."]})
    editing.delete(actor, report.message_id, given["note"])


def _warn(_: Actor, report: Report, given: Json) -> None:
    user_id = _reported(report)
    notification_service.notify(user_id, WARNED, {"note": given["note"]}, subject=rooms.user(user_id))


def _restrict(actor: Actor, report: Report, given: Json) -> None:
    until = given["until"] or now() + RESTRICTED_FOR
    restrictions.restrict(actor, _reported(report), until, given["note"], shortens=False)


def _reported(report: Report) -> str:
    if report.user_id is None:
        raise Invalid(details={"action": ["This report is about no user."]})
    return report.user_id


EFFECTS: Mapping[str, Callable[[Actor, Report, Json], None]] = {
    DISMISS: lambda actor, report, given: None,  # noqa: ARG005
    REMOVE: _remove,
    WARN: _warn,
    RESTRICT: _restrict,
}
