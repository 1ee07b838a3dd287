"""Jobs: a row in the outbox, committed with the change that asked for it; the relay hands it to RQ.

A job is named by the dotted path of its function, so that a service can ask for it without importing it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from metaia.core import outbox

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Job:
    """How RQ runs a function: `retry` are the pauses in seconds between tries, `every` makes it periodic.

    `due` says how many of it there should be at the moment: asked at each wake-up and every second. Such a job looks
    for its work in the tables, so that nothing is lost with it.
    """

    name: str
    queue: str = "default"
    retry: tuple[int, ...] = ()
    every: int | None = None
    timeout: int = 60
    due: Callable[[], int] | None = None


REGISTRY: dict[str, Job] = {}


def job(
    *,
    queue: str = "default",
    retry: tuple[int, ...] = (),
    every: int | None = None,
    timeout: int = 60,
    due: Callable[[], int] | None = None,
) -> Callable[[Function], Function]:
    """Declare a function of a `jobs.py` as a job."""

    def declare(function: Function) -> Function:
        name = f"{function.__module__}.{function.__qualname__}"
        REGISTRY[name] = Job(name, queue, retry, every, timeout, due)
        return function

    return declare


def later(name: str, **arguments: Any) -> None:
    """Run the job `name` once the running transaction has committed. Arguments must be JSON."""
    if name not in REGISTRY:
        raise LookupError(f"no job is called {name}")
    outbox.put("job", name, arguments)


def wake() -> None:
    """Have jobs with `due` asked for their work once the running transaction has committed."""
    outbox.filled("job")
