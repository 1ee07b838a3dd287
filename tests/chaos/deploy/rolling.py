"""A rolling deployment of two web processes and a worker, from release N to N+1, while clients and requests go on."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any, LiteralString

import gevent
import requests

from metaia.dev.process_registry import free_port
from tests.chaos.deploy.load import Load
from tests.chaos.deploy.plan import Plan, Result
from tests.chaos.deploy.usage import Usage
from tests.e2e.stack import ROOT, Stack
from tests.support.people import Person, World

NUMBERS_PER_SECOND, FUTURE_PER_SECOND = 4.0, 2.0
LAST = 1_000_000  # the number that ends the clients
PEOPLE, CUSTOMERS = 40, 10
PATIENCE = 90.0  # seconds for each step, on a busy machine
READY = "/api/system/health/ready"
EVENT: LiteralString = """
    INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'event', %s,
           json_build_object('id', gen_random_uuid(), 'type', 'test', 'title', 'A test', 'message', '',
                             'data', json_build_object('number', %s::int), 'actions', json_build_array(),
                             'createdAt', now()),
           ARRAY[%s], clock_timestamp()"""
JOB: LiteralString = """
    INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'job', 'tests.chaos.deploy.next_release.arrive',
           json_build_object('number', %s::int), ARRAY[]::text[], clock_timestamp()"""
LOGGED: LiteralString = """
    SELECT (payload -> 'data' ->> 'number')::int FROM event_log JOIN event_audience USING (position, day)
    WHERE room = ANY(%s) AND type IN ('notification.created', 'future.happened') ORDER BY position"""


class Rolling:
    """One deployment."""

    def __init__(self, own: Stack, plan: Plan) -> None:
        self.own, self.plan, self.result = own, plan, Result()
        self.numbers, self.future, self.over = 0, 0, False
        self.record = own.folder / "swarm.record"
        own.rows("CREATE TABLE arrived (number int)")

    def play(self) -> Result:
        """Run it, and return what happened."""
        *ports, self.directory = (free_port() for _ in range(5))
        old = [self._web(f"old-{number}", ports[number], next_release=False) for number in (0, 1)]
        self.own.root = self.plan.root
        worker, _ = (self.own.worker(queue) for queue in ("default", "critical"))
        self.own.root = ROOT
        balanced = {"port": self.own.port, "directory": self.directory, "backends": ports}
        self.own.program("deploy.balancer", "balancer", balanced)
        wait(lambda: _is_ready(self.own.port), "the balancer serves")
        with World(self.own.url) as world:
            people = [world.person() for _ in range(PEOPLE)]
            customers = [world.person() for _ in range(CUSTOMERS)]
            load = Load(customers, world.person("tailor"), self.plan.per_second)
            self._start_swarm(people)
            wait(lambda: self._reported("in"), "all clients are connected")
            acting: list[gevent.Greenlet[..., None]] = [gevent.spawn(load.run), gevent.spawn(self._count)]
            usage = Usage(self.own)
            gevent.sleep(2)
            stops = []
            for number, process in enumerate(old):
                self._web(f"new-{number}", ports[2 + number], next_release=True)
                if number == 0:
                    acting.append(gevent.spawn(self._happen, people[0]))
                gevent.sleep(2)
                stops.append((time.time(), self._stop(process)))
            self.own._start("new-worker", "-m", "tests.chaos.deploy.next_worker", RELEASE="next")
            self._stop(worker)
            gevent.sleep(2)
            self.over = load.over = True
            gevent.joinall(acting, raise_error=True)
            self.result.usage = usage.stop()
            self.own.rows(EVENT, "notification.created", LAST, "customer-room")
            self._judge(load, people, stops)
        return self.result

    def _web(self, name: str, port: int, *, next_release: bool) -> subprocess.Popen[bytes]:
        module = "tests.chaos.deploy.next_web:app" if next_release else "wsgi:app"
        self.own.root = ROOT if next_release else self.plan.root
        process = self.own._start(
            name,
            *("-m", "gunicorn", "-c", "gunicorn.conf.py", module),
            PORT=str(port),
            RELEASE="next" if next_release else "",
            DRAIN_NOTICE=str(self.plan.notice),
            DRAIN_SECONDS=str(self.plan.seconds),
        )
        self.own.root = ROOT
        wait(lambda: _is_ready(port), f"{name} is ready")
        return process

    def _stop(self, process: subprocess.Popen[bytes]) -> float:
        """Stop a process as platforms do, and return when it has ended."""
        process.send_signal(signal.SIGTERM)
        wait(lambda: process.poll() is not None, "it ends")
        assert process.returncode == 0
        return time.time()

    def _start_swarm(self, people: list[Person]) -> None:
        plan = {"url": self.own.url, "directory": self.directory, "size": self.plan.clients, "last": LAST}
        plan |= {"record": str(self.record), "tokens": [person.token for person in people]}
        self.own.program("client_swarm", "client_swarm", plan)

    def _count(self) -> None:
        """Record numbered events for all clients, until it is over."""
        while not self.over:
            self.numbers += 1
            self.own.rows(EVENT, "notification.created", self.numbers, "customer-room")
            gevent.sleep(1 / NUMBERS_PER_SECOND)

    def _happen(self, person: Person) -> None:
        """Record events and jobs of release N+1 for one person, as its processes do, until it is over."""
        while not self.over:
            self.future += 1
            self.own.rows(EVENT, "future.happened", 10_000 + self.future, f"user-{person.id}")
            self.own.rows(JOB, self.future)
            self.result.jobs_due.append(self.future)
            gevent.sleep(1 / FUTURE_PER_SECOND)

    def _reported(self, word: str) -> str | None:
        lines = self.record.read_text().splitlines() if self.record.exists() else []
        return next((line.partition(" ")[2] for line in lines if line.startswith(f"{word} ")), None)

    def _judge(self, load: Load, people: list[Person], stops: list[tuple[float, float]]) -> None:
        own, result = self.own, self.result
        result.received = json.loads(wait(lambda: self._reported("received"), "all clients have all events"))
        ends = json.loads(self._reported("ends") or "[]")
        for begun, ended in stops:
            during = [end for end in ends if begun < end <= ended + 0.5]
            result.spreads.append(round((max(during) - min(during)) / self.plan.seconds, 2))
        wait(lambda: len(self._arrived()) >= len(result.jobs_due), "all jobs have run")
        wait(lambda: not self._unsent(), "all notifications are sent")
        result.jobs_done, result.unsent = self._arrived(), self._unsent()
        result.answers, result.slowest = dict(load.answers), load.slowest
        ((stored,),) = own.rows("SELECT count(*) FROM orders")
        result.orders = len(load.placed), stored
        first = self.plan.clients // PEOPLE + (self.plan.clients % PEOPLE > 0)  # clients of people[0]
        for rooms, count in (
            (["customer-room"], self.plan.clients - first),
            (["customer-room", f"user-{people[0].id}"], first),
        ):
            logged = [row[0] for row in own.rows(LOGGED, rooms)]
            result.expected[json.dumps([logged, 0])] = count

    def _arrived(self) -> list[int]:
        return sorted(row[0] for row in self.own.rows("SELECT number FROM arrived"))

    def _unsent(self) -> int:
        ((number,),) = self.own.rows("SELECT count(*) FROM notifications WHERE planned_at IS NULL")
        return int(number)


def _is_ready(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}{READY}", timeout=5).ok
    except requests.RequestException:
        return False


def wait(true: Callable[[], Any], what: str) -> Any:
    """Return what `true()` returns, once it is true."""
    with gevent.Timeout(PATIENCE, AssertionError(f"waited in vain: {what}")):
        while not (found := true()):
            gevent.sleep(0.1)
    return found
