"""The JSON of webhooks."""

from __future__ import annotations

import hashlib
from base64 import b64encode

from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339
from metaia.webhooks.schemas import WebhookOut

webhook = presenter(WebhookOut)
FACT = ("kind", "reference", "status", "attempt", "delivery", "amount", "currency", "at")
EFFECTS = ("postings", "events", "notifications")


def whole(row: AnyRow) -> Json:
    """Return a call with what it stated and changed."""
    return {
        "call": webhook(row),
        "facts": [_fact(each) for each in row.facts],
        "effects": {name: row.effects.get(name, []) for name in EFFECTS},
        "tries": {"count": row.tries, "error": row.error, "nextAt": rfc3339(row.due_at)},
    }


def body(row: AnyRow) -> Json:
    """Return the content of a call."""
    content = bytes(row.body)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = None
    return {
        "query": row.query,
        "headers": row.headers,
        "text": text,
        "base64": b64encode(content).decode(),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _fact(fact: Json) -> Json:
    shown: Json = {name: fact.get(name) for name in FACT}
    if shown["amount"] is not None:
        shown["amount"] = to_major(shown["amount"], shown["currency"])
    return shown
