"""Turning a delivery into the message for its channel, in the user's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, render_template

from metaia.core import json
from metaia.core.db import AnyRow
from metaia.core.text import emails
from metaia.notifications.content import templates, unsubscribe_links
from metaia.notifications.content.templates import NotificationText
from metaia.notifications.registry import DETAILS, EMAIL, LINK_BUILDERS, NOTIFICATION_TYPES, PUSH, SMS
from metaia.providers.messaging.interface import Mail, Message, Push, Sms

MAX_PUSH_LENGTH = 300  # characters of the body; phones show no more
MAX_PUSH_DATA = 1_500  # bytes; FCM, Apple and browsers accept 4,096 for the whole message
MAX_SMS_LENGTH = 1_000  # characters; Twilio accepts 1,600, Vonage fewer in alphabets other than Latin
DIGEST = "digest"
MAIL_PARTS = ("language", "greeting", "order", "unsubscribe")  # blocks `mail__…` in notifications/templates/


def compose(group: list[AnyRow], provider: str) -> Message:
    """Return the message for one delivery, or for several as a digest. Raises LookupError if a text is missing."""
    return _COMPOSERS[group[0].channel](group, provider)


def text_of(group: list[AnyRow], channel: str) -> NotificationText:
    """Return the text of a delivery; the title of a digest contains the number of its notifications."""
    texts = [_text(row, channel) for row in group]
    if len(texts) == 1:
        return texts[0]
    data = {"count": len(texts), "titles": [text.title for text in texts]}
    return templates.render(DIGEST, group[0].locale, data)


def _text(row: AnyRow, channel: str) -> NotificationText:
    if row.campaign_id is not None:
        return NotificationText(row.title, row.message)  # written by an admin, in one language
    return templates.render(row.type, row.locale, row.data | _details(row), channel=channel)


def _details(row: AnyRow) -> dict[str, Any]:
    """Return the data that is read at the sending, so that no row keeps it."""
    key = NOTIFICATION_TYPES.current()[row.type].details
    return DETAILS.current()[key](row.user_id, row.data) if key else {}


def _mail(group: list[AnyRow], _: str) -> Mail:
    row = group[0]
    type_ = NOTIFICATION_TYPES.current()[row.type]
    text = text_of(group, EMAIL)
    unsubscribe = unsubscribe_links.address(row.user_id, type_.category)
    values: dict[str, Any] = {
        "title": text.title,
        "message": text.message,
        "items": [_text(each, EMAIL) for each in group] if len(group) > 1 else [],
        "layout": _layout(row),
        "data": row.data,
        "link": _link(row),
        "unsubscribe": unsubscribe,
        "base_url": current_app.config["PUBLIC_BASE_URL"],
    }
    return Mail(
        key=row.id,
        to=emails.for_transport(row.address),
        sender=emails.for_transport(current_app.config["MAIL_FROM"]),
        subject=text.title,
        text=render_template("mail.txt", **values),
        html=render_template("mail.html", **values),
        headers=unsubscribe_links.headers(unsubscribe),
        secret=type_.link is not None,
        requested=type_.requested,
        proves_address=type_.proves_address,
    )


def _layout(row: AnyRow) -> dict[str, str]:
    """Return the texts that all mails share; `language` is the language of these texts."""
    data = {"name": row.name, "number": row.data.get("orderNumber")}
    return {part: templates.render_part("mail", part, row.locale, data) for part in MAIL_PARTS}


def _sms(group: list[AnyRow], provider: str) -> Sms:
    row = group[0]
    link, text = _link(row), _shortened(text_of(group, SMS).message, MAX_SMS_LENGTH)
    base = current_app.config["PUBLIC_BASE_URL"]
    return Sms(
        key=row.id,
        to=row.address,
        text=f"{text} {link}" if link else text,
        callback=f"{base}/api/webhooks/{provider}?delivery={row.id}",
    )


def _push(group: list[AnyRow], _: str) -> Push:
    row, text = group[0], text_of(group, PUSH)
    data = {"notificationId": row.notification_id, "type": row.type}
    type_ = NOTIFICATION_TYPES.current()[row.type]
    details = json.dumps(row.data)  # as text, because FCM's data has no other type
    return Push(
        key=row.id,
        kind=row.kind,
        token=row.token,
        keys=row.keys,
        title=text.title,
        body=_shortened(text.message, MAX_PUSH_LENGTH),
        data=data | ({"data": details} if len(json.dumps(details)) <= MAX_PUSH_DATA else {}),
        urgent=type_.urgent,
        replaces=row.subject if type_.replaces else None,
    )


def _shortened(text: str, max_length: int) -> str:
    return text if len(text) <= max_length else text[: max_length - 1] + "…"


def _link(row: AnyRow) -> str | None:
    key = NOTIFICATION_TYPES.current()[row.type].link
    return LINK_BUILDERS.current()[key](row.data) if key else None


_COMPOSERS: dict[str, Callable[[list[AnyRow], str], Message]] = {EMAIL: _mail, SMS: _sms, PUSH: _push}
