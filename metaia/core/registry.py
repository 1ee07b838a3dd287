"""Registries: what a lower layer must ask a higher one is registered with the application, in the domain's `register`.

All registries share one meaning: registering adds, a key registered twice raises, and nothing is shared between two
applications of one process.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any, Generic, TypeVar

from flask import Flask, current_app

K = TypeVar("K")
V = TypeVar("V")


class Registry(Generic[K, V]):
    """A named table in `app.extensions`, filled while the application is created."""

    def __init__(self, name: str) -> None:
        self._key = f"metaia.{name}"

    def register(self, app: Flask, key: K, value: V) -> None:
        """Add an entry. Raises ValueError for a key that is there already."""
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
