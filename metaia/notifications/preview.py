"""What a notification would look like, with the names of its data where the data would be."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template

from metaia.notifications.catalogue import EMAIL, Notice

ENGLISH = "en"


class _Names(dict[str, Any]):
    """Stands for a notification's data."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def locales() -> list[str]:
    """Return the locales that there are words in."""
    return [ENGLISH]


def channels(notice: Notice) -> tuple[str, ...]:
    """Return the channels that a notice may go out on."""
    return notice.channels


def shown(notice: Notice, channel: str, locale: str) -> dict[str, str]:  # noqa: ARG001 - there is English only
    """Return what a reader would see, by the part of the message."""
    title, message = (words.format_map(_Names()) for words in (notice.title, notice.message))
    if channel != EMAIL:
        return {"title": title, "message": message}
    words = {
        "link": f"{{{notice.link}}}" if notice.link else None,
        "title": title,
        "message": message,
        "name": "Somebody",
        "data": {},
        "base_url": current_app.config["PUBLIC_BASE_URL"],
    }
    parts = {part: render_template(f"notice.{part}", **words) for part in ("txt", "html")}
    return {"subject": title, "text": parts["txt"], "html": parts["html"]}
