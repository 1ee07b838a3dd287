"""Names of files from clients: text to show and to offer for a download, never a path."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from metaia.core.text import content, forms

MAX_LENGTH = 200  # characters
MAX_EXTENSION = 10
# Characters of paths, those that Windows refuses, and those that change the direction of other text.
_UNWANTED = re.compile(r'[<>:"|?*\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]')


def safe(name: str, *, default: str, extensions: Collection[str]) -> str:
    """Return `name` in NFC without its path and unwanted characters, with one of `extensions` at its end.

    The first of `extensions` is added if the name has none of them: a text named `x.bat` is no program. `default` is
    for a name of which nothing is left.
    """
    last = re.split(r"[/\\]", forms.composed(name[: 5 * MAX_LENGTH]))[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter) not in {"Cc", "Cs", "Co", "Cn"})
    stem = content.trimmed(_UNWANTED.sub("", kept)).strip(". ")
    if not content.is_visible(stem):
        stem = default
    base, dot, extension = stem.rpartition(".")
    if not dot or extension.lower() not in extensions:
        base, extension = stem, next(iter(extensions))
    return f"{base[: MAX_LENGTH - MAX_EXTENSION - 1]}.{extension[:MAX_EXTENSION]}"
