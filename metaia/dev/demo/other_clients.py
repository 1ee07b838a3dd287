"""Messages of the scenes outside of the apps (mail, SMS, push), counted in the mailbox of `make run`."""

from __future__ import annotations

import time
from collections import Counter
from urllib.parse import urlsplit, urlunsplit

import requests

SHOWN_AS = {"email": "mails", "sms": "SMS", "push": "push messages"}
SECONDS = 5.0


def mailbox_url(url: str) -> str | None:
    """Return the address of the mailbox of the service at `url`; None if there is none on this machine."""
    parts = urlsplit(url)
    if parts.hostname not in {"127.0.0.1", "localhost"} or not parts.port:
        return None
    found = urlunsplit(parts._replace(netloc=f"{parts.hostname}:{parts.port + 25}", path="/"))
    return found if _items(found) is not None else None


def count_messages(mailbox: str, order_number: str) -> Counter[str]:
    """Return the number of messages about an order per channel.

    Wait until every channel has some and their number does not change any more, at most SECONDS.
    """
    deadline, found, before = time.monotonic() + SECONDS, Counter[str](), Counter({"": 1})
    while (len(found) < len(SHOWN_AS) or found != before) and time.monotonic() < deadline:
        time.sleep(0.3)
        items = _items(mailbox) or []
        before, found = (
            found,
            Counter(i["channel"] for i in items if order_number in f"{i['title']} {i['text']}"),
        )
    return found


def _items(mailbox: str) -> list[dict[str, str]] | None:
    try:
        answer = requests.get(f"{mailbox}items.json", timeout=SECONDS)
        items: list[dict[str, str]] = answer.json()
    except (requests.RequestException, ValueError):
        return None
    return items if answer.ok and isinstance(items, list) else None
