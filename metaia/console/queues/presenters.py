"""Queues, jobs and workers as JSON."""

from __future__ import annotations

from metaia.console.queues.queries import Overview
from metaia.console.queues.schemas import JobOut, WorkerOut
from metaia.core.http.presenters import presenter
from metaia.core.json import Json


def queue(found: Overview) -> Json:
    """Return a queue, as QueueOut describes it."""
    return {"name": found.name} | found.counts


worker = presenter(WorkerOut)
job = presenter(JobOut)
