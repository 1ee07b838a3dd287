"""How messages look to one viewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from metaia.chat import presenters
from metaia.chat.fields import DELIVERED, READ, SENT
from metaia.chat.history.queries import Found, Marks
from metaia.chat.presenters import Around
from metaia.chat.queries import Conversation
from metaia.core.json import Json


def message(
    found: Found,
    conversation: Conversation,
    user_id: str | None,
    *,
    since: int,
    marks: Marks,
    attachments: Mapping[str, Sequence[Json]],
) -> Json:
    """Return a message as `MessageOut`. `since`: quotes of messages up to this `seq` have no excerpt."""
    this = found.message
    seen = shown(found, conversation, since=since, attachments=attachments)
    return seen | {"status": status(this.sender_id, this.seq, user_id, marks)}


def shown(
    found: Found, conversation: Conversation, *, since: int, attachments: Mapping[str, Sequence[Json]]
) -> Json:
    """Return a message as `MessageShown`."""
    this = found.message
    around = Around(
        conversation.deal_id,
        conversation.by_order,
        found.sender_name,
        attachments.get(this.id, ()),
        found.quoted,
        since,
    )
    return presenters.message(this, around)


def status(sender_id: str | None, seq: int, user_id: str | None, marks: Marks) -> str | None:
    """Return how far a message has come, for its sender; None for other viewers."""
    if sender_id is None or sender_id != user_id:
        return None
    if seq <= marks.since:
        return SENT
    return READ if marks.read >= seq else DELIVERED if marks.delivered >= seq else SENT
