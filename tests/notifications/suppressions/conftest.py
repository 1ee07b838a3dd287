"""Fixtures: a worker, vendors and a mailbox."""

from tests.support.worker import customer, phone, pipeline, queue, smtp, vendors

__all__ = ["customer", "phone", "pipeline", "queue", "smtp", "vendors"]
