"""The observer of calls to vendors. `system` sets one; providers import no other part of METAIA."""

from __future__ import annotations


class Observer:
    """Observes nothing. Its methods must not raise, because calls of vendors run through them."""

    def called(self, name: str, seconds: float, *, failed: bool) -> None:
        """A call of the vendor `name` has ended; `failed` if it may succeed later."""

    def opened(self, name: str, seconds: float) -> None:
        """The circuit breaker of `name` has opened, for so many seconds."""

    def closed(self, name: str) -> None:
        """The circuit breaker of `name` has closed again."""


_observers: list[Observer] = [Observer()]


def use(observer: Observer) -> None:
    """Set the observer of this process."""
    _observers[:] = [observer]


def current() -> Observer:
    """Return the observer of this process."""
    return _observers[0]
