"""Registration of requests: their job, and what they follow."""

from __future__ import annotations

from flask import Flask

from metaia.bookings.publish import FOLLOWERS
from metaia.core.openapi.document import Api
from metaia.jobs import registry as job_registry
from metaia.notifications import registry as notification_registry
from metaia.orders.hooks import HOOKS
from metaia.reviews.notifications import STILL_TRUE
from metaia.reviews.requests import jobs, service


def register(app: Flask, api: Api) -> None:  # noqa: ARG001 - there are no routes
    """Register requests with the application."""
    job_registry.register(app, jobs)
    HOOKS.register(app, "review_requests", service.follow_order)
    FOLLOWERS.register(app, "review_requests", service.follow_booking)
    check = notification_registry.TruthCheck(service.still_true)
    notification_registry.TRUTH_CHECKS.register(app, STILL_TRUE, check)
