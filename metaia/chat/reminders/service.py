"""Reminding users of unread messages, and what a reminder states when it is sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from metaia.chat import policy, recipients
from metaia.chat.presenters import excerpt
from metaia.chat.reminders import queries
from metaia.chat.reminders.policy import COUNTED, PAUSE
from metaia.core import db, fault_injection
from metaia.core.json import Json
from metaia.core.times import now
from metaia.jobs import loop
from metaia.notifications import service as notification_service
from metaia.users import queries as user_queries

BATCH = 50


def remind_batch() -> int:
    """Remind the participants of up to BATCH conversations that are due; return in how many it looked."""
    return loop.work_each(remind, queries.due(now(), BATCH))


def remind(conversation_id: str) -> bool:
    """Remind the participants of one conversation; return whether it was due and no other worker had it.

    A user gets the first reminder CHAT_PUSH_AFTER seconds after the first unread message, and then at most one per
    PAUSE. The conversation is due again after PAUSE if a user was reminded, or must wait for the end of that pause. All
    of it commits together, so a killed worker has reminded all of them or none.
    """
    with db.transaction():
        moment = now()
        if not queries.claim(conversation_id, moment):
            return False
        fault_injection.point("chat_claimed")
        found = queries.new(conversation_id, moment, moment - PAUSE)
        due = [row for row in found if not row.too_early]
        for row in due:
            _notify(row.user_id, conversation_id, again=row.again)
        fault_injection.point("chat_notified")
        if due:
            queries.mark([(row.id, row.newest) for row in due])
        fault_injection.point("chat_marked")
        queries.set_due(conversation_id, moment + PAUSE if found else None)
        fault_injection.point("chat_reminded")
    return True


def still_true(rows: Sequence[Any]) -> Collection[str]:
    """Return the ids of the reminders of users that still have unread messages, and have not muted the conversation."""
    asked = [(row.user_id, row.data["conversationId"], row.notification_id) for row in rows]
    return {unread.key for unread in queries.unread(asked, now())}


def details(user_id: str, data: Json) -> Json:
    """Return what a reminder shows: the number of unread messages, and the newest one as it is now."""
    found = queries.unread([(user_id, data["conversationId"], "")], now())
    message = queries.message(data["conversationId"], found[0].newest) if found else None
    if message is None:
        return {}
    return {
        "count": found[0].count if found[0].count <= COUNTED else f"{COUNTED}+",
        "title": found[0].title,
        "kind": message.kind,
        "text": excerpt(message.text),
        "sender": _name(message.sender_id, by_order=found[0].by_order),
    }


def _notify(user_id: str, conversation_id: str, *, again: bool) -> None:
    type_name = "chat_unread_more" if again else "chat_unread"
    data = {"conversationId": conversation_id}
    notification_service.notify(user_id, type_name, data, subject=recipients.room(conversation_id))


def _name(sender_id: str, *, by_order: bool) -> str | None:
    """Return the name of a sender as the conversation shows it; none of a deleted one."""
    person = user_queries.by_id(sender_id)
    if person is None:
        return None
    return policy.shown_name(person.name or None, person.role, known=by_order)
