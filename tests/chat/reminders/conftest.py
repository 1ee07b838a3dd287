"""Fixtures: a worker, vendors and a mailbox."""

from tests.support.worker import phone, pipeline, smtp, vendors

__all__ = ["phone", "pipeline", "smtp", "vendors"]
