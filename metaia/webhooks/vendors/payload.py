"""Reading what vendors have signed: whatever of it can be read, in a form that PostgreSQL accepts.

A body may contain NUL, halves of surrogate pairs, bytes that are not UTF-8 and numbers of any size. One such value must
not cost the other events of its batch.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from metaia.core.json import Json
from metaia.core.times import rfc3339
from metaia.webhooks.vendors.interface import Content

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
LONGEST_NUMBER = 18  # digits


def read_json(body: bytes) -> Any:
    """Return the value of a JSON body, with clean texts. Raises ValueError if it is not JSON."""
    text = body.decode("utf-8-sig", errors="replace")
    try:
        return clean(json.loads(text, parse_int=_integer))
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None


def clean(value: Any) -> Any:
    """Return `value` with U+FFFD in place of what PostgreSQL cannot store: then it is no other address or id."""
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, dict):
        return {clean(name): clean(part) for name, part in value.items()}
    if isinstance(value, list):
        return [clean(part) for part in value]
    return value


def moment(value: object, default: datetime) -> datetime:
    """Return a time, given as seconds since 1970 or in RFC 3339; `default` for everything else and for the future."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            return min(found if found.tzinfo else found.replace(tzinfo=UTC), default)
        if isinstance(value, int | float):
            return min(datetime.fromtimestamp(value, UTC), default)
    except (ValueError, OverflowError, OSError):
        pass
    return default


def about_message(reference: str, status: str, delivery: object) -> Content:
    """Return the content of a call about one text message; `delivery` is our id, if the vendor returns it."""
    fact = message_fact(reference, status, delivery if isinstance(delivery, str) else None, None)
    return Content(status, reference, (fact,))


def message_fact(reference: str, status: str, delivery: str | None, at: datetime | None) -> Json:
    """Return a fact about a message."""
    return {
        "kind": "message",
        "reference": _storable(reference),
        "status": _storable(status),
        "delivery": delivery and _storable(delivery),
        "at": rfc3339(at),
    }


def _storable(text: str) -> str:
    return UNSTORABLE.sub("\ufffd", text)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)
