"""Replies to text messages: STOP suppresses a number, START ends that."""

from __future__ import annotations

from metaia.core.text import phones
from metaia.notifications.delivery import reply_words
from metaia.notifications.registry import SMS
from metaia.notifications.suppressions import service as suppression_service


def process_reply(sender: str, text: str) -> None:
    """Process a text message from a number in the running transaction: STOP, START, or anything else, ignored."""
    meaning = reply_words.meaning(text)
    if meaning == "stop":
        suppression_service.suppress(SMS, phones.of_vendor(sender), "stop")
    elif meaning == "start":
        suppression_service.end(SMS, phones.of_vendor(sender), ["stop"], "start")
