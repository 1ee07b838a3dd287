"""Our ids as PayU takes them: at most 23 letters and digits. A UUID is 22 of them in base 62."""

from __future__ import annotations

from uuid import UUID

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH = 22


def shortened(identifier: str) -> str:
    """Return a UUID as 22 letters and digits. Raises ValueError if it is none."""
    number, found = UUID(identifier).int, ""
    for _ in range(LENGTH):
        number, digit = divmod(number, len(DIGITS))
        found = DIGITS[digit] + found
    return found


def restored(short: object) -> str | None:
    """Return the UUID of a shortened one; None for any other value."""
    if not isinstance(short, str) or len(short) != LENGTH or not set(short) <= set(DIGITS):
        return None
    number = 0
    for digit in short:
        number = number * len(DIGITS) + DIGITS.index(digit)
    return str(UUID(int=number)) if number < 2**128 else None
