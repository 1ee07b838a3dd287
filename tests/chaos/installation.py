"""A whole installation on services of its own, every part of which can be killed, frozen and started again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import flask_migrate
import gevent
import psutil
import requests
from redis import Redis

from metaia.dev.services import private_postgres, private_redis
from tests.e2e.databases import migrating
from tests.e2e.stack import Stack
from tests.support.people import PASSWORD, Person, World
from tests.support.smtp_server import Mailbox, mailbox

READY_SECONDS = 150.0  # two processes that start at once, on a machine that runs other tests too
SERVICES = ("DATABASE_URL", "REDIS_URL")


class Installation(Stack):
    """A durable PostgreSQL, Redis, web processes and workers."""

    def __init__(self, settings: dict[str, str], folder: Path, mails: Mailbox) -> None:
        self.mails = mails
        self._postgres, self._redis = ExitStack(), ExitStack()
        self.folder = folder
        services = {"DATABASE_URL": self._start_postgres(), "REDIS_URL": self._start_redis(None)}
        strict = {"SOCKETS_END_WITH_TOKEN": "true"}  # so that devices must come back with other tokens
        super().__init__(settings | services | strict, folder)
        try:
            with migrating(self.settings["DATABASE_URL"]):
                flask_migrate.upgrade()
        except BaseException:
            self.close()
            raise

    def _start_postgres(self) -> str:
        return self._postgres.enter_context(private_postgres(self.folder, "metaia", durable=True))

    def _start_redis(self, port: int | None) -> str:
        return self._redis.enter_context(private_redis(self.folder, port=port))

    def restart_postgres(self, how: signal.Signals) -> None:
        """Stop PostgreSQL, with SIGQUIT as a crash does, and start it again."""
        number = (self.folder / "postgres" / "postmaster.pid").read_text().split()[0]
        psutil.Process(int(number)).send_signal(how)
        self._postgres.close()
        self._start_postgres()

    def redis_process(self) -> psutil.Process:
        """Return the process of Redis."""
        return psutil.Process(int((self.folder / "redis" / "redis.pid").read_text()))

    def lose_redis(self) -> None:
        """Kill Redis."""
        self.redis_process().kill()

    def renew_redis(self) -> None:
        """Start an empty Redis on the port of the killed one."""
        self._redis.close()
        self._start_redis(urlsplit(self.settings["REDIS_URL"]).port)

    def redis(self) -> Redis:
        """Return a client of Redis."""
        return Redis.from_url(self.settings["REDIS_URL"], socket_timeout=5)

    def webs(self, admin: Person) -> tuple[psutil.Process, list[psutil.Process]]:
        """Return the web process that leads the relay, and the others, once all of them serve."""
        reported: list[Any] = []
        deadline = time.monotonic() + READY_SECONDS
        while (found := self._webs(admin, reported)) is None:
            assert time.monotonic() < deadline, f"not one web process leads: living, leading: {reported}"
            gevent.sleep(0.1)
        return found

    def _webs(self, admin: Person, log: list[Any]) -> tuple[psutil.Process, list[psutil.Process]] | None:
        living = {child.pid: child for child in psutil.Process(self.processes[0].pid).children()}
        reported = statistics(admin)
        leading = {int(name.rpartition("-")[2]): numbers["leading"] for name, numbers in reported.items()}
        log[:] = [list(living), leading]
        here = [pid for pid in leading if pid in living]
        leaders = [pid for pid in here if leading[pid]]
        if len(leaders) != 1 or len(here) != len(living):
            return None
        return living[leaders[0]], [living[pid] for pid in here if pid != leaders[0]]

    def close(self) -> None:
        """Kill all processes, and stop the services."""
        super().close()
        self._redis.close()
        self._postgres.close()


def statistics(admin: Person) -> dict[str, Any]:
    """Return the statistics of every web process; none while they are unavailable."""
    try:
        answer = requests.get(
            f"{admin.world.url}/api/admin/websocket/stats",
            headers={"Authorization": f"Bearer {admin.token}"},
            timeout=5,
        )
    except requests.RequestException:
        return {}
    processes: dict[str, Any] = answer.json()["data"]["processes"] if answer.ok else {}
    return processes


def promote(installation: Stack, world: World) -> Person:
    """Register a person, and make them an admin in the table: registering as one is not possible."""
    person = world.person()
    installation.rows("UPDATE users SET role = 'admin' WHERE id = %s", person.id)
    login = {"email": person.user["email"], "password": PASSWORD}
    return Person(world, world.call("POST", "/api/auth/login", json=login).json()["data"])


@contextlib.contextmanager
def running_installation(environment: dict[str, str], *, webs: int = 2) -> Iterator[Installation]:
    """Give an installation whose web processes and workers run."""
    folder = Path(tempfile.mkdtemp(prefix="metaia-chaos-", dir="/tmp"))  # a socket's path must be short
    with ExitStack() as stack:
        if "CHAOS_KEEP" not in os.environ:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        mails = stack.enter_context(mailbox())
        settings = {name: value for name, value in environment.items() if name not in SERVICES}
        built = Installation(settings | {"SMTP_URL": mails.url, "METAIA_HOME": str(folder)}, folder, mails)
        stack.callback(built.close)
        built.web(WEB_CONCURRENCY=str(webs))
        built.worker()
        built.worker("critical")
        yield built
