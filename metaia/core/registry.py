"""Registries: higher layers register what lower layers call, in the `register` function of their domain.

All registries behave alike: registering adds an entry, a duplicate key raises, and each application of a process has
its own entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any, Generic, TypeVar

from flask import Flask, current_app

K = TypeVar("K")
V = TypeVar("V")


class Registry(Generic[K, V]):
    """A named mapping in `app.extensions`, filled while the application is created."""

    def __init__(self, name: str) -> None:
        self._key = f"metaia.{name}"

    def register(self, app: Flask, key: K, value: V) -> None:
        """Add an entry. Raises ValueError for a duplicate key."""
        entries = self.of(app)
        if key in entries:
            raise ValueError(f"{self._key}: {key!r} is registered twice")
        entries[key] = value

    def of(self, app: Flask) -> dict[K, V]:
        """Return the entries of an application, in the order of their registration. Only tests change them."""
        entries: dict[K, V]
        try:
            entries = app.extensions[self._key]
        except KeyError:
            entries = app.extensions.setdefault(self._key, {})
        return entries

    def current(self) -> dict[K, V]:
        """Return the entries of the current application."""
        return self.of(current_app._get_current_object())  # type: ignore[attr-defined] # the proxy takes longer


def marks(module: ModuleType, attribute: str) -> Iterator[Any]:
    """Yield `function.<attribute>` of each function that `module` defines and a decorator has marked with it."""
    for value in vars(module).values():
        if getattr(value, "__module__", None) == module.__name__ and hasattr(value, attribute):
            yield getattr(value, attribute)
