"""Previews: the messages of a notification type for its sample data, made by the code that makes the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from metaia.notifications.content import messages, sms_segments, templates
from metaia.notifications.registry import EMAIL, IN_APP, NOTIFICATION_TYPES, NotificationType
from metaia.providers.messaging.interface import Mail, Push, Sms

SAMPLE_ID = "00000000-0000-7000-8000-000000000000"


def channels(type_: NotificationType) -> tuple[str, ...]:
    """Return the channels of a type, the channel of its fallback last."""
    return (*type_.channels, *(type_.fallback[:1] if type_.fallback else ()))


def parts(type_: NotificationType, channel: str, locale: str) -> dict[str, str]:
    """Return the visible parts of the message by name. Raises LookupError if a text is missing."""
    if channel == IN_APP:
        text = templates.render(type_.name, locale, type_.sample)
        buttons = [templates.button(action, locale) for action in type_.actions]
        return {"title": text.title, "message": text.message} | (
            {"buttons": ", ".join(buttons)} if buttons else {}
        )
    return dict(_parts(messages.compose([_delivery(type_, channel, locale)], "preview")))


def mail(name: str, locale: str) -> str | None:
    """Return the HTML of the mail of a type; None if there is no such type or language, or it sends no mail."""
    type_ = NOTIFICATION_TYPES.current().get(name)
    if type_ is None or locale not in templates.locales() or EMAIL not in channels(type_):
        return None
    return parts(type_, EMAIL, locale)["html"]


def _parts(message: Any) -> Iterator[tuple[str, str]]:
    if isinstance(message, Mail):
        yield from (("subject", message.subject), ("text", message.text), ("html", message.html))
    elif isinstance(message, Sms):
        size = sms_segments.size(message.text)
        yield "text", message.text
        yield "size", f"{size.alphabet}, {size.units} units, segments: {size.segments}"
    elif isinstance(message, Push):
        yield from (("title", message.title), ("body", message.body), *message.data.items())


def _delivery(type_: NotificationType, channel: str, locale: str) -> Any:
    """Return a row with the columns of `delivery/queries.py:to_send`, for a user that does not exist."""
    return SimpleNamespace(
        id=SAMPLE_ID,
        channel=channel,
        address="somebody@example.com",
        notification_id=SAMPLE_ID,
        type=type_.name,
        data=type_.sample,
        subject=None,
        user_id=SAMPLE_ID,
        campaign_id=None,
        name="Somebody",
        locale=locale,
        kind="fcm",
        token="",
        keys={},
    )
