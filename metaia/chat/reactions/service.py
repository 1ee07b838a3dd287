"""Adding reactions to messages, and removing them. Both may be repeated."""

from __future__ import annotations

from sqlalchemy import update

from metaia.chat import publish
from metaia.chat.history import service as history
from metaia.chat.messages import changing
from metaia.chat.messages import service as message_service
from metaia.chat.messages.changing import Target
from metaia.chat.models import MessageRow
from metaia.chat.reactions import queries
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid, declare
from metaia.core.json import Json
from metaia.core.text import emojis

MOST = 20  # emoji of a message
declare({"not_an_emoji": "A reaction is exactly one emoji."})


def react(actor: Actor, message_id: str, text: str, *, on: bool) -> Json:
    """Add the reaction `text` to a message, or remove it; return the message as `MessageOut`.

    Raises NotFound, Forbidden, Conflict (`message_deleted`, `conversation_closed`) and Invalid (`not_an_emoji`, or too
    many different ones).
    """
    emoji = emojis.qualified(text)
    if emoji is None:
        raise Invalid("This is not an emoji.", code="not_an_emoji")
    with db.transaction():
        target = changing.target(actor, message_id)
        message_service.require_allowed(actor, target.ground)
        changing.require_present(target.message)
        changed = (queries.add if on else queries.remove)(message_id, actor.id, emoji)
        if changed:
            _write(actor, target, emoji, on=on)
        return history.one(target.conversation, actor.id, message_id, since=target.since)


def _write(actor: Actor, target: Target, emoji: str, *, on: bool) -> None:
    message_id = target.message.id
    reactions = queries.summary(message_id)
    if len(reactions) > MOST:
        raise Invalid(details={"emoji": [f"A message has at most {MOST} different emoji."]})
    after = publish.next_version(target.conversation)
    row = update(MessageRow).where(MessageRow.id == message_id)
    db.execute(row.values(reactions=reactions, changed=after.version))
    publish.reaction(
        after,
        changing.audience(after),
        message_id=message_id,
        user_id=actor.id,
        emoji=emoji,
        on=on,
        reactions=reactions,
    )
