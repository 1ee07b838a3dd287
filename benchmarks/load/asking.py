"""Plain requests, each as soon as one before is answered."""

from __future__ import annotations

from array import array
from time import monotonic
from typing import Any

from benchmarks.load import wire
from benchmarks.load.clients import HttpClient
from benchmarks.load.hub import Hub
from benchmarks.load.seen import Clock, Seen, summary


def repeated(
    hub: Hub,
    port: int,
    method: str,
    path: str | list[str],
    token: str | None,
    count: int,
    connections: int,
    body: Any = None,
    known: str | None = None,
) -> Seen:
    """Send the same request, or those of a list in turn, `count` times over `connections` connections."""
    paths = [path] if isinstance(path, str) else path
    requests = [wire.request(method, each, body, token, known) for each in paths]
    clients = [HttpClient(hub, port) for _ in range(connections)]
    answers, clock, sent = array("d"), Clock(), 0

    def send(client: HttpClient) -> None:
        nonlocal sent
        if sent >= count:
            return
        request = requests[sent % len(requests)]
        sent += 1
        begun = monotonic()

        def answered(_: int) -> None:
            answers.append(monotonic() - begun)
            send(client)

        client.ask(request, answered)

    for client in clients:
        send(client)
    try:
        hub.run(lambda: len(answers) >= count, 120, what=f"only {len(answers)} answers")
    finally:
        for client in clients:
            client.close()
    return clock.seen() | {"answer": summary(answers)}
