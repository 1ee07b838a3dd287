"""Reading conversations, renaming groups, and what each participant sets for itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, update

from metaia.chat import policy, queries, refusals
from metaia.chat.conversations import presenters
from metaia.chat.conversations import queries as conversation_queries
from metaia.chat.conversations.presenters import Around
from metaia.chat.conversations.queries import Listed
from metaia.chat.history import queries as history_queries
from metaia.chat.history import service as history
from metaia.chat.models import ParticipantRow
from metaia.chat.participants import publish
from metaia.chat.participants import queries as participant_queries
from metaia.chat.participants import service as participant_service
from metaia.chat.participants.state import TITLE
from metaia.chat.queries import Conversation, Participant
from metaia.chat.receipts import service as receipts
from metaia.chat.restrictions import service as restrictions
from metaia.chat.unread import queries as unread_queries
from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.json import Json


def read(actor: Actor, conversation_id: str) -> Listed:
    """Return a conversation with the actor's place in it. Raises NotFound and Forbidden (`not_participant`)."""
    conversation = participant_service.read(actor, conversation_id)
    return Listed(conversation, queries.participant(conversation_id, actor.id))


def shown(actor: Actor, listed: Sequence[Listed]) -> list[Json]:
    """Return conversations as `actor` sees them, with one query for each kind of their parts."""
    left = {each.id: _left_at(actor, each) for each in listed}
    people = participant_queries.shown(left)
    seen = participant_service.seen_by(actor, [named for found, _ in people.values() for named in found])
    unread = unread_queries.unread(actor.id, [each.id for each in listed if each.mine is not None])
    last = _last_messages(actor, listed)
    answers = []
    for each in listed:
        mine, left_at = unread.get(each.id, unread_queries.NOTHING), left[each.id]
        around = Around(*people[each.id], seen, last.get(each.id), mine.messages, mine.more)
        if each.mine is None or left_at is None:
            answers.append(presenters.conversation(each, around, actor))
        else:
            as_left = presenters.as_left(each, each.mine, left_at, around)
            answers.append(presenters.conversation(*as_left, actor))
    return answers


def rename(actor: Actor, conversation_id: str, title: str, version: versions.Expected) -> Listed:
    """Give a group another title. Raises NotFound, Forbidden and Conflict."""
    with db.transaction():
        conversation = participant_service.to_change(conversation_id)
        mine = queries.participant(conversation_id, actor.id)
        refusals.require("rename", conversation, mine, actor)
        restrictions.require_none(actor)
        require_version(actor, conversation, mine, version)
        return Listed(publish.changed(conversation, TITLE, title=title), mine)


def set_mine(actor: Actor, conversation_id: str, given: Json) -> Listed:
    """Change what is only for the actor: muting, notifications, pin, archive. Raises NotFound and Forbidden."""
    with db.transaction():
        history.place_of(actor, conversation_id)
        _update(conversation_id, actor.id, **given)
    return read(actor, conversation_id)


def clear(actor: Actor, conversation_id: str) -> Listed:
    """Hide all messages so far from the actor alone, and count them as read. Raises NotFound and Forbidden."""
    with db.transaction():
        conversation, place = history.place_of(actor, conversation_id)
        seq = place.last_visible(conversation.last_seq)
        # of two requests the late one moves nothing back
        raised = {
            name: func.greatest(getattr(ParticipantRow, name), seq) for name in ("cleared_seq", "read_seq")
        }
        _update(conversation_id, actor.id, **raised)
        receipts.publish_own(actor.id, conversation_id)
    return read(actor, conversation_id)


def require_version(
    actor: Actor, conversation: Conversation, mine: Participant | None, version: versions.Expected
) -> None:
    """Raise Conflict (`stale_version`) with the conversation as it is now."""
    versions.require(
        version,
        conversation.version,
        "conversation",
        lambda: {
            "version": conversation.version,
            "conversation": shown(actor, [Listed(conversation, mine)])[0],
        },
    )


def _left_at(actor: Actor, listed: Listed) -> datetime | None:
    """Return when the actor left a conversation that it sees as it was then; None if it sees what is now."""
    if listed.mine is None or policy.sees_present(listed.conversation, listed.mine, actor):
        return None
    return listed.mine.left_at or listed.conversation.updated_at


def _last_messages(actor: Actor, listed: Sequence[Listed]) -> dict[str, Json]:
    """Return the newest message that the viewer sees in each conversation."""
    ids = conversation_queries.last_message_ids(listed)
    rows = history_queries.by_ids(ids) if ids else []
    conversations = {each.id: each.conversation for each in listed}
    since = {each.id: each.mine.hidden_seq for each in listed if each.mine is not None}
    shown = history.shown_by_id(conversations, actor.id, rows, since=since)
    return {each["conversationId"]: each for each in shown.values()}


def _update(conversation_id: str, user_id: str, **values: object) -> None:
    row = ParticipantRow
    mine = (row.conversation_id == conversation_id, row.user_id == user_id)
    db.execute(update(row).where(*mine).values(version=row.version + 1, **values))
