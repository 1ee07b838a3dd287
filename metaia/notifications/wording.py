"""The words of notifications: Jinja blocks in one file per domain and locale.

`{% block order_ready__title %}`, `…__message`, and where a channel needs its own `…__email`, `…__sms`, `…__push`.
Whoever translates a domain copies its `en.jinja`; what a locale lacks is said in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, Template

ENGLISH = "en"
_folders: list[Path] = []
_environment = Environment(autoescape=False, undefined=ChainableUndefined, trim_blocks=True)  # noqa: S701 - text, not HTML


@dataclass(frozen=True)
class Words:
    """What a notification says, as plain text; the layout of mails escapes it."""

    title: str
    message: str


def add(folder: Path) -> None:
    """Let the templates in `folder` (one per locale) be found."""
    _folders.append(folder)
    _templates.cache_clear()


def words(kind: str, locale: str, data: dict[str, Any], *, channel: str = "message") -> Words:
    """Return the words of a notice in `locale` for `channel`. Raises LookupError if there are none in English."""
    return Words(_said(kind, "title", locale, data), _said(kind, channel, locale, data))


def locales() -> list[str]:
    """Return the locales that there are words in."""
    return sorted({path.stem for folder in _folders for path in folder.glob("*.jinja")})


def _said(kind: str, part: str, locale: str, data: dict[str, Any]) -> str:
    for name in dict.fromkeys((part, "message" if part != "title" else part)):
        for template in _templates(locale):
            block = template.blocks.get(f"{kind}__{name}")
            if block is not None:
                context = template.new_context(data)
                return re.sub(r"\s+", " ", "".join(block(context))).strip()
    raise LookupError(f"the notice {kind} has no words for its {part}")


@cache
def _templates(locale: str) -> list[Template]:
    """Return the templates for `locale`, the best first: `pt-BR`, then `pt`, then English."""
    names = dict.fromkeys((locale, locale.split("-", maxsplit=1)[0], ENGLISH))
    return [template for name in names for template in _loaded(name)]


def _loaded(locale: str) -> Iterator[Template]:
    for folder in _folders:
        if re.fullmatch(r"[A-Za-z0-9-]+", locale) and (folder / f"{locale}.jinja").exists():
            yield FileSystemLoader(folder).load(_environment, f"{locale}.jinja")
