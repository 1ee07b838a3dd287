"""Slugs: names in addresses."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields

from metaia.core.text import words

PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST = 60  # characters
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RESERVED = frozenset({"me", "admin", "api", "new"})


def is_free_form(text: str) -> bool:
    """Return whether a text may be a slug: no id, and no word that addresses have in its place."""
    fits = PATTERN.fullmatch(text) is not None and len(text) <= LONGEST
    return fits and text not in RESERVED and not _UUID.fullmatch(text)


def made_of(name: str) -> str | None:
    """Return a slug of the Latin letters and digits of a name, with room for 13 more characters; None without any."""
    plain = re.sub(r"[^a-z0-9]+", "-", words.comparable(name)).strip("-")[: LONGEST - 13].strip("-")
    return plain if is_free_form(plain) else None


class Slug(fields.String):
    """A part of an address: small letters a to z, digits, and single hyphens between them."""

    longest = LONGEST

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_free_form(text):
            raise ValidationError(
                "Must be of a to z, 0 to 9 and single hyphens, at most 60 characters, and no id."
            )
        return text
