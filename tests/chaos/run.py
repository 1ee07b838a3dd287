"""One run: who takes part, what happens to them, and how they come to rest."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent

from tests.chaos import devices, records
from tests.chaos import expectations as hearing
from tests.chaos.actions import Cast
from tests.chaos.devices import Device
from tests.chaos.faults import Faults, last_word
from tests.chaos.installation import House, promote
from tests.chaos.records import Record
from tests.support.people import World

PER_SECOND = 480.0  # events, beside those of orders
SETTLE_SECONDS = 30.0


class Run:
    """Everybody, before anything has happened."""

    def __init__(self, house: House, world: World, seed: str) -> None:
        self.house, self.seed, self.random = house, seed, random.Random(seed)
        self.diary: list[str] = []
        self.begun = time.monotonic()
        admin, tailor, courier = promote(house, world), world.person("tailor"), world.person("delivery")
        customers = [world.person() for _ in range(6)]
        self.devices = devices.of_cast(customers, tailor, courier, admin)
        joined = [f"order-{order}" for device in self.devices for order in device.follows]
        self.rooms = list(
            dict.fromkeys([*(room for device in self.devices for room in device.rooms), *joined])
        )
        self.cast = Cast(customers[2:], tailor, courier, admin, seed)
        self.said = house.folder / "said.record"

    def play(self, events: int) -> None:
        """Let everybody begin, let everything go wrong, until so many events are in the log; then let them rest."""
        programs = [self._listen("patient", self.devices[:1]), self._listen("listeners", self.devices[1:])]
        programs.append(self._talk())
        faults = Faults(self.house, self.cast.admin, programs[0], self.rooms)
        by_name = faults.all()
        with self._orders():
            for name in self.random.sample(sorted(by_name), len(by_name)):
                gevent.sleep(self.random.uniform(0.3, 1.5))
                self._note(name)
                by_name[name]()
                assert all(program.poll() is None for program in programs), "a program of the run has ended"
            while self._position() < events:
                gevent.sleep(0.2)
        programs[-1].kill()
        self._note(f"all is said: {self._position()} events")
        self._settle()
        self._send_mails()
        assert faults.worker.poll() is None, "the worker has ended by itself"

    def record(self, device: Device) -> Path:
        """Return where a device writes what it hears."""
        return self.house.folder / f"{device.name}.record"

    def read(self, device: Device) -> Record:
        """Return what a device has written."""
        return records.read(self.record(device))

    def _listen(self, name: str, those: list[Device]) -> subprocess.Popen[bytes]:
        secret = self.house.settings["JWT_SECRET_KEY"]
        plans = [device.plan(self.seed, secret, self.record(device)) for device in those]
        return self.house.program("clients", name, {"url": self.house.url, "clients": plans})

    def _talk(self) -> subprocess.Popen[bytes]:
        plan = {"seed": self.seed, "rooms": self.rooms, "record": str(self.said), "per_second": PER_SECOND}
        return self.house.program("talker", "talker", plan | {"redis": self.house.settings["REDIS_URL"]})

    @contextmanager
    def _orders(self) -> Iterator[None]:
        players = [gevent.spawn(self.cast.play) for _ in range(4)]
        try:
            yield
        finally:
            self.cast.over = True
            gevent.joinall(players, raise_error=True)

    def _note(self, what: str) -> None:
        self.diary.append(f"{time.monotonic() - self.begun:6.1f} s  {what}")

    def _position(self) -> int:
        ((position,),) = self.house.rows("SELECT position FROM log_head")
        return int(position)

    def _settle(self) -> None:
        """Wait until every client has heard the last word in its own room; who has not is found by the checker."""
        last = last_word(self.house, [device.rooms[0] for device in self.devices])
        deadline = time.monotonic() + SETTLE_SECONDS
        waiting = self.devices
        while waiting and time.monotonic() < deadline:
            gevent.sleep(0.3)
            waiting = [
                d for d in waiting if not hearing.has_heard(self.house, d, self.read(d), last[d.rooms[0]])
            ]
        self._note(f"at rest, but for {[device.name for device in waiting]}")

    def _send_mails(self) -> None:
        """Let leases and pauses be over at once, and wait until all mails are sent."""
        self.house.rows(
            "UPDATE deliveries SET updated_at = now() - interval '1 day', due_at = least(due_at, now())"
            " WHERE status IN ('queued', 'sending')"
        )
        with self.house.redis() as redis:
            redis.delete("metaia:every:metaia.notifications.jobs.reclaim")
        deadline = time.monotonic() + SETTLE_SECONDS
        while self._unsent() and time.monotonic() < deadline:
            gevent.sleep(0.2)
        self._note(f"{len(self.house.mails.mails)} mails sent, {self._unsent()} not")

    def _unsent(self) -> int:
        ((number,),) = self.house.rows(
            "SELECT (SELECT count(*) FROM notifications WHERE planned_at IS NULL)"
            " + (SELECT count(*) FROM deliveries WHERE status IN ('queued', 'sending'))"
        )
        return int(number)
