"""Reporters: what each process writes about itself every few seconds, and once more before it exits.

Web processes and the relay run them in greenlets. A worker runs them between its jobs, because it has no event loop.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import gevent
import structlog
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metaia.core.registry import Registry

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Reporter:
    """A function that writes what this process has observed since its last call, and the seconds between two calls."""

    call: Callable[[], None]
    every: float
    lock: threading.Lock = field(
        default_factory=threading.Lock
    )  # a process that stops may report at the same time


REPORTERS: Registry[str, Reporter] = Registry("reporters")


def report(name: str, reporter: Reporter) -> bool:
    """Call a reporter in the context of its application; log what it raises. Return whether it succeeded."""
    try:
        with reporter.lock:
            reporter.call()
        return True
    except (DBAPIError, PoolTimeout, RedisError) as error:
        log.warning("not reported", reporter=name, error=str(error).partition("\n")[0])
    except Exception:
        log.exception("not reported", reporter=name)
    return False


def report_all(app: Flask) -> None:
    """Call all reporters once, before the process exits."""
    with app.app_context():
        for name, reporter in REPORTERS.of(app).items():
            report(name, reporter)


def register(app: Flask, name: str, reporter: Reporter) -> Callable[[], None]:
    """Add a reporter; return a function that calls it for ever, for processes with an event loop."""
    REPORTERS.register(app, name, reporter)

    def report_forever() -> None:
        while True:
            gevent.sleep(reporter.every)
            report(name, reporter)

    return report_forever


class Schedule:
    """Calls reporters when they are due, in a process without an event loop."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._called = dict.fromkeys(REPORTERS.of(app), time.monotonic())

    def run_due(self) -> None:
        """Call each reporter that is due."""
        for name, reporter in REPORTERS.of(self._app).items():
            if time.monotonic() - self._called.get(name, 0.0) >= reporter.every:
                self._called[name] = time.monotonic()
                report(name, reporter)
