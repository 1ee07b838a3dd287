"""Release N+1: the application with an event type and a job that release N does not know.

`gunicorn … tests.chaos.deploy.next_web:app`, `python -m tests.chaos.deploy.next_worker`, with RELEASE=next. Processes
of release N may run the same code: for them this module does not exist, so that their workers cannot run the job.
"""

from __future__ import annotations

import os

from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.http.fields import Schema
from metaia.jobs.registry import JOBS, JobType
from metaia.realtime import catalogue
from metaia.realtime.catalogue import EventType

if os.environ.get("RELEASE") != "next":
    raise ImportError("this process is of release N")

EVENT, JOB = "future.happened", f"{__name__}.arrive"
INSERT = text("INSERT INTO arrived (number) VALUES (:number)")


def arrive(*, number: int) -> None:
    """Write a row, so that the test can count what has run."""
    with db.transaction():
        db.execute(INSERT, {"number": number})


def register(app: Flask) -> None:
    """Add what is new."""
    event = EventType(EVENT, "future_event", Schema, "Of release N+1.", "its user")
    catalogue.register(app, event)
    JOBS.register(app, JOB, JobType(JOB))
