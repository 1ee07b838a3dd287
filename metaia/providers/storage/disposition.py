"""The Content-Disposition of an answer (RFC 6266). Pure."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote


def of(filename: str | None) -> str:
    """Return the value of the header: a download with its name in ASCII and in UTF-8, or inline without a name.

    The name in ASCII has no characters that need an escape, because clients read escapes in different ways.
    """
    if filename is None:
        return "inline"
    plain = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode("ascii")
    plain = "".join(each for each in plain if each.isprintable() and each not in '"\\%')
    value = f'attachment; filename="{plain}"'
    if plain == filename:
        return value
    return f"{value}; filename*=UTF-8''{quote(filename, safe='', errors='replace')}"
