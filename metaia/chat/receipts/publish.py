"""Publishing a user's marks in a conversation."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.chat import recipients
from metaia.chat.receipts.policy import Marks
from metaia.core import rooms
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.realtime import events


def status(
    conversation_id: str, user_id: str, marks: Marks, *, watchers: Iterable[str], mine: Json | None = None
) -> None:
    """Record the marks that others see for the users in `watchers`, and for the user's devices if `mine` is given."""
    payload = {
        "conversationId": conversation_id,
        "userId": user_id,
        "deliveredSeq": max(marks.delivered_seq, marks.seen_seq),
        "readSeq": marks.seen_seq,
        "at": rfc3339(now()),
    }
    own = [] if mine is None else [user_id]
    if mine is not None:
        payload["mine"] = mine
    audience = [rooms.user(each) for each in (*own, *watchers)]
    if audience:
        events.record("chat.status", payload, audience=audience, subject=recipients.room(conversation_id))
