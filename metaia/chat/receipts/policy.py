"""Marks of a user in a conversation, and the status of a message that follows from them. Pure.

`seen_seq` and `delivered_seq` are for others and only rise. `read_seq` is for oneself and may go back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from metaia.chat.fields import DELIVERED, READ, SENT
from metaia.chat.state import GROUP

MOST_IN_GROUP = 100  # participants of a group whose receipts its senders see
GROUP_DAYS = timedelta(days=7)  # in which they see them


@dataclass(frozen=True, slots=True)
class Marks:
    """The three marks of a participant."""

    read_seq: int
    seen_seq: int
    delivered_seq: int


class Place(Protocol):
    """The part of a participant that decides about the status of messages."""

    @property
    def seen_seq(self) -> int: ...
    @property
    def delivered_seq(self) -> int: ...


def read(marks: Marks, seq: int) -> Marks:
    """Return the marks after reading up to `seq`."""
    return Marks(max(marks.read_seq, seq), max(marks.seen_seq, seq), max(marks.delivered_seq, seq))


def unread(marks: Marks, seq: int) -> Marks:
    """Return the marks after marking the message `seq`, and all after it, as unread."""
    return replace(marks, read_seq=min(marks.read_seq, seq - 1))


def status(place: Place, seq: int) -> str:
    """Return the status of the message `seq` with one user."""
    if place.seen_seq >= seq:
        return READ
    return DELIVERED if place.delivered_seq >= seq else SENT


def shows_receipts(kind: str, people: int, created_at: datetime, moment: datetime) -> bool:
    """Return whether the sender of a message may ask for the status with each participant."""
    return kind != GROUP or (people <= MOST_IN_GROUP and moment - created_at <= GROUP_DAYS)
