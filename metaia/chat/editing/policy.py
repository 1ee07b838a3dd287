"""Rights to edit and delete a message, and for how long. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

EDIT_WINDOW, DELETE_WINDOW = timedelta(minutes=15), timedelta(hours=24)
NOT_YOURS, OVER = "forbidden", "edit_window_over"


class Message(Protocol):
    """The part of a message that decides about changes."""

    @property
    def sender_id(self) -> str | None: ...
    @property
    def created_at(self) -> datetime: ...


def refusal_to_edit(message: Message, user_id: str, moment: datetime) -> str | None:
    """Return the error code for a new text of a message, None if its sender may still change it."""
    return _refusal(message, user_id, moment, EDIT_WINDOW)


def refusal_to_delete(message: Message, user_id: str, moment: datetime, *, moderates: bool) -> str | None:
    """Return the error code for deleting a message; moderators may delete those of all users at any time."""
    if moderates and message.sender_id is not None:
        return None
    return _refusal(message, user_id, moment, DELETE_WINDOW)


def _refusal(message: Message, user_id: str, moment: datetime, window: timedelta) -> str | None:
    if message.sender_id != user_id:
        return NOT_YOURS
    return OVER if moment - message.created_at > window else None
