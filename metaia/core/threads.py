"""Work that would block the event loop: in a thread of gevent's pool, or in parts with pauses between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import gevent

T = TypeVar("T")
SHORT = 0.001  # seconds; shorter timers end at the same time, because epoll counts milliseconds


def call(function: Callable[..., T], *arguments: object) -> T:
    """Return `function(*arguments)`, called in a thread; other greenlets run in that time. Raises what it raises.

    The error is passed as a value: gevent's pool would print the traceback of one that the caller expects.
    """
    results, error = gevent.get_hub().threadpool.apply(_attempt, (function, arguments))
    if error is not None:
        raise error
    result: T = results[0]
    return result


def pause() -> None:
    """Let the event loop run once: other greenlets run, and sockets are polled.

    It waits for a timer: after `gevent.sleep(0)` gevent runs up to 50 greenlets before it polls sockets again.
    """
    gevent.sleep(SHORT)


def paced(items: Iterable[T], at_once: int, size: Callable[[T], int] = lambda _: 1) -> Iterator[T]:
    """Yield items; the event loop runs once after each `at_once` of their sizes."""
    done = 0
    for item in items:
        yield item
        done += size(item)
        if done >= at_once:
            pause()
            done = 0


def _attempt(
    function: Callable[..., T], arguments: tuple[object, ...]
) -> tuple[list[T], BaseException | None]:
    try:
        return [function(*arguments)], None
    except BaseException as error:  # noqa: BLE001 - the caller raises it again
        return [], error
