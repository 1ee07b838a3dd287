"""The errors of rights in chat: one code and one sentence for each reason in `policy.py`."""

from __future__ import annotations

from datetime import datetime

from metaia.chat import policy
from metaia.chat.policy import Conversation, Participant
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Forbidden, Problem, TooMany, declare
from metaia.core.times import rfc3339

declare(
    {
        "not_participant": "You are not in this conversation.",
        "not_allowed_to_write": "Users with these roles do not write to each other.",
        "cannot_message": "This user cannot be written to.",
        "restricted": "Staff has forbidden you to write in chat, until the time in `details`, or for good.",
        "conversation_closed": "This conversation is closed.",
        "limit_reached": "There are as many of these as there may be.",
    }
)


def problem(code: str, *, until: datetime | None = None) -> Problem:
    """Return the error for a reason of `policy`; `until` is the end of a restriction."""
    match code:
        case policy.NOT_PARTICIPANT:
            return Forbidden("You are not in this conversation.", code="not_participant")
        case policy.NOT_ALLOWED:
            return Forbidden("You may not write to this user.", code="not_allowed_to_write")
        case policy.CANNOT:
            return Forbidden("This user cannot be written to.", code="cannot_message")
        case policy.RESTRICTED:
            details = {"until": rfc3339(until)}
            return Forbidden("You may not write at present.", code="restricted", details=details)
        case policy.CONVERSATION_CLOSED:
            return Conflict("This conversation is closed.", code="conversation_closed")
        case policy.ILLEGAL:
            return Conflict("The conversation is in this status already.", code="illegal_transition")
        case _:
            return Forbidden("You may not do this in this conversation.")


def require(action: str, conversation: Conversation, participant: Participant | None, actor: Actor) -> None:
    """Raise the error of an action that the actor may not do in a conversation: Forbidden or Conflict."""
    code = policy.refusal(action, conversation, participant, actor)
    if code is not None:
        raise problem(code)


def limit_reached(message: str, most: int) -> TooMany:
    """Return the error for one more of something of which a user may have `most`."""
    return TooMany(message, code="limit_reached", details={"most": most})
