"""One run: its users and clients, the faults, and the wait for all clients to catch up."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent

from tests.chaos import devices, expectations, records
from tests.chaos.actions import Actors
from tests.chaos.devices import Device
from tests.chaos.faults import Faults, commit_last_events
from tests.chaos.installation import Installation, promote
from tests.chaos.records import Record
from tests.support.people import World

PER_SECOND = 480.0  # events, in addition to those of orders
# Seconds in which no client has received anything new, after which those that still miss something are not waited for:
# a busy machine makes them slow, and a lost event makes them stand still.
STANDSTILL = 60.0
MAIL_SECONDS = 180.0


class Run:
    """A run that has not started yet."""

    def __init__(self, installation: Installation, world: World, seed: str) -> None:
        self.installation, self.seed, self.random = installation, seed, random.Random(seed)
        self.log: list[str] = []
        self.begun = time.monotonic()
        admin, tailor, courier = (
            promote(installation, world),
            world.person("tailor"),
            world.person("delivery"),
        )
        customers = [world.person() for _ in range(6)]
        self.devices = devices.of_actors(customers, tailor, courier, admin)
        joined = [f"order-{order}" for device in self.devices for order in device.follows]
        self.rooms = list(
            dict.fromkeys([*(room for device in self.devices for room in device.rooms), *joined])
        )
        self.actors = Actors(customers[2:], tailor, courier, admin, seed)
        self.committed = installation.folder / "committed.record"

    def play(self, events: int) -> None:
        """Start all programs and cause all faults until `events` events are in the log; then wait for the clients."""
        programs = [
            self._start_clients("frozen", self.devices[:1]),
            self._start_clients("listeners", self.devices[1:]),
        ]
        programs.append(self._start_event_source())
        faults = Faults(self.installation, self.actors.admin, programs[0], self.rooms)
        by_name = faults.all()
        with self._orders():
            for name in self.random.sample(sorted(by_name), len(by_name)):
                gevent.sleep(self.random.uniform(0.3, 1.5))
                self._log(name)
                by_name[name]()
                assert all(program.poll() is None for program in programs), "a program of the run has ended"
            while self._position() < events:
                gevent.sleep(0.2)
        programs[-1].kill()
        self._log(f"all events are committed: {self._position()} events")
        self._settle()
        self._send_mails()
        assert faults.worker.poll() is None, "the worker has ended by itself"

    def record(self, device: Device) -> Path:
        """Return the path of a device's record."""
        return self.installation.folder / f"{device.name}.record"

    def read(self, device: Device) -> Record:
        """Return the record of a device."""
        return records.read(self.record(device))

    def _start_clients(self, name: str, chosen: list[Device]) -> subprocess.Popen[bytes]:
        secret = self.installation.settings["JWT_SECRET_KEY"]
        plans = [device.plan(self.seed, secret, self.record(device)) for device in chosen]
        return self.installation.program("clients", name, {"url": self.installation.url, "clients": plans})

    def _start_event_source(self) -> subprocess.Popen[bytes]:
        plan = {
            "seed": self.seed,
            "rooms": self.rooms,
            "record": str(self.committed),
            "per_second": PER_SECOND,
        }
        return self.installation.program(
            "event_source", "event_source", plan | {"redis": self.installation.settings["REDIS_URL"]}
        )

    @contextmanager
    def _orders(self) -> Iterator[None]:
        players = [gevent.spawn(self.actors.play) for _ in range(4)]
        try:
            yield
        finally:
            self.actors.over = True
            gevent.joinall(players, raise_error=True)

    def _log(self, what: str) -> None:
        self.log.append(f"{time.monotonic() - self.begun:6.1f} s  {what}")

    def _position(self) -> int:
        ((position,),) = self.installation.rows("SELECT position FROM log_head")
        return int(position)

    def _settle(self) -> None:
        """Wait until every client has received a last event in its own room, or none receives any more.

        The checker reports all others.
        """
        last = commit_last_events(self.installation, [device.rooms[0] for device in self.devices])
        progress: dict[str, int] = {}
        seen, waiting = time.monotonic(), self.devices
        while waiting and time.monotonic() - seen < STANDSTILL:
            gevent.sleep(1)
            ends = expectations.logged(self.installation, last)
            records = {device.name: self.read(device) for device in waiting}
            now = {name: record.progress for name, record in records.items()} | {"log": self._position()}
            if now != progress:
                progress, seen = now, time.monotonic()
            waiting = [
                device
                for device in waiting
                if not expectations.has_received(
                    self.installation, device, records[device.name], ends.get(device.rooms[0])
                )
            ]
        self._log(f"all caught up except {[device.name for device in waiting]}")

    def _send_mails(self) -> None:
        """Let leases and pauses expire at once, and wait until all mails are sent."""
        self.installation.rows(
            "UPDATE deliveries SET updated_at = now() - interval '1 day', due_at = least(due_at, now())"
            " WHERE status IN ('queued', 'sending')"
        )
        with self.installation.redis() as redis:
            redis.delete("metaia:every:metaia.notifications.jobs.reclaim")
        deadline = time.monotonic() + MAIL_SECONDS
        while self._unsent() and time.monotonic() < deadline:
            gevent.sleep(0.2)
        self._log(f"{len(self.installation.mails.mails)} mails sent, {self._unsent()} not")

    def _unsent(self) -> int:
        ((number,),) = self.installation.rows(
            "SELECT (SELECT count(*) FROM notifications WHERE planned_at IS NULL)"
            " + (SELECT count(*) FROM deliveries WHERE status IN ('queued', 'sending'))"
        )
        return int(number)
