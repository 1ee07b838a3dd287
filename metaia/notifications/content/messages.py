"""Writing a delivery as its channel wants it, in its user's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, render_template

from metaia.core import json
from metaia.core.db import AnyRow
from metaia.notifications.content import templates
from metaia.notifications.content.templates import Words
from metaia.notifications.preferences import unsubscribe_links
from metaia.notifications.registry import EMAIL, LINKS, NOTICES, PUSH, SMS, Notice
from metaia.providers.messaging.interface import Mail, Message, Push, Sms

PUSH_CHARACTERS = 300  # of a body: phones show no more
PUSH_BYTES = 1_500  # of data; FCM, Apple and browsers take 4,096 for everything
SMS_CHARACTERS = 1_000  # Twilio takes 1,600, Vonage fewer when they are not Latin
DIGEST = "digest"
LAYOUT = ("language", "greeting", "order", "unsubscribe")  # blocks of words/


def compose(group: list[AnyRow], provider: str) -> Message:
    """Return the message for one delivery, or for several as a digest. Raises LookupError without words for it."""
    return _BY_CHANNEL[group[0].channel](group, provider)


def words_of(group: list[AnyRow], channel: str) -> Words:
    """Return what a delivery says; a digest is headed by how many it gathers."""
    said = [_words(row, channel) for row in group]
    if len(said) == 1:
        return said[0]
    return templates.words(
        DIGEST, group[0].locale, {"count": len(said), "titles": [each.title for each in said]}
    )


def _words(row: AnyRow, channel: str) -> Words:
    if row.campaign_id is not None:
        return Words(row.title, row.message)  # its admin's own words
    return templates.words(row.type, row.locale, row.data, channel=channel)


def _mail(group: list[AnyRow], _: str) -> Mail:
    row = group[0]
    notice: Notice = NOTICES[row.type]
    words = words_of(group, EMAIL)
    stop = unsubscribe_links.address(row.user_id, notice.category)
    filled: dict[str, Any] = {
        "title": words.title,
        "message": words.message,
        "items": [_words(each, EMAIL) for each in group] if len(group) > 1 else [],
        "layout": _layout(row),
        "data": row.data,
        "link": _link(row),
        "unsubscribe": stop,
        "base_url": current_app.config["PUBLIC_BASE_URL"],
    }
    return Mail(
        key=row.id,
        to=row.address,
        sender=current_app.config["MAIL_FROM"],
        subject=words.title,
        text=render_template("notice.txt", **filled),
        html=render_template("notice.html", **filled),
        headers=unsubscribe_links.headers(stop),
        secret=notice.link is not None,
    )


def _layout(row: AnyRow) -> dict[str, str]:
    """Return what every mail says, whatever it is about; `language` is that of these words."""
    data = {"name": row.name, "number": row.data.get("orderNumber")}
    return {part: templates.phrase("mail", part, row.locale, data) for part in LAYOUT}


def _sms(group: list[AnyRow], provider: str) -> Sms:
    row, words = group[0], words_of(group, SMS)
    link, said = _link(row), _shortened(words.message, SMS_CHARACTERS)
    base = current_app.config["PUBLIC_BASE_URL"]
    return Sms(
        key=row.id,
        to=row.address,
        text=f"{said} {link}" if link else said,
        callback=f"{base}/api/webhooks/{provider}?delivery={row.id}",
    )


def _push(group: list[AnyRow], _: str) -> Push:
    row, words = group[0], words_of(group, PUSH)
    data = {"notificationId": row.notification_id, "type": row.type}
    details = json.dumps(row.data)  # text: FCM's data has no other values
    return Push(
        key=row.id,
        kind=row.kind,
        token=row.token,
        keys=row.keys,
        title=words.title,
        body=_shortened(words.message, PUSH_CHARACTERS),
        data=data | ({"data": details} if len(json.dumps(details)) <= PUSH_BYTES else {}),
        urgent=NOTICES[row.type].urgent,
    )


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _link(row: AnyRow) -> str | None:
    name = NOTICES[row.type].link
    return LINKS[name](row.data) if name else None


_BY_CHANNEL: dict[str, Callable[[list[AnyRow], str], Message]] = {EMAIL: _mail, SMS: _sms, PUSH: _push}
