"""Changing the text of messages, and deleting them."""

from __future__ import annotations

from datetime import datetime

from metaia.chat import policy as chat_policy
from metaia.chat import queries, recipients
from metaia.chat.editing import policy
from metaia.chat.editing import queries as edit_queries
from metaia.chat.editing.models import MessageEditRow
from metaia.chat.editing.queries import Edit
from metaia.chat.events import DELETED, EDITED, MODERATED
from metaia.chat.fields import MODERATOR, SENDER
from metaia.chat.history import service as history
from metaia.chat.messages import changing
from metaia.chat.messages import publish as message_publish
from metaia.chat.messages import service as message_service
from metaia.chat.messages.changing import Target
from metaia.chat.queries import Message
from metaia.chat.reactions import queries as reaction_queries
from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Forbidden, NotFound, declare
from metaia.core.json import Json
from metaia.core.times import now
from metaia.realtime.log import redaction

declare({"edit_window_over": "Messages can be edited for 15 minutes, and deleted for 24 hours."})


def edit(actor: Actor, message_id: str, text: str, version: versions.Expected = None) -> Json:
    """Give one's message another text; return it as `MessageOut`.

    A file that was sent without text gets one. Raises NotFound, Forbidden, and Conflict (`message_deleted`,
    `edit_window_over`, `stale_version`, `conversation_closed`).
    """
    with db.transaction():
        target = changing.target(actor, message_id)
        message, moment = target.message, now()
        _require(policy.refusal_to_edit(message, actor.id, moment))
        message_service.require_allowed(actor, target.ground)
        changing.require_present(message)
        versions.require(version, message.version, "message", lambda: {"message": _shown(actor, target)})
        if text != message.text:
            _keep_text(message, moment)
            words = message_publish.searchable(message.conversation_id, text)
            changing.write(target.conversation, message, EDITED, text=text, words=words, edited_at=moment)
        return _shown(actor, target)


def delete(actor: Actor, message_id: str, reason: str | None = None) -> Json:
    """Delete a message for all participants; return what is left of it. A deleted one stays as it is.

    Its text is kept for staff for CHAT_KEEP_DELETED_DAYS. Raises NotFound, Forbidden, and Conflict
    (`edit_window_over`).
    """
    with db.transaction():
        target = changing.target(actor, message_id)
        message = target.message
        moderates = actor.may(chat_policy.CHAT_MODERATE)
        if message.deleted_at is None:
            _require(policy.refusal_to_delete(message, actor.id, now(), moderates=moderates))
            own = message.sender_id == actor.id
            _delete(actor, target, SENDER if own else MODERATOR)
            if not own:
                _audit(message, reason)
        return _shown(actor, target)


def edits(message_id: str) -> list[Edit]:
    """Return the newest earlier texts of a message, for staff; the reading is audited. Raises NotFound."""
    with db.transaction():
        message = queries.message(message_id)
        if message is None:
            raise NotFound(history.NO_MESSAGE)
        audit_log.record("chat.edits_read", subject=recipients.room(message.conversation_id))
        return edit_queries.edits(message_id)


def _require(code: str | None) -> None:
    if code == policy.NOT_YOURS:
        raise Forbidden("Only its sender may change a message.")
    if code is not None:
        raise Conflict("It is too late to change this message.", code="edit_window_over")


def _delete(actor: Actor, target: Target, by: str) -> None:
    message, moment = target.message, now()
    conversation_id = message.conversation_id
    _keep_text(message, moment)
    reaction_queries.delete_all(message.id)
    people = {each.user_id for each in queries.participants(conversation_id, active=False)}
    redaction.redact(recipients.room(conversation_id), message.id, message.created_at, people | {actor.id})
    changing.write(
        target.conversation,
        message,
        MODERATED if by == MODERATOR else DELETED,
        text=None,
        words="",
        mentions=[],
        reactions=[],
        deleted_at=moment,
        deleted_by=by,
    )


def _keep_text(message: Message, moment: datetime) -> None:
    if message.text is not None:  # a file may have none
        key = {"message_id": message.id, "version": message.version}
        db.append(MessageEditRow, **key, text=message.text, at=moment)


def _shown(actor: Actor, target: Target) -> Json:
    return history.one(target.conversation, actor.id, target.message.id, since=target.since)


def _audit(message: Message, reason: str | None) -> None:
    audit_log.record(
        "chat.message_removed",
        subject=recipients.room(message.conversation_id),
        before={"messageId": message.id, "senderId": message.sender_id},
        after={"reason": reason},
    )
