"""The world of the tests: private PostgreSQL and Redis, one application, one real server, and people in it.

Nothing is emptied between tests: every test makes its own people and looks only at what is theirs.
"""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402
import shutil  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import ExitStack  # noqa: E402
from pathlib import Path  # noqa: E402

import flask_migrate  # noqa: E402
import gevent  # noqa: E402
import pytest  # noqa: E402
from flask import Flask  # noqa: E402

from metaia.app import create_app  # noqa: E402
from metaia.dev.services import private_postgres, private_redis  # noqa: E402
from metaia.realtime import runtime  # noqa: E402
from tests.support.people import World  # noqa: E402
from tests.support.server import Server  # noqa: E402


@pytest.fixture(autouse=True)
def bounded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a test that waits for ever fail, where it waits, instead of stopping the whole run."""
    seconds = 240 if request.node.get_closest_marker("chaos") else 60
    with gevent.Timeout(seconds, AssertionError(f"the test took more than {seconds} s")):
        yield


@pytest.fixture(scope="session")
def environment() -> Iterator[dict[str, str]]:
    """Give the settings of an installation of its own: services, secrets, a folder."""
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
        }
        before = dict(os.environ)
        os.environ.update(settings)
        yield settings
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def app(environment: dict[str, str]) -> Flask:
    """Give the application, on a migrated database."""
    application = create_app()
    with application.app_context():
        flask_migrate.upgrade()
    return application


@pytest.fixture(scope="session")
def server(app: Flask) -> Iterator[Server]:
    """Give the application behind a real server in this process, following and relaying as in production."""
    with app.app_context():
        runtime.of(app).start()
        with Server(app) as running:
            yield running
        runtime.of(app).stop()


@pytest.fixture
def world(server: Server) -> Iterator[World]:
    """Give people who call the server over real HTTP and sockets."""
    with World(server.url) as people:
        yield people
