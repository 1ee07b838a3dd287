"""Clients in a process of their own: `python -m tests.chaos.clients plan.json`.

Each client writes every event into its record, and resumes from its cursor whenever it is disconnected. It trusts the
server: it neither sorts nor drops events. `records.py` describes the lines of a record.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections import deque  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import closing  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402

from tests.chaos.kinds import Outgoing  # noqa: E402
from tests.chaos.tokens import Ending, Lasting  # noqa: E402
from tests.chaos.transports import FAILURES, TRANSPORTS  # noqa: E402


class Client:
    """One person's device."""

    def __init__(self, url: str, plan: dict[str, Any]) -> None:
        self.url, self.plan, self.cursor = url, plan, plan["cursor"]
        self.tokens = Ending(url, **plan["ending"]) if plan["ending"] else Lasting(plan["token"])
        self.random = random.Random(plan["seed"])
        self.record = Path(plan["record"]).open("w", buffering=1)  # noqa: SIM115 - until the process is killed
        self.asks: Outgoing = deque()

    def run(self) -> None:
        """Listen, for ever."""
        for kind in self.kinds():
            try:
                if self.tokens.ends <= time.time():
                    self.tokens.refresh()
                why = self.listen(kind)
            except FAILURES as error:
                why = f"{type(error).__name__}: {error}"
            self.record.write(f"cut {kind} {why[:150]!r}\n")
            gevent.sleep(self.random.uniform(0, 0.4))

    def kinds(self) -> Iterator[str]:
        """Give the kinds of connection in random order, each as often as the others."""
        while True:
            yield from self.random.sample(self.plan["kinds"], len(self.plan["kinds"]))

    def listen(self, kind: str) -> str:
        """Listen until disconnected, or for a random time; return why it ended."""
        until = time.monotonic() + self.random.expovariate(1 / self.plan["stays"])
        self.asks = deque()
        with closing(TRANSPORTS[kind](self.url, self.tokens.token, self.cursor, self.asks)) as received:  # type: ignore[type-var]
            for message in received:
                if message is not None:
                    self.apply(*message)
                    if self.plan["pause"]:
                        gevent.sleep(self.plan["pause"])
                self.renew()
                if time.monotonic() > until:
                    return "on purpose"
        return "the end"

    def renew(self) -> None:
        """Refresh the token after half its life, if this device does so while it is connected."""
        if self.plan["renews"] and self.tokens.ends - time.time() < self.plan["ending"]["seconds"] / 2:
            self.tokens.refresh()
            self.asks.append(("auth:refresh", self.tokens.token))

    def apply(self, name: str, data: dict[str, Any]) -> None:
        """Write an event into the record, then move the cursor."""
        if name == "answer":
            self.answered(data)
        elif (cursor := data.get("cursor")) is not None:  # without a cursor, the event is not from the log
            if name != "sync":
                self.record.write(f"event {cursor.rpartition('.')[2]} {data['eventId']}\n")
            elif data["resync"]:
                self.record.write("resync\n")
            elif data.get("complete"):
                for order in self.plan["follows"]:
                    self.record.write(f"asked order-{order}\n")
                    self.asks.append(("join_order_room", order))
            if self.cursor is None:
                self.record.write(f"start {cursor}\n")
            self.cursor = cursor

    def answered(self, answer: dict[str, Any]) -> None:
        """Write a granted request into the record; repeat a refused one."""
        if not answer["ok"]:
            self.record.write(f"refused {answer['name']} {answer['error']['code']}\n")
            gevent.spawn_later(1, self.asks.append, (answer["name"], answer["given"]))
        elif answer["name"] == "auth:refresh":
            self.record.write("renewed\n")
        else:
            self.record.write(f"joined {answer['data']['room']}\n")


class TimingPage(Client):
    """An admin's page in Timing's format, which has no cursors: each connection starts from the page's first cursor."""

    def apply(self, name: str, data: dict[str, Any]) -> None:
        """Write the step of the order into the record."""
        order = data["order"]
        status = order["order_status"] if "status" in data else None
        self.record.write(f"step {name} {order['id']} {order['version']} {status}\n")


if __name__ == "__main__":
    planned = json.loads(Path(sys.argv[1]).read_text())
    kinds = {"client": Client, "timing": TimingPage}
    devices = [kinds[plan["what"]](planned["url"], plan) for plan in planned["clients"]]
    gevent.joinall([gevent.spawn(device.run) for device in devices], raise_error=True)
