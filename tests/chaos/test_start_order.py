"""PostgreSQL, Redis, the web process and the worker start in any order, some time apart; in the end all is ready.

Any three of the four start in each order in one of six orders; `START_ORDERS=all` tries all 24.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import combinations, permutations
from pathlib import Path

import flask_migrate
import gevent
import pytest

from metaia.dev.process_registry import free_port
from metaia.dev.services import private_postgres, private_redis
from tests.chaos.deploy.rolling import wait
from tests.e2e.databases import migrating
from tests.e2e.stack import Stack
from tests.support.people import World
from tests.support.smtp_server import mailbox

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
APART = float(os.environ.get("START_APART", "2"))  # seconds
PARTS = ("postgresql", "redis", "web", "worker")
SOME = ((0, 1, 2, 3), (0, 3, 2, 1), (1, 3, 0, 2), (2, 1, 0, 3), (2, 3, 0, 1), (3, 1, 2, 0))
ALL = tuple(permutations(range(len(PARTS))))
ORDERS = [
    tuple(PARTS[number] for number in order)
    for order in (ALL if os.environ.get("START_ORDERS") == "all" else SOME)
]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Give the folder of a migrated PostgreSQL that does not run."""
    folder = Path(tempfile.mkdtemp(prefix="metaia-order-", dir="/tmp"))  # a socket's path must be short
    with private_postgres(folder, "metaia", durable=False) as url, migrating(url):
        flask_migrate.upgrade()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_some_orders_have_any_three_parts_in_each_order() -> None:
    assert {three for order in SOME for three in combinations(order, 3)} == set(
        permutations(range(len(PARTS)), 3)
    )


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_any_order_of_starting_ends_ready(
    environment: dict[str, str], home: Path, tmp_path: Path, order: tuple[str, ...]
) -> None:
    port = free_port()
    services = {
        "DATABASE_URL": f"postgresql://postgres@/metaia?host={home / 'postgres'}",
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "METAIA_HOME": str(tmp_path),
    }
    with mailbox() as mails, ExitStack() as stack:
        own = Stack(environment | services | {"SMTP_URL": mails.url}, tmp_path)
        start: dict[str, Callable[[], object]] = {
            "postgresql": lambda: stack.enter_context(private_postgres(home, "metaia", durable=False)),
            "redis": lambda: stack.enter_context(private_redis(tmp_path, port=port)),
            "web": lambda: own._start("web", "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"),
            "worker": own.worker,
        }
        for number, part in enumerate(order):
            gevent.sleep(APART if number else 0)
            start[part]()
        stack.callback(own.close)
        wait(own.ready, "the web process is ready")
        with World(own.url) as world:
            person = world.person()
            screen = person.socket()
            person.order()
            screen.wait("order_update")
            wait(lambda: mails.to(person.user["email"]), "the worker sends its mail")
        assert all(process.poll() is None for process in own.processes)
        assert "Traceback" not in own.log("web") + own.log("worker")
