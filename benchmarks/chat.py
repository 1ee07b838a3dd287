"""Sending a message compared with accepting an order: CPU of the server in the same run; and many writers at once.

Usage: python -m benchmarks.chat [--count N] [--rounds N]. In each round COUNT orders are accepted and COUNT messages
sent over one connection; the medians of the rounds count. Then WRITERS users send into one group at the same time,
compared with a loop of the same statements on one connection of PostgreSQL.
"""

from __future__ import annotations

import argparse
import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable
from itertools import cycle
from statistics import median
from typing import Any

from benchmarks import ground as grounds
from benchmarks import meter
from benchmarks.ground import Ground, ground
from benchmarks.servers import METAIA, Running, running
from benchmarks.talks import group, talks

TALKS, WRITERS = 100, 50
_BARE = """
    WITH moved AS (
        UPDATE conversations SET version = version + 1, last_seq = last_seq + 1, updated_at = now()
        WHERE id = %(talk)s RETURNING version, last_seq
    ), sent AS (
        INSERT INTO messages (id, conversation_id, seq, changed, version, sender_id, client_id, kind, text, mentions,
            reactions, words, created_at)
        SELECT gen_random_uuid(), %(talk)s, last_seq, version, 1, %(sender)s, gen_random_uuid()::text, 'text', %(text)s,
            '{}', '[]', array_to_tsvector(ARRAY['is', 'linen', 'ready', 'shirt', 'the']), now() FROM moved
    ) INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'bench', 'chat.message', json_build_object('text', repeat('x', 700)), '{}', now()
    FROM moved
"""
_WITHOUT_GAPS = """
    SELECT count(*) = max(seq) FROM messages JOIN conversations ON conversations.id = conversation_id
    WHERE conversations.kind = 'group'
"""
TEXT = "Is the linen shirt ready?"


class Client:
    """One connection of one user."""

    def __init__(self, port: int, token: str) -> None:
        self._wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: dict[str, Any]) -> None:
        """Send a request. Raises RuntimeError unless it succeeds."""
        self._wire.request(method, path, json.dumps(body), self._headers)
        answer = self._wire.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{answer.status} {text[:300]!r}")

    def send(self, talk: str) -> None:
        """Send a message."""
        body = {"clientMessageId": str(uuid.uuid4()), "text": TEXT}
        self.call("POST", f"/api/chat/conversations/{talk}/messages", body)


def measured(shared: Ground, server: Running, work: Callable[[], object], count: int) -> tuple[float, float]:
    """Return the CPU time of the server and of PostgreSQL for one of `count` requests, in ms."""
    shared.settled()
    postgres = meter.tree(shared.postgres)
    before, database = server.cpu(), meter.cpu_seconds(postgres)
    work()
    shared.settled()
    return (server.cpu() - before) / count * 1e3, (meter.cpu_seconds(postgres) - database) / count * 1e3


def compare(shared: Ground, server: Running, count: int, rounds: int) -> None:
    """Print the CPU time of accepting and of sending, and their ratio."""
    client, ids = (
        Client(server.port, grounds.token(shared.partner, "tailor")),
        cycle(talks(shared, shared.customers[:TALKS])),
    )

    def accept(orders: list[str]) -> None:
        for order in orders:
            client.call("PATCH", f"/api/orders/{order}/accept", {"estimatedTime": 45})

    def send() -> None:
        for _ in range(count):
            client.send(next(ids))

    seen: dict[str, list[tuple[float, float]]] = {"accept": [], "send": []}
    for number in range(rounds + 1):
        orders = shared.orders(count)
        accepted = measured(shared, server, lambda orders=orders: accept(orders), count)  # type: ignore[misc]
        sent = measured(shared, server, send, count)
        if number:  # the first one warms up
            seen["accept"].append(accepted)
            seen["send"].append(sent)
    middle = {
        name: (median(one for one, _ in each), median(two for _, two in each)) for name, each in seen.items()
    }
    for name, (cpu, database) in middle.items():
        print(f"{name}: {cpu:.2f} ms of the server, {database:.2f} ms of PostgreSQL", flush=True)
    print(f"send ÷ accept: {middle['send'][0] / middle['accept'][0]:.2f} (at most 1.3)", flush=True)


def crowd(shared: Ground, server: Running, count: int) -> None:
    """Print the messages a second of WRITERS users: in conversations of their own, in one group, and by a bare loop."""
    each = max(1, count // WRITERS)
    own, talk = (
        talks(shared, shared.customers[TALKS : TALKS + WRITERS]),
        group(shared, shared.customers[:WRITERS]),
    )
    spread = _at_once(server, each, dict(zip(shared.customers[TALKS:], own, strict=False)))
    together = _at_once(server, each, dict.fromkeys(shared.customers[:WRITERS], talk))
    sent = shared.value(_WITHOUT_GAPS)
    began = time.perf_counter()
    values = {"talk": talk, "sender": shared.customers[0], "text": TEXT}
    for _ in range(each * WRITERS):
        shared.database.execute(_BARE, values)
    bare = each * WRITERS / (time.perf_counter() - began)
    shared.database.execute("DELETE FROM outbox WHERE kind = 'bench'")
    print(f"{WRITERS} writers in {WRITERS} conversations: {spread:.0f} messages/s", flush=True)
    print(f"{WRITERS} writers in one group: {together:.0f} messages/s, without gaps: {sent}", flush=True)
    print(f"a bare loop: {bare:.0f}/s; ratio {together / bare:.2f} (at least 0.7)", flush=True)


def _at_once(server: Running, each: int, wheres: dict[str, str]) -> float:
    """Return the messages a second when each user sends `each` messages to a conversation."""

    def write(person: str, talk: str) -> None:
        client = Client(server.port, grounds.token(person))
        for _ in range(each):
            client.send(talk)

    threads = [threading.Thread(target=write, args=where) for where in wheres.items()]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return each * len(threads) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with ground(durable=True) as shared, running(METAIA, shared) as server:
        compare(shared, server, options.count, options.rounds)
        crowd(shared, server, options.count * 4)


if __name__ == "__main__":
    main()
