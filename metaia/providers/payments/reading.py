"""Reading what vendors send: values of the expected type, or ValueError. What a webhook lacks becomes a note."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from metaia.providers.payments.interface import Json, Reading

LONGEST_ID = 60  # characters: ids are parts of keys in the ledger
LONGEST_TEXT = 200
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError)


def read(content: Any, at: datetime, states: Callable[[Json, datetime], Reading]) -> Reading:
    """Return what `states` finds in the content of a webhook. What it cannot read becomes a note, never an error."""
    try:
        return states(content, at)
    except UNREADABLE as error:
        return Reading(note=f"cannot be read: {type(error).__name__}")


def reference(value: object) -> str:
    """Return an id of the vendor. Raises ValueError for everything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not (value := value.strip()) or len(value) > LONGEST_ID:
        raise ValueError("there is no id")
    return value


def text(value: object) -> str | None:
    """Return a text, shortened; None for everything else."""
    return value[:LONGEST_TEXT] if isinstance(value, str) and value else None


def currency(value: object) -> str:
    """Return a code in capitals. Raises ValueError if it is not three letters."""
    if not isinstance(value, str) or len(value) != 3 or not value.isalpha() or not value.isascii():
        raise ValueError("there is no currency")
    return value.upper()


def moment(value: object, default: datetime) -> datetime:
    """Return a time in seconds since 1970; `default` if there is none or if it is later than that."""
    if not isinstance(value, int) or isinstance(value, bool):
        return default
    return min(datetime.fromtimestamp(value, UTC), default)


def item(value: object, name: str) -> object:
    """Return one value of a JSON object; None if it is absent or `value` is no object, as PHP's empty list."""
    return value.get(name) if isinstance(value, dict) else None
