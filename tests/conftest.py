"""Fixtures of all tests: private PostgreSQL and Redis, one application, one real server, and its users.

Nothing is deleted between tests: every test creates its own users, and looks only at their data. The staff of a test is
disabled after it, because notifications of orders without a partner go to all active admins.
"""

import gc

from gevent import monkey

monkey.patch_all()
gc.disable()  # until all tests are collected: nearly all that is made until then stays

import os  # noqa: E402
import shutil  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import ExitStack  # noqa: E402
from dataclasses import replace  # noqa: E402
from pathlib import Path  # noqa: E402

import flask_migrate  # noqa: E402
import gevent  # noqa: E402
import hypothesis  # noqa: E402
import pytest  # noqa: E402
from flask import Flask  # noqa: E402

from metaia.app import create_app  # noqa: E402
from metaia.auth.lockout import service as lockout  # noqa: E402
from metaia.auth.lockout.policy import ADDRESS  # noqa: E402
from metaia.dev.services import private_postgres, private_redis  # noqa: E402
from metaia.jobs import dispatcher  # noqa: E402
from metaia.realtime import runtime  # noqa: E402
from tests.support import leaks  # noqa: E402
from tests.support.people import World  # noqa: E402
from tests.support.server import Server  # noqa: E402

# Hypothesis fails an example that takes 200 ms, which happens when another process has the processor.
hypothesis.settings.register_profile("shared machine", deadline=None)
hypothesis.settings.load_profile("shared machine")


@pytest.fixture(autouse=True)
def bounded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Make a test that hangs fail where it waits, instead of blocking the whole run."""
    storm = float(os.environ.get("STORM_SECONDS", "0"))  # tests/clients/test_storm.py
    histories = int(os.environ.get("MONEY_HISTORIES", "1"))  # tests/chaos/test_money_histories.py
    chaos = max(750 + 150 * histories, float(os.environ.get("CHAOS_SECONDS", "0")))  # more, for large sizes
    slow = {"e2e": 240, "chaos": chaos, "fuzz": 1500, "browser": 300, "clients": 400 + 1.5 * storm}
    seconds = max((slow.get(marker.name, 0) for marker in request.node.iter_markers()), default=0) or 120
    with gevent.Timeout(seconds, AssertionError(f"the test took more than {seconds} s")):
        yield


@pytest.fixture(scope="session", autouse=True)
def one_address() -> Iterator[None]:
    """Allow all users of the tests to share one address: failed logins of one user must not delay the others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lockout, "ADDRESS", replace(ADDRESS, free=1_000_000))
        yield


@pytest.fixture(scope="session")
def environment() -> Iterator[dict[str, str]]:
    """Give the settings of a private installation: services, secrets, a folder."""
    home = Path(tempfile.mkdtemp(prefix="metaia-test-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        settings = {
            "METAIA_ENV": "testing",
            "METAIA_HOME": str(home),
            "DATABASE_URL": stack.enter_context(private_postgres(home, "metaia", durable=False)),
            "REDIS_URL": stack.enter_context(private_redis(home)),
            "SECRET_KEY": "test-secret-key-of-thirty-two-chars!",
            "JWT_SECRET_KEY": "test-jwt-secret-key-of-32-characters",
            "TRUSTED_HOSTS": "test, x",  # the Host of hand-written requests
        }
        before = dict(os.environ)
        os.environ.update(settings)
        yield settings
        leaks.search_logs(home)
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def app(environment: dict[str, str]) -> Iterator[Flask]:
    """Give the application, on a migrated database."""
    application = create_app()
    with application.app_context():
        flask_migrate.upgrade()
    yield application
    leaks.search_tables(environment["DATABASE_URL"])


def pytest_collection_finish() -> None:
    """Collect garbage from now on."""
    gc.enable()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Search for secrets in the log of the server in this process; the last report of a test has all of it."""
    for name, text in report.sections if report.when == "teardown" else ():
        if name.startswith(("Captured stdout", "Captured stderr")):
            leaks.search(f"{report.nodeid} ({name})", text)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if a secret has leaked."""
    if leaks.FOUND:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the leaked secrets and where they were found."""
    for found in leaks.FOUND[:20]:
        terminalreporter.write_line(f"A secret has leaked: {found}", red=True)


@pytest.fixture(scope="session")
def server(app: Flask) -> Iterator[Server]:
    """Give the application behind a real server in this process, following and relaying as in production."""
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatcher, "SPACING", 0.5)  # a tenth of all time went into its rounds
        runtime.of(app).start()
        assert runtime.of(app).wait_until_serving(20)
        # As in wsgi.py: what exists now stays, so the garbage collector need not look at it again and again. With it, a
        # full collection would also be so rare that tests which measure memory would measure garbage.
        gc.collect()
        gc.freeze()
        with Server(app) as running:
            yield running
        runtime.of(app).stop()


@pytest.fixture
def world(server: Server) -> Iterator[World]:
    """Give a factory of users that call the server over real HTTP and sockets."""
    with World(server.url) as people:
        yield people
        people.dismiss_staff()
