"""Scenarios of actions and plain requests."""

from __future__ import annotations

from benchmarks import ground as grounds
from benchmarks import meter
from benchmarks.bench import Bench, Numbers


def action(bench: Bench) -> Numbers:
    size, ground, port = bench.size, bench.ground, bench.server.port
    partner = grounds.token(ground.partner, "tailor")
    bench.connect([grounds.token(customer) for customer in ground.customers])
    bench.load.do(
        "throughput", port=port, token=partner, orders=ground.orders(500), connections=16
    )  # warm up
    numbers: Numbers = {}
    for rate in (50, 200):
        count = int(rate * size.seconds)
        seen = bench.load.do("actions", port=port, token=partner, orders=ground.orders(count), rate=rate)
        numbers |= {f"{name}_at_{rate}": seen["latency"][name] for name in ("p50", "p95", "p99", "worst")}
        bench.settle()
    orders, database = ground.orders(size.actions), meter.cpu_seconds(bench.server.postgres)
    bench.server.postgres[:] = meter.tree(ground.postgres)
    database = meter.cpu_seconds(bench.server.postgres)
    seen, cpu = bench.measured(
        "throughput", size.actions, port=port, token=partner, orders=orders, connections=16
    )
    database = meter.cpu_seconds(bench.server.postgres) - database
    return numbers | {
        "actions_s": size.actions / max(seen["answered"], seen["received"]),
        "answers_s": size.actions / seen["answered"],
        "cpu_ms": 1e3 * cpu,
        "postgres_ms": 1e3 * database / size.actions,
        "p99_flat_out": seen["latency"]["p99"],
        "load_cpu": seen["load_cpu"],
    }


def logins(bench: Bench) -> Numbers:
    """Accept orders while users log in: with cheap password hashes, so that all succeed, and with production's.

    Production's come last: many refused logins are still pending when all orders have been accepted.
    """
    size, ground, port = bench.size, bench.ground, bench.server.port
    partner, numbers = grounds.token(ground.partner, "tailor"), {}
    bench.connect([grounds.token(customer) for customer in ground.customers])
    count, people = int(50 * size.seconds), int(30 * size.seconds)
    for name, cost, rate in (("quiet", 4, 0.01), ("cost_8", 8, 20), ("cost_12", 12, 20)):
        what = {"people": ground.people(cost, people), "rate": rate}
        orders = ground.orders(count)
        seen = bench.load.do("actions", port=port, token=partner, orders=orders, rate=50, logins=what)
        numbers |= {f"{key}_{name}": seen["latency"][key] for key in ("p50", "p99", "worst")}
        numbers |= {f"logins_s_{name}": seen["served_s"], f"asked_s_{name}": seen["asked_s"]}
        numbers["load_cpu"] = seen["load_cpu"]
        bench.settle()
    return numbers


def requests(bench: Bench) -> Numbers:
    """Read one order again and again, and place new ones."""
    ground, size, port = bench.ground, bench.size, bench.server.port
    customer = ground.customers[0]
    (order,) = ground.orders(1)
    body = {"partnerId": ground.partner, "items": [{"name": "Silk blouse", "quantity": 2, "price": 1800}]}
    kinds = {"get": ("GET", f"/api/orders/{order}", None), "create": ("POST", "/api/orders", body)}
    numbers: Numbers = {}
    for name, (method, path, content) in kinds.items():
        what = {
            "port": port,
            "method": method,
            "path": path,
            "body": content,
            "token": grounds.token(customer),
        }
        bench.load.do("repeated", **what, count=300, connections=16)  # warm up
        bench.settle()
        seen, cpu = bench.measured("repeated", size.actions, **what, count=size.actions, connections=16)
        numbers |= {
            f"{name}_s": size.actions / seen["seconds"],
            f"{name}_cpu_ms": 1e3 * cpu,
            f"{name}_p99": seen["answer"]["p99"],
            "load_cpu": seen["load_cpu"],
        }
    return numbers
