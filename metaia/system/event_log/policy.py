"""The permission to read the event log, and what of an event is personal. Pure."""

from __future__ import annotations

import re
from typing import Any

from metaia.core.access.permissions import ADMINS, Permission

SYSTEM_EVENTS = Permission("system.events", ADMINS)  # all events; personal fields for a reason only

HIDDEN = "[hidden]"
# Words in names of fields with personal data or free text: `businessName`, `customerInfo`, `deliveryNotes`.
_PERSONAL = frozenset((
    "avatar", "bio", "birth", "birthday", "body", "caption", "city", "code", "comment", "comments", "content",
    "description", "email", "emails", "instructions", "label", "lat", "latitude", "lng", "longitude", "message",
    "messages", "name", "names", "note", "notes", "phone", "phones", "photo", "picture", "postcode", "preview",
    "reason", "reply", "signature", "street", "subtitle", "text", "texts", "title", "token", "url", "urls", "words",
))  # fmt: skip
# Objects of which all values are personal.
_WHOLLY = frozenset((
    "address", "addresses", "contact", "contacts", "device", "info", "location", "locations", "measurements",
    "waypoints",
))  # fmt: skip
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
# Ids, times, statuses, types, currencies and numbers of orders: one word, which no telephone number or address is.
_HARMLESS = re.compile(r"[A-Za-z0-9_.:+-]{1,64}")
_DIGITS = re.compile(r"\+?[0-9]{7,}")


def without_personal(value: Any, key: str = "", *, wholly: bool = False) -> Any:
    """Return a payload in which personal fields are HIDDEN: by the names of their keys, and all texts of several words.

    Ids, times, numbers, statuses and the structure stay. With `wholly` all values are hidden.
    """
    if value is None or isinstance(value, bool):
        return value
    words = {word.lower() for word in _WORD.findall(key)}
    wholly = wholly or bool(words & _WHOLLY)
    if isinstance(value, dict):
        return {name: without_personal(inner, name, wholly=wholly) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_personal(inner, key, wholly=wholly) for inner in value]
    return HIDDEN if wholly or words & _PERSONAL or not _is_harmless(value) else value


def _is_harmless(value: Any) -> bool:
    if not isinstance(value, str):
        return True
    return value == "" or (_HARMLESS.fullmatch(value) is not None and _DIGITS.fullmatch(value) is None)
