"""The faults of a run. Each is over when its function returns."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any, LiteralString

import gevent
import psutil
import psycopg

from tests.chaos.installation import Installation
from tests.e2e.stack import kill
from tests.support.people import Person

LONG = 3_000  # characters
COMMIT: LiteralString = """
    WITH committed AS (
        INSERT INTO chaos_committed (id, rooms)
        SELECT gen_random_uuid(), %(room)s FROM generate_series(1, %(count)s) RETURNING id
    )
    INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'event', 'notification.created',
           json_build_object('id', id, 'type', 'test', 'title', 'A test', 'message', repeat('x', %(size)s),
                             'data', json_build_object(), 'actions', json_build_array(), 'createdAt', now()),
           ARRAY[%(room)s], clock_timestamp() FROM committed RETURNING payload ->> 'id'"""


class Faults:
    """All faults, by name."""

    def __init__(
        self, installation: Installation, admin: Person, frozen_client: Any, rooms: list[str]
    ) -> None:
        self.installation, self.admin = installation, admin
        self.frozen_client: psutil.Process = psutil.Process(frozen_client.pid)  # a process with one client
        self.rooms = rooms  # the first one is that of the frozen client
        self.worker = installation.processes[1]

    def all(self) -> dict[str, Callable[[], None]]:
        """Return the faults by name."""
        return {name[3:]: getattr(self, name) for name in dir(self) if name.startswith("do_")}

    def do_kill_leader(self) -> None:
        self.installation.webs(self.admin)[0].kill()

    def do_kill_other_web(self) -> None:
        self.installation.webs(self.admin)[1][0].kill()

    def do_kill_both_webs(self) -> None:
        leader, others = self.installation.webs(self.admin)
        for process in (leader, *others):
            process.kill()

    def do_freeze_leader(self) -> None:
        leader, _ = self.installation.webs(self.admin)
        leader.suspend()
        gevent.sleep(3.5)  # others take the lead after two
        leader.resume()

    def do_kill_worker(self) -> None:
        kill(self.worker)
        self.worker = self.installation.worker()

    def do_kill_redis(self) -> None:
        self.installation.lose_redis()
        gevent.sleep(1.5)
        self.installation.renew_redis()

    def do_freeze_redis(self) -> None:
        redis = self.installation.redis_process()
        redis.suspend()
        gevent.sleep(2.5)
        redis.resume()

    def do_kill_subscribers(self) -> None:
        with self.installation.redis() as redis:
            for _ in range(5):
                redis.client_kill_filter(_type="pubsub")
                gevent.sleep(0.3)

    def do_empty_redis(self) -> None:
        with self.installation.redis() as redis:
            redis.flushall()

    def do_restart_postgres(self) -> None:
        self.installation.restart_postgres(signal.SIGINT)

    def do_crash_postgres(self) -> None:
        self.installation.restart_postgres(signal.SIGQUIT)

    def do_cut_database_connections(self) -> None:
        self.installation.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                        " AND backend_type = 'client backend'")  # fmt: skip

    def do_hold_transaction(self) -> None:
        """Ids are assigned before the commit, so other transactions with higher ids commit before this one."""
        with psycopg.connect(self.installation.settings["DATABASE_URL"]) as connection:
            for room in self.rooms:
                connection.execute(COMMIT, {"room": room, "count": 3, "size": 10})
            gevent.sleep(2.5)

    def do_freeze_client(self) -> None:
        """While the client is suspended, send it more than its connection buffers."""
        self.frozen_client.suspend()
        with psycopg.connect(self.installation.settings["DATABASE_URL"], autocommit=True) as connection:
            for _ in range(10):
                connection.execute(COMMIT, {"room": self.rooms[0], "count": 200, "size": LONG})
                gevent.sleep(0.1)
        gevent.sleep(1)
        self.frozen_client.resume()


def commit_last_events(installation: Installation, rooms: list[str]) -> dict[str, str]:
    """Commit one more event in each room; return its id by room."""
    with psycopg.connect(installation.settings["DATABASE_URL"], autocommit=True) as connection:
        committed = {}
        for room in rooms:
            row = connection.execute(COMMIT, {"room": room, "count": 1, "size": 10}).fetchone()
            committed[room] = row[0] if row else ""
    return committed
