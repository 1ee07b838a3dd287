"""The scenarios. Each gets a new server and load generator, and returns numbers by name."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import acting
from benchmarks import ground as grounds
from benchmarks.bench import Bench, Numbers
from benchmarks.servers import ALL, METAIA, NODE, Kind


@dataclass(frozen=True)
class Scenario:
    """A letter, a title, the participating servers, and the function that runs it."""

    letter: str
    title: str
    kinds: tuple[Kind, ...]
    run: Callable[[Bench], Numbers]


def one_at_a_time(bench: Bench) -> Numbers:
    return _fanout_to(bench, times=bench.size.events, burst=1)


def bursts(bench: Bench) -> Numbers:
    return _fanout_to(bench, times=bench.size.bursts, burst=20)


def connections(bench: Bench) -> Numbers:
    empty, numbers, there = bench.server.memory_kb(), {}, 0
    for crowd in (bench.size.clients, 5 * bench.size.clients):
        tokens = [grounds.token(user) for user in grounds.new_ids(crowd - there)]
        before = bench.server.cpu()
        seen = bench.connect(tokens)
        cpu = bench.server.cpu() - before
        time.sleep(1)
        memory = bench.server.memory_kb() - empty
        numbers[f"cpu_ms_{crowd}"] = 1e3 * cpu / len(tokens)
        numbers[f"kb_{crowd}"] = memory / crowd
        numbers[f"per_s_{crowd}"] = len(tokens) / seen["seconds"]
        numbers["load_cpu"] = seen["load_cpu"]
        there = crowd
    return numbers | {"empty_mb": empty / 1024}


def replay(bench: Bench) -> Numbers:
    ground, size, port = bench.ground, bench.size, bench.server.port
    each, people = size.backlog // size.clients, ground.customers[: size.clients]
    (order,) = ground.orders(1)
    cursor = ground.cursor()
    _record(bench, people, each)
    logins = [{"token": grounds.token(person), "cursor": cursor} for person in people]
    get = {"path": f"/api/orders/{order}", "token": grounds.token(ground.partner, "tailor"), "every": 0.02}
    before = bench.server.cpu()
    seen = bench.load.do("replay", port=port, logins=logins, each=each, get=get)
    cpu = bench.server.cpu() - before
    return {
        "seconds": seen["seconds"],
        "events_s": seen["deliveries"] / seen["seconds"],
        "cpu_us": 1e6 * cpu / seen["deliveries"],
        "read_p50_before": seen["read_before"]["p50"],
        "read_p50": seen["read_meanwhile"]["p50"],
        "read_p99": seen["read_meanwhile"]["p99"],
        "read_worst": seen["read_meanwhile"]["worst"],
        "reads": seen["read_meanwhile"]["n"],
        "reads_refused": seen["refused"],
        "dropped": seen["dropped"],
        "load_cpu": seen["load_cpu"],
    }


def crowds(bench: Bench) -> Numbers:
    (user,) = grounds.new_ids(1)
    token, there, numbers = grounds.token(user), 0, {}
    for times in bench.size.crowds:
        crowd = int(bench.size.clients * times)
        bench.connect([token] * (crowd - there))
        there = crowd
        events = max(15, bench.size.deliveries // crowd)
        _emit(bench, user, crowd, events // 10 + 2, 1)
        seen, cpu = _emit(bench, user, crowd, events, 1)
        numbers[f"cpu_us_{crowd}"] = 1e6 * cpu
        numbers[f"p99_{crowd}"] = seen["latency"]["p99"]
        numbers["load_cpu"] = max(numbers.get("load_cpu", 0), seen["load_cpu"])
    return numbers


def _fanout_to(bench: Bench, *, times: int, burst: int) -> Numbers:
    (user,) = grounds.new_ids(1)
    bench.connect([grounds.token(user)] * bench.size.clients)
    _emit(bench, user, bench.size.clients, times // 5 + 2, burst)  # warm up
    seen, cpu = _emit(bench, user, bench.size.clients, times, burst)
    latency = {name: seen["latency"][name] for name in ("p50", "p95", "p99", "worst")}
    rate = {"deliveries_s": seen["deliveries"] / seen["seconds"], "load_cpu": seen["load_cpu"]}
    return {"cpu_us": 1e6 * cpu, **latency, **rate}


def _emit(bench: Bench, user: str, clients: int, times: int, burst: int) -> tuple[dict[str, Any], float]:
    body = {"count": burst, "room": f"user-{user}", "payload": _payload(bench.server.kind)}
    expect = clients * burst
    return bench.measured(
        "fanout", times * expect, trigger=bench.server.trigger, body=body, times=times, expect=expect
    )


def _payload(kind: Kind) -> dict[str, Any]:
    """Return an event of 260 bytes, for the peers with the id and cursor that METAIA adds itself."""
    (one,) = grounds.new_ids(1)
    payload = {
        "id": one,
        "type": "order_accepted",
        "title": "Order accepted",
        "message": "Your order M100001 was accepted.",
        "data": {},
        "actions": [],
        "createdAt": "2025-01-01T00:00:00.000000Z",
    }
    return payload if kind is METAIA else payload | {"eventId": one, "cursor": "0123456789abcdef.1000"}


def _record(bench: Bench, people: list[str], each: int) -> None:
    """Append `each` events to the log for each of `people`, while none of them is connected."""
    rooms = [f"user-{person}" for person in people]
    body = {"count": 1, "rooms": rooms, "room": "", "payload": _payload(METAIA)}
    bench.load.do("fanout", trigger=bench.server.trigger, body=body | {"count": 1}, times=each, expect=0)
    bench.ground.settled()


SCENARIOS = (
    Scenario("a", "One event at a time to a room", ALL, one_at_a_time),
    Scenario("b", "Bursts of 20 events to a room", ALL, bursts),
    Scenario("c", "The action: PATCH accept → event at the customer", (METAIA, NODE), acting.action),
    Scenario("d", "Connecting, and what a connection costs", ALL, connections),
    Scenario("e", "Replay to clients that come back at once", (METAIA,), replay),
    Scenario("f", "One event at a time to crowds of different size", (METAIA, NODE), crowds),
    Scenario("g", "The action at 50 a second while 20 people a second log in", (METAIA,), acting.logins),
    Scenario("h", "GET /api/orders/{id}, and POST /api/orders", (METAIA,), acting.requests),
)
