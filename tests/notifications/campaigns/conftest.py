"""Fixtures: a worker, vendors and a mailbox."""

from tests.support.worker import customer, phone, pipeline, queue, smtp, vendors, work_off

__all__ = ["customer", "phone", "pipeline", "queue", "smtp", "vendors", "work_off"]
