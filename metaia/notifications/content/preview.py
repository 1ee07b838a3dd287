"""What a notification would look like, made of its notice's sample by what makes the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from metaia.notifications.content import messages, sms_segments, templates
from metaia.notifications.registry import IN_APP, Notice
from metaia.providers.messaging.interface import Mail, Push, Sms

NOBODY = "00000000-0000-7000-8000-000000000000"


def channels(notice: Notice) -> tuple[str, ...]:
    """Return the channels that a notice may go out on."""
    return (*notice.channels, *(notice.fallback[:1] if notice.fallback else ()))


def shown(notice: Notice, channel: str, locale: str) -> dict[str, str]:
    """Return what a reader would see, by the part of the message. Raises LookupError where words are missing."""
    if channel == IN_APP:
        words = templates.words(notice.name, locale, notice.sample)
        buttons = [templates.button(action, locale) for action in notice.actions]
        return {"title": words.title, "message": words.message} | (
            {"buttons": ", ".join(buttons)} if buttons else {}
        )
    return dict(_parts(messages.compose([_delivery(notice, channel, locale)], "preview")))


def _parts(message: Any) -> Iterator[tuple[str, str]]:
    if isinstance(message, Mail):
        yield from (("subject", message.subject), ("text", message.text), ("html", message.html))
    elif isinstance(message, Sms):
        size = sms_segments.size(message.text)
        yield "text", message.text
        yield "size", f"{size.alphabet}, {size.units} units, segments: {size.segments}"
    elif isinstance(message, Push):
        yield from (("title", message.title), ("body", message.body), *message.data.items())


def _delivery(notice: Notice, channel: str, locale: str) -> Any:
    """Return what `deliveries/queries.py:to_send` would, to somebody there is not."""
    return SimpleNamespace(
        id=NOBODY,
        channel=channel,
        address="somebody@example.com",
        notification_id=NOBODY,
        type=notice.name,
        data=notice.sample,
        user_id=NOBODY,
        campaign_id=None,
        name="Somebody",
        locale=locale,
        kind="fcm",
        token="",
        keys={},
    )
