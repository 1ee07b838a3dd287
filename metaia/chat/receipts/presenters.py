"""Marks and unread messages as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from metaia.chat.fields import SENT
from metaia.chat.queries import Participant
from metaia.chat.receipts import policy
from metaia.chat.unread.queries import Unread
from metaia.core.json import Json


def mine(read_seq: int, unread: Unread) -> Json:
    """Return a user's own mark, with what is unread after it."""
    return {
        "readSeq": read_seq,
        "unread": unread.messages,
        "unreadMore": unread.more,
        "lastSeq": unread.last_seq,
    }


def receipts(seq: int, people: Iterable[tuple[Participant, bool]]) -> list[Json]:
    """Return the status of the message `seq` with each user; `sent` where receipts are not shown."""
    return [
        {"userId": each.user_id, "status": policy.status(each, seq) if shown else SENT}
        for each, shown in people
    ]
