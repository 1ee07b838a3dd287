"""Joining, assigning, closing and reopening conversations, and calling support."""

from __future__ import annotations

from metaia.chat import policy, queries, refusals, state
from metaia.chat.conversations import queries as conversation_queries
from metaia.chat.conversations import service as conversation_service
from metaia.chat.conversations.queries import Listed
from metaia.chat.messages import policy as waiting
from metaia.chat.messages import system
from metaia.chat.moderation import create as reporting
from metaia.chat.participants import publish
from metaia.chat.participants import queries as participant_queries
from metaia.chat.participants import service as participant_service
from metaia.chat.participants.queries import Account
from metaia.chat.participants.state import ASSIGNED, CLOSED, ESCALATED, JOINED, LEFT, REOPENED
from metaia.chat.queries import Conversation, Participant
from metaia.chat.recipients import room
from metaia.core import db, versions
from metaia.core.access.actor import STAFF, Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Invalid, declare
from metaia.core.json import Json

declare({"another_is_open": "This user has another open conversation with support."})


def join(actor: Actor, conversation_id: str, reason: str) -> Listed:
    """Join a conversation as staff; audited with the reason. Raises NotFound, Forbidden and Invalid."""
    with db.transaction():
        conversation, _ = _to_change(actor, conversation_id, "join")
        audit_log.record("chat.join", subject=room(conversation.id), after={"reason": reason})
        conversation = _enter(conversation, Account(actor.id, actor.role, "", active=True))
    return _read(actor, conversation)


def leave(actor: Actor, conversation_id: str) -> Listed:
    """Leave a group, or as staff any conversation. Raises NotFound, Forbidden and Conflict."""
    participant_service.remove(actor, conversation_id, actor.id)
    return conversation_service.read(actor, conversation_id)


def assign(actor: Actor, conversation_id: str, given: Json, version: versions.Expected) -> Listed:
    """Assign a conversation to a member of staff; the former one leaves it. Audited.

    Raises NotFound, Forbidden, Conflict, and Invalid without the reason that joining needs.
    """
    with db.transaction():
        conversation, mine = _to_change(actor, conversation_id, "assign")
        conversation_service.require_version(actor, conversation, mine, version)
        assignee_id = given["assignee_id"]
        account = participant_queries.accounts([assignee_id]).get(assignee_id)
        if account is None or not account.active or account.role not in STAFF:
            raise Invalid(details={"assigneeId": ["Not an active member of staff."]})
        if conversation.assignee_id != assignee_id:
            conversation = _reassign(conversation, account, given["reason"])
    return _read(actor, conversation)


def close(actor: Actor, conversation_id: str, version: versions.Expected) -> Listed:
    """Close a conversation: it takes no more messages. Raises NotFound, Forbidden and Conflict."""
    return _set_status(actor, conversation_id, "close", state.CLOSED, CLOSED, version)


def reopen(actor: Actor, conversation_id: str, version: versions.Expected) -> Listed:
    """Open a closed conversation again. Raises NotFound, Forbidden and Conflict (`another_is_open` too)."""
    return _set_status(actor, conversation_id, "reopen", state.OPEN, REOPENED, version)


def escalate(actor: Actor, conversation_id: str, reason: str) -> Listed:
    """Call support into a conversation; staff finds the call among the reports. Raises NotFound and Forbidden."""
    with db.transaction():
        conversation, mine = _to_change(actor, conversation_id, "escalate")
        if reporting.call_support(actor.id, conversation.id, reason):
            conversation = system.add(conversation, ESCALATED, {"userIds": [actor.id]})
            conversation = publish.changed(conversation, ESCALATED, user_id=actor.id)
    return Listed(conversation, mine)


def _to_change(actor: Actor, conversation_id: str, action: str) -> tuple[Conversation, Participant | None]:
    conversation = participant_service.to_change(conversation_id)
    mine = queries.participant(conversation_id, actor.id)
    refusals.require(action, conversation, mine, actor)
    return conversation, mine


def _enter(conversation: Conversation, account: Account) -> Conversation:
    count = participant_queries.count(conversation.id)
    participant_service.require_room(conversation.kind, count + 1)
    return participant_service.enter(conversation, [account], JOINED)


def _reassign(conversation: Conversation, account: Account, reason: str | None) -> Conversation:
    """Let the former assignee leave, so that it gets no more of the conversation, and the new one join."""
    place = queries.participant(conversation.id, account.id)
    joins = not policy.is_active(place)
    if joins and conversation.kind != state.SUPPORT and reason is None:
        raise Invalid(details={"reason": ["Required: the assignee has not joined this conversation."]})
    after = {"assigneeId": account.id, "reason": reason}
    audit_log.record("chat.assign", subject=room(conversation.id), after=after)
    former = conversation.assignee_id and queries.participant(conversation.id, conversation.assignee_id)
    if former and former.active:
        conversation = participant_service.depart(conversation, former, LEFT)
    if joins:
        conversation = _enter(conversation, account)
    conversation = system.add(conversation, ASSIGNED, {"userIds": [account.id]})
    waiting_for = waiting.after_assigning(conversation, account.id)
    return publish.changed(
        conversation, ASSIGNED, user_id=account.id, assignee_id=account.id, waiting_for=waiting_for
    )


def _set_status(
    actor: Actor, conversation_id: str, action: str, status: str, change: str, version: versions.Expected
) -> Listed:
    with db.transaction():
        conversation, mine = _to_change(actor, conversation_id, action)
        conversation_service.require_version(actor, conversation, mine, version)
        if status == state.OPEN:
            _require_only_one(conversation)
        conversation = system.add(conversation, change, {"userIds": [actor.id]})
        conversation = publish.changed(conversation, change, user_id=actor.id, status=status)
    return Listed(conversation, mine)


def _require_only_one(conversation: Conversation) -> None:
    """Raise Conflict if the user of a support conversation has another one that is open."""
    if conversation.kind != state.SUPPORT or conversation.owner_id is None:
        return
    other = conversation_queries.of_support(conversation.owner_id)
    if other is not None:
        message = "There is another open conversation with support."
        raise Conflict(message, code="another_is_open", details={"conversationId": other})


def _read(actor: Actor, conversation: Conversation) -> Listed:
    return Listed(conversation, queries.participant(conversation.id, actor.id))
