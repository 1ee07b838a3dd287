"""What goes wrong. Each fault is over when its function returns."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any, LiteralString

import gevent
import psutil
import psycopg

from tests.chaos.installation import House
from tests.e2e.stack import kill
from tests.support.people import Person

FAT = 3_000  # characters
SAY: LiteralString = """
    WITH said AS (
        INSERT INTO chaos_said (id, rooms)
        SELECT gen_random_uuid(), %(room)s FROM generate_series(1, %(count)s) RETURNING id
    )
    INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'event', 'notification.created',
           json_build_object('id', id, 'type', 'test', 'title', 'A test', 'message', repeat('x', %(size)s),
                             'data', json_build_object(), 'actions', json_build_array(), 'createdAt', now()),
           ARRAY[%(room)s], clock_timestamp() FROM said RETURNING payload ->> 'id'"""


class Faults:
    """All of them, by name."""

    def __init__(self, house: House, admin: Person, patient: Any, rooms: list[str]) -> None:
        self.house, self.admin = house, admin
        self.patient: psutil.Process = psutil.Process(patient.pid)  # a process with one client
        self.rooms = rooms  # the first one is the patient's
        self.worker = house.processes[1]

    def all(self) -> dict[str, Callable[[], None]]:
        """Return the faults by name."""
        return {name[3:]: getattr(self, name) for name in dir(self) if name.startswith("do_")}

    def do_kill_leader(self) -> None:
        self.house.webs(self.admin)[0].kill()

    def do_kill_other_web(self) -> None:
        self.house.webs(self.admin)[1][0].kill()

    def do_kill_both_webs(self) -> None:
        leader, others = self.house.webs(self.admin)
        for process in (leader, *others):
            process.kill()

    def do_freeze_leader(self) -> None:
        leader, _ = self.house.webs(self.admin)
        leader.suspend()
        gevent.sleep(3.5)  # others take the lead after two
        leader.resume()

    def do_kill_worker(self) -> None:
        kill(self.worker)
        self.worker = self.house.worker()

    def do_kill_redis(self) -> None:
        self.house.lose_redis()
        gevent.sleep(1.5)
        self.house.renew_redis()

    def do_freeze_redis(self) -> None:
        redis = self.house.redis_process()
        redis.suspend()
        gevent.sleep(2.5)
        redis.resume()

    def do_kill_subscribers(self) -> None:
        with self.house.redis() as redis:
            for _ in range(5):
                redis.client_kill_filter(_type="pubsub")
                gevent.sleep(0.3)

    def do_empty_redis(self) -> None:
        with self.house.redis() as redis:
            redis.flushall()

    def do_restart_postgres(self) -> None:
        self.house.restart_postgres(signal.SIGINT)

    def do_crash_postgres(self) -> None:
        self.house.restart_postgres(signal.SIGQUIT)

    def do_cut_database_connections(self) -> None:
        self.house.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                        " AND backend_type = 'client backend'")  # fmt: skip

    def do_hold_transaction(self) -> None:
        """Ids are handed out before the commit: these are lower than those of others that commit first."""
        with psycopg.connect(self.house.settings["DATABASE_URL"]) as connection:
            for room in self.rooms:
                connection.execute(SAY, {"room": room, "count": 3, "size": 10})
            gevent.sleep(2.5)

    def do_freeze_client(self) -> None:
        """And tell it more than its connection holds."""
        self.patient.suspend()
        with psycopg.connect(self.house.settings["DATABASE_URL"], autocommit=True) as connection:
            for _ in range(10):
                connection.execute(SAY, {"room": self.rooms[0], "count": 200, "size": FAT})
                gevent.sleep(0.1)
        gevent.sleep(1)
        self.patient.resume()


def last_word(house: House, rooms: list[str]) -> dict[str, str]:
    """Say one more thing in each room; return its id by room."""
    with psycopg.connect(house.settings["DATABASE_URL"], autocommit=True) as connection:
        said = {}
        for room in rooms:
            row = connection.execute(SAY, {"room": room, "count": 1, "size": 10}).fetchone()
            said[room] = row[0] if row else ""
    return said
