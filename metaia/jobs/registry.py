"""Job types. A job is a row in the outbox, committed with the change that needs it; the dispatcher enqueues it in RQ.

A job is named by the dotted path of its function, so that a service can enqueue it without importing it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

from flask import Flask

from metaia.core import outbox
from metaia.core.registry import Registry, marks

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class JobType:
    """How RQ runs a function: `retry` are the pauses in seconds between tries, `every` makes it periodic.

    `due` returns how many such jobs should be queued or running now. The dispatcher calls it at each wake-up and every
    second. Such a job reads its work from the tables, so nothing is lost when a job is.
    """

    name: str
    queue: str = "default"
    retry: tuple[int, ...] = ()
    every: int | None = None
    timeout: int = 60
    due: Callable[[], int] | None = None


JOBS: Registry[str, JobType] = Registry("jobs")


def job(
    *,
    queue: str = "default",
    retry: tuple[int, ...] = (),
    every: int | None = None,
    timeout: int = 60,
    due: Callable[[], int] | None = None,
) -> Callable[[Function], Function]:
    """Mark a function of a `jobs` module as a job."""

    def mark(function: Function) -> Function:
        name = f"{function.__module__}.{function.__qualname__}"
        function.job_type = JobType(name, queue, retry, every, timeout, due)  # type: ignore[attr-defined]
        return function

    return mark


def register(app: Flask, jobs: ModuleType) -> None:
    """Add the jobs of a domain's `jobs` module. Raises ValueError when a name is taken."""
    for job_type in marks(jobs, "job_type"):
        JOBS.register(app, job_type.name, job_type)


def enqueue(name: str, **arguments: Any) -> None:
    """Run the job `name` once the running transaction has committed. Arguments must be JSON.

    Raises LookupError for a job that is not registered.
    """
    if name not in JOBS.current():
        raise LookupError(f"no job is called {name}")
    outbox.add("job", name, arguments)


def wake_on_commit() -> None:
    """Let the dispatcher ask every `due` once the running transaction has committed."""
    outbox.notify_on_commit("job")
