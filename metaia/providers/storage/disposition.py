"""The Content-Disposition of an answer (RFC 6266). Pure."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from werkzeug.http import dump_options_header

ATTR_CHARS = "!#$&+-.^_`|~"  # RFC 5987


def of(filename: str | None) -> str:
    """Return the value of the header: a download with its name in ASCII and in UTF-8, or inline without a name."""
    if filename is None:
        return "inline"
    simple = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode("ascii")
    names = {"filename": "".join(each for each in simple if each.isprintable())}
    if simple != filename:
        names["filename*"] = f"UTF-8''{quote(filename, safe=ATTR_CHARS, errors='replace')}"
    return dump_options_header("attachment", names)
