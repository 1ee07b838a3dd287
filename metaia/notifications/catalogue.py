"""Every notification there is; domains declare theirs in `notices.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

IN_APP, EMAIL = "in_app", "email"


@dataclass(frozen=True)
class Notice:
    """One type of notification: its words (`{…}` are keys of its data), channels and buttons."""

    name: str
    category: str
    title: str
    message: str
    channels: tuple[str, ...]
    actions: tuple[dict[str, Any], ...] = ()


NOTICES: dict[str, Notice] = {}


def declare(*notices: Notice) -> None:
    """Add types of notification. Raises ValueError when a name is taken."""
    for notice in notices:
        if NOTICES.setdefault(notice.name, notice) is not notice:
            raise ValueError(f"notification {notice.name} is declared twice")
