"""Search across domains: a registry of providers, identifiers in texts, and searches by words."""

from __future__ import annotations

from metaia.core.search.registry import (
    CODE,
    EMAIL,
    ID,
    KINDS,
    NUMBER,
    PHONE,
    PROVIDERS,
    WORDS,
    Find,
    Found,
    Hit,
    LookUp,
    Provider,
    register,
)
from metaia.core.search.texts import identifiers, matches

__all__ = [
    "CODE",
    "EMAIL",
    "ID",
    "KINDS",
    "NUMBER",
    "PHONE",
    "PROVIDERS",
    "WORDS",
    "Find",
    "Found",
    "Hit",
    "LookUp",
    "Provider",
    "identifiers",
    "matches",
    "register",
]
