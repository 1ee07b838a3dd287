"""What the story made arrive outside of the apps, as far as `make run` on this machine can tell."""

from __future__ import annotations

import time
from collections import Counter
from urllib.parse import urlsplit, urlunsplit

import requests

SHOWN_AS = {"email": "mails", "sms": "SMS", "push": "push messages"}
SECONDS = 5.0


def page(url: str) -> str | None:
    """Return where the messages of the service at `url` are shown, if anything is there."""
    parts = urlsplit(url)
    if parts.hostname not in {"127.0.0.1", "localhost"} or not parts.port:
        return None
    found = urlunsplit(parts._replace(netloc=f"{parts.hostname}:{parts.port + 25}", path="/"))
    return found if _items(found) is not None else None


def arrived(shown_at: str, order_number: str) -> Counter[str]:
    """Return how many messages about an order came on each channel, once there are some on all and no more come."""
    deadline, found, before = time.monotonic() + SECONDS, Counter[str](), Counter({"": 1})
    while (len(found) < len(SHOWN_AS) or found != before) and time.monotonic() < deadline:
        time.sleep(0.3)
        items = _items(shown_at) or []
        before, found = (
            found,
            Counter(i["channel"] for i in items if order_number in f"{i['title']} {i['text']}"),
        )
    return found


def _items(shown_at: str) -> list[dict[str, str]] | None:
    try:
        answer = requests.get(f"{shown_at}items.json", timeout=SECONDS)
        items: list[dict[str, str]] = answer.json()
    except (requests.RequestException, ValueError):
        return None
    return items if answer.ok and isinstance(items, list) else None
