"""The texts of notifications: blocks of Jinja templates, in one file per domain and locale.

The blocks of a type are `{% block order_ready__title %}` and `…__message`, and `…__email`, `…__sms` or `…__push` where
a channel has a text of its own. A button is `{% block action__open_order %}`. A translation is a copy of a domain's
`en.jinja` with translated blocks; the English text replaces a missing block. The filter `in_words` writes times:
`{{ startsAt | in_words("en", timeZone) }}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, Template

from metaia.core.registry import Registry
from metaia.core.text import wall_times

ENGLISH = "en"
MAX_TITLE_LENGTH = 200
# Values come from users. A line end could end a mail header, and a control character could change a terminal.
_INVISIBLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_environment = Environment(autoescape=False, undefined=ChainableUndefined, trim_blocks=True)  # noqa: S701 - text, not HTML
_environment.filters["in_words"] = wall_times.in_words
TEMPLATE_FOLDERS: Registry[Path, None] = Registry("notification_templates")


@dataclass(frozen=True)
class NotificationText:
    """The text of a notification. It is plain text; the layout of mails escapes it."""

    title: str
    message: str


def register(app: Flask, folder: Path) -> None:
    """Add a domain's folder with one template per locale. Raises ValueError for a folder that is registered already."""
    TEMPLATE_FOLDERS.register(app, folder, None)


def render(name: str, locale: str, data: dict[str, Any], *, channel: str = "message") -> NotificationText:
    """Return the text of a notification type in `locale` for `channel`. Raises LookupError if English has none."""
    title = _render(name, ("title",), locale, data)
    return NotificationText(title[:MAX_TITLE_LENGTH], _render(name, (channel, "message"), locale, data))


def render_part(name: str, part: str, locale: str, data: dict[str, Any]) -> str:
    """Return the text of a single block, `{name}__{part}`. Raises LookupError if English has none."""
    return _render(name, (part,), locale, data)


def button(action: str, locale: str) -> str:
    """Return the label of a button, which depends on no data. Raises LookupError if English has none."""
    return _button(_folders(), action, locale)


def locales() -> list[str]:
    """Return the locales that have a template."""
    return sorted({path.stem for folder in _folders() for path in folder.glob("*.jinja")})


def _folders() -> tuple[Path, ...]:
    return tuple(TEMPLATE_FOLDERS.current())


def _render(name: str, parts: tuple[str, ...], locale: str, data: dict[str, Any]) -> str:
    return _render_from(_folders(), name, parts, locale, data)


@lru_cache(1000)
def _button(folders: tuple[Path, ...], action: str, locale: str) -> str:
    return _render_from(folders, "action", (action,), locale, {})


def _render_from(
    folders: tuple[Path, ...], name: str, parts: tuple[str, ...], locale: str, data: dict[str, Any]
) -> str:
    """Render the first existing block. Another part in the same language is preferred to another language."""
    for template in _templates(folders, locale):
        for part in parts:
            block = template.blocks.get(f"{name}__{part}")
            if block is not None:
                return _INVISIBLE.sub(" ", "".join(block(template.new_context(data)))).strip()
    raise LookupError(f"no template has a block {name}__{parts[0]}")


@lru_cache(1000)
def _templates(folders: tuple[Path, ...], locale: str) -> list[Template]:
    """Return the templates for `locale` in the order of preference: `zh-Hant-TW`, `zh-Hant`, `zh`, English."""
    parts = locale.split("-")
    names = dict.fromkeys(["-".join(parts[:count]) for count in range(len(parts), 0, -1)] + [ENGLISH])
    return [template for name in names for template in _load(folders, name)]


def _load(folders: tuple[Path, ...], locale: str) -> Iterator[Template]:
    for folder in folders:
        if re.fullmatch(r"[A-Za-z0-9-]+", locale) and (folder / f"{locale}.jinja").exists():
            yield FileSystemLoader(folder).load(_environment, f"{locale}.jinja")
