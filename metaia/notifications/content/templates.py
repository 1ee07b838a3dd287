"""The words of notifications: Jinja blocks in one file per domain and locale.

`{% block order_ready__title %}`, `…__message`, and where a channel needs its own `…__email`, `…__sms`, `…__push`;
for each button `{% block action__open_order %}`.
Whoever translates a domain copies its `en.jinja`; what a locale lacks is said in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, Template

ENGLISH = "en"
LONGEST_TITLE = 200
# What people wrote may be part of it: no line ends, which would end a header, and nothing that a terminal obeys.
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
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
    button.cache_clear()


def words(kind: str, locale: str, data: dict[str, Any], *, channel: str = "message") -> Words:
    """Return the words of a notice in `locale` for `channel`. Raises LookupError if there are none in English."""
    title = _said(kind, ("title",), locale, data)
    return Words(title[:LONGEST_TITLE], _said(kind, (channel, "message"), locale, data))


def phrase(kind: str, part: str, locale: str, data: dict[str, Any]) -> str:
    """Return a part of its own, such as a button, in `locale`. Raises LookupError if there is none in English."""
    return _said(kind, (part,), locale, data)


@lru_cache(1000)
def button(action: str, locale: str) -> str:
    """Return what a notice's button says, whatever it is about. Raises LookupError if it has no words in English."""
    return _said("action", (action,), locale, {})


def locales() -> list[str]:
    """Return the locales that there are words in."""
    return sorted({path.stem for folder in _folders for path in folder.glob("*.jinja")})


def _said(kind: str, parts: tuple[str, ...], locale: str, data: dict[str, Any]) -> str:
    """Return the first of `parts` that there is: rather another part than another language."""
    for template in _templates(locale):
        for part in parts:
            block = template.blocks.get(f"{kind}__{part}")
            if block is not None:
                return _UNSEEN.sub(" ", "".join(block(template.new_context(data)))).strip()
    raise LookupError(f"the notice {kind} has no words for its {parts[0]}")


@cache
def _templates(locale: str) -> list[Template]:
    """Return the templates for `locale`, the best first: `zh-Hant-TW`, then `zh-Hant`, `zh`, and English."""
    parts = locale.split("-")
    names = dict.fromkeys(["-".join(parts[:count]) for count in range(len(parts), 0, -1)] + [ENGLISH])
    return [template for name in names for template in _loaded(name)]


def _loaded(locale: str) -> Iterator[Template]:
    for folder in _folders:
        if re.fullmatch(r"[A-Za-z0-9-]+", locale) and (folder / f"{locale}.jinja").exists():
            yield FileSystemLoader(folder).load(_environment, f"{locale}.jinja")
