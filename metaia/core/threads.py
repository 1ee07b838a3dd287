"""Calls in a thread of gevent's pool, for work that would block the event loop: files, and long computations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import gevent

T = TypeVar("T")


def call(function: Callable[..., T], *arguments: object) -> T:
    """Return `function(*arguments)`, called in a thread; other greenlets run in that time. Raises what it raises.

    The error is passed as a value: gevent's pool would print the traceback of one that the caller expects.
    """
    results, error = gevent.get_hub().threadpool.apply(_attempt, (function, arguments))
    if error is not None:
        raise error
    result: T = results[0]
    return result


def _attempt(
    function: Callable[..., T], arguments: tuple[object, ...]
) -> tuple[list[T], BaseException | None]:
    try:
        return [function(*arguments)], None
    except BaseException as error:  # noqa: BLE001 - the caller raises it again
        return [], error
