"""Notification types about unread messages; the texts are in `templates/`.

The app counts unread messages itself, so these are not in its list. Their rows have no text of a message: the details
are read just before a message is sent, so that a text that was deleted by then is sent to no device.
"""

from __future__ import annotations

from typing import Any

from metaia.notifications.registry import EMAIL, PUSH, NotificationType

CATEGORY = "chat"
KEY = "chat"  # of the check and of the details in service.py
_SAMPLE = {
    "conversationId": "01a1f86b-752e-753f-ab3a-936f1e472420",
    "sender": "Asha",
    "title": None,
    "count": 3,
    "kind": "text",
    "text": "Can you have the shirts ready by Friday?",
}


def _type(name: str, **options: Any) -> NotificationType:
    return NotificationType(
        name,
        CATEGORY,
        (PUSH,),
        actions=("open_conversation",),
        sample=_SAMPLE,
        still_true=KEY,
        details=KEY,
        replaces=True,
        **options,
    )


def types(mail_after: int) -> tuple[NotificationType, ...]:
    """Return the types: the first reminder, with a mail after so many seconds, and those that follow it."""
    return _type("chat_unread", fallback=(EMAIL, mail_after)), _type("chat_unread_more")
