"""Job types are registered once, per application."""

from __future__ import annotations

import pytest
from flask import Flask

from metaia.core import outbox
from metaia.core.access import actor as actors
from metaia.jobs import registry as job_registry
from metaia.jobs.registry import JOBS
from metaia.notifications import jobs as notification_jobs
from metaia.orders import jobs as order_jobs


def test_a_module_registers_its_own_marked_functions_and_no_others() -> None:
    app = Flask("one")
    job_registry.register(app, order_jobs)
    assert JOBS.of(app).keys() == {
        "metaia.orders.jobs.cancel_overdue",
        "metaia.orders.jobs.end_contact",
        "metaia.orders.jobs.forget_customers",
    }


def test_two_jobs_cannot_have_one_name() -> None:
    app = Flask("one")
    job_registry.register(app, order_jobs)
    with pytest.raises(ValueError, match=r"'metaia\.orders\.jobs\.\w+' is registered twice"):
        job_registry.register(app, order_jobs)


def test_applications_in_one_process_share_no_jobs() -> None:
    one, other = Flask("one"), Flask("another")
    job_registry.register(one, order_jobs)
    job_registry.register(other, notification_jobs)
    assert not JOBS.of(one).keys() & JOBS.of(other).keys()


def test_a_listener_of_commits_is_registered_once_per_application() -> None:
    one, other = Flask("one"), Flask("another")
    outbox.on_commit(one, "job", print)
    outbox.on_commit(other, "job", print)
    with pytest.raises(ValueError, match="registered twice"):
        outbox.on_commit(one, "job", print)
    outbox.remove_listener(one, print)
    assert outbox.listeners.of(one) == {"job": []}
    assert outbox.listeners.of(other) == {"job": [print]}


def test_a_domain_registers_one_check_of_sessions() -> None:
    app = Flask("one")
    actors.session_checks.register(app, "auth", bool)
    with pytest.raises(ValueError, match="'auth' is registered twice"):
        actors.session_checks.register(app, "auth", bool)
