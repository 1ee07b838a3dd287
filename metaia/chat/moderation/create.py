"""Reporting messages, conversations and users, and calling support."""

from __future__ import annotations

from metaia.chat import queries as chat_queries
from metaia.chat.moderation import queries
from metaia.chat.moderation.models import ChatReportRow
from metaia.chat.moderation.queries import CALL, OPEN, Report
from metaia.chat.state import DIRECT
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.users import queries as user_queries

Target = dict[str, str | None]


def report(actor: Actor, given: Json) -> tuple[Report, bool]:
    """Report what the actor sees; return the report, and whether it is new: an open one about the same is kept.

    Raises NotFound for what the actor does not see, and Invalid for own messages and oneself.
    """
    with db.transaction():
        user_queries.to_change(actor.id)  # of two equal reports at once, the second finds the first
        target = _target(actor, given)
        existing = queries.open_one(actor.id, **target, call=False)
        if existing is not None:
            return existing, False
        return _insert(actor.id, given["reason"], given["note"], target), True


def call_support(reporter_id: str, conversation_id: str, reason: str) -> bool:
    """Add a call for support to the reports in the running transaction; return False if an open one is there."""
    target: Target = {"message_id": None, "conversation_id": conversation_id, "user_id": None}
    if queries.open_one(reporter_id, **target, call=True) is not None:
        return False
    _insert(reporter_id, CALL, reason, target)
    return True


def _target(actor: Actor, given: Json) -> Target:
    """Return what is reported, with the user that it is about."""
    if "message_id" in given:
        return _of_message(actor, given["message_id"])
    if "conversation_id" in given:
        return _of_conversation(actor, given["conversation_id"])
    user_id = given["user_id"]
    if user_id == actor.id:
        raise Invalid(details={"userId": ["You cannot report yourself."]})
    if not queries.have_met(actor.id, user_id):
        raise NotFound("There is no such user in your conversations.")
    return {"message_id": None, "conversation_id": None, "user_id": user_id}


def _of_message(actor: Actor, message_id: str) -> Target:
    message = chat_queries.message(message_id)
    place = chat_queries.participant(message.conversation_id, actor.id) if message else None
    if message is None or place is None or not place.sees(message.seq):
        raise NotFound("There is no such message.")
    if message.sender_id in {None, actor.id}:
        raise Invalid(details={"messageId": ["Not a message of another user."]})
    return {
        "message_id": message.id,
        "conversation_id": message.conversation_id,
        "user_id": message.sender_id,
    }


def _of_conversation(actor: Actor, conversation_id: str) -> Target:
    conversation = chat_queries.conversation(conversation_id)
    place = chat_queries.participant(conversation_id, actor.id) if conversation else None
    if conversation is None or place is None:
        raise NotFound("There is no such conversation.")
    others = queries.other_of(conversation_id, actor.id) if conversation.kind == DIRECT else []
    return {
        "message_id": None,
        "conversation_id": conversation_id,
        "user_id": others[0] if others else None,
    }


def _insert(reporter_id: str, reason: str, note: str | None, target: Target) -> Report:
    moment = now()
    made = Report(
        id=new_id(),
        reporter_id=reporter_id,
        reason=reason,
        status=OPEN,
        version=1,
        created_at=moment,
        updated_at=moment,
        note=note,
        **target,
    )
    db.append(ChatReportRow, **{column.key: getattr(made, column.key) for column in queries.COLUMNS})
    return made
