"""Registries: higher layers register what lower layers call, in the `register` function of their domain.

All registries behave alike: registering adds an entry, a duplicate key raises, and each application of a process has
its own entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar, cast

from flask import Flask, current_app

K = TypeVar("K")
V = TypeVar("V")


class Registry(Generic[K, V]):
    """A named mapping in `app.extensions`, filled while the application is created."""

    def __init__(self, name: str) -> None:
        self._key = f"metaia.{name}"

    def register(self, app: Flask, key: K, value: V) -> None:
        """Add an entry. Raises ValueError for a duplicate key."""
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
