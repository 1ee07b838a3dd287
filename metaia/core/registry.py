"""Registries: what a lower layer must ask a higher one is registered with the application, in the domain's `register`.

All registries share one meaning: registering adds, a key registered twice raises, and nothing is shared between two
applications of one process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar, cast

from flask import Flask, current_app

K = TypeVar("K")
V = TypeVar("V")


class Registry(Generic[K, V]):
    """A named table in `app.extensions`, filled while the application is created."""

    def __init__(self, name: str) -> None:
        self._key = f"metaia.{name}"

    def register(self, app: Flask, key: K, value: V) -> None:
        """Add an entry. Raises ValueError for a key that is there already."""
        entries = cast("dict[K, V]", app.extensions.setdefault(self._key, {}))
        if key in entries:
            raise ValueError(f"{self._key}: {key!r} is registered twice")
        entries[key] = value

    def of(self, app: Flask) -> Mapping[K, V]:
        """Return the entries of an application, in the order of their registration."""
        return cast("dict[K, V]", app.extensions.setdefault(self._key, {}))

    def current(self) -> Mapping[K, V]:
        """Return the entries of the current application."""
        return cast("dict[K, V]", current_app.extensions.setdefault(self._key, {}))
