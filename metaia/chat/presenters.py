"""How messages look outside, the same for all participants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import regex

from metaia.chat import policy
from metaia.chat.fields import MessageShown
from metaia.chat.queries import Message
from metaia.core.http.presenters import presenter
from metaia.core.json import Json

_EXCERPT = regex.compile(r"\X{0,120}")
_plain = presenter(
    MessageShown,
    rename={"client_message_id": "client_id"},
    without=["deal_id", "sender", "attachments", "reply_to"],
)


class Quoted(NamedTuple):
    """The part of a message that replies show."""

    id: str
    seq: int
    sender_id: str | None
    text: str | None
    deleted_at: datetime | None


class Around(NamedTuple):
    """What a message shows of its conversation, sender and quoted message."""

    deal_id: str | None = None
    by_order: bool = False  # the sender's whole name is shown
    sender_name: str | None = None
    attachments: Sequence[Json] = ()
    quoted: Quoted | None = None
    since: int = 0  # the viewer does not see what has this `seq` or a lower one


def message(this: Message, around: Around) -> Json:
    """Return a message as `MessageShown`."""
    return _plain(this) | {
        "dealId": around.deal_id,
        "sender": _sender(this, around),
        "attachments": [] if this.deleted_at else list(around.attachments),
        "replyTo": around.quoted and _reply(around.quoted, around.since),
    }


def _sender(this: Message, around: Around) -> Json | None:
    if this.sender_id is None or this.sender_role is None:
        return None
    name = policy.shown_name(around.sender_name or None, this.sender_role, known=around.by_order)
    return {"id": this.sender_id, "role": this.sender_role, "name": name}


def _reply(quoted: Quoted, since: int) -> Json:
    deleted = quoted.deleted_at is not None
    hidden = deleted or quoted.seq <= since
    return {
        "id": quoted.id,
        "seq": quoted.seq,
        "senderId": quoted.sender_id,
        "excerpt": None if hidden else excerpt(quoted.text),
        "deleted": deleted,
    }


def excerpt(text: str | None) -> str | None:
    """Return the beginning of a text, whole characters as people see them; None without text."""
    found = _EXCERPT.match(text) if text else None
    return found[0] if found else None
