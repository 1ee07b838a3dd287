"""Chat of METAIA and of the Node peer in the same run: sending, and a message to a group of which 500 are online.

Usage: python -m benchmarks.chat_peers [--rounds N] [--count N]. The servers run one after the other within each round;
the medians of the rounds, and of the ratios within a round, count. METAIA alone, with 1,000 connected users, also shows
the latency from a message to its recipient beside that from an action on an order to its customer.
"""

from __future__ import annotations

import argparse
import resource
from statistics import median

from benchmarks import ground as grounds
from benchmarks.bench import Bench, Numbers, Size
from benchmarks.driver import load
from benchmarks.ground import Ground, ground
from benchmarks.servers import METAIA, NODE, Kind, install_node_packages, running
from benchmarks.talks import group, talks

ONLINE, CONNECTIONS, RATE, SECONDS = 500, 16, 50, 10


def measured(bench: Bench, direct: list[str], club: str, count: int) -> Numbers:
    """Return the numbers of one server."""
    shared, port = bench.ground, bench.server.port
    partner = grounds.token(shared.partner, "tailor")
    common = {"port": port, "token": partner}
    bench.load.do("messages", **common, talks=direct, count=300, connections=CONNECTIONS)  # warm up
    seen, cpu = bench.measured(
        "messages", count, **common, talks=direct, count=count, connections=CONNECTIONS
    )
    numbers = {"sends_s": count / seen["answered"], "send_cpu_ms": 1e3 * cpu, "load_cpu": seen["load_cpu"]}
    for online, times in ((1, count // 10), (ONLINE, max(50, count // 20))):
        there = 1 if online > 1 else 0
        bench.connect([grounds.token(person) for person in shared.customers[there:online]])
        given = {**common, "talks": [club], "each": online}
        bench.load.do("messages", **given, count=10)
        seen, cpu = bench.measured("messages", times, **given, count=times)
        numbers |= {f"p50_{online}": seen["latency"]["p50"], f"p99_{online}": seen["latency"]["p99"]}
        numbers |= {f"cpu_ms_{online}": 1e3 * cpu, f"load_cpu_{online}": seen["load_cpu"]}
    numbers["delivery_cpu_us"] = 1e3 * (numbers[f"cpu_ms_{ONLINE}"] - numbers["cpu_ms_1"]) / (ONLINE - 1)
    if bench.server.kind is METAIA:
        numbers |= beside_orders(bench, partner, direct)
    return numbers


def beside_orders(bench: Bench, partner: str, direct: list[str]) -> Numbers:
    """Return the latencies of messages and of actions on orders at the same rate, with all customers connected."""
    shared, count = bench.ground, RATE * SECONDS
    bench.connect([grounds.token(person) for person in shared.customers[ONLINE:]])
    common = {"port": bench.server.port, "token": partner, "rate": RATE}
    orders = shared.orders(count)
    acted = bench.load.do("actions", **common, orders=orders)["latency"]
    bench.settle()
    said = bench.load.do("messages", **common, talks=direct, count=count, each=1, connections=64)["latency"]
    numbers = {f"message_{name}": said[name] for name in ("p50", "p99")}
    return numbers | {f"order_{name}": acted[name] for name in ("p50", "p99")}


def run(shared: Ground, count: int, rounds: int) -> dict[Kind, list[Numbers]]:
    """Measure the servers, one after the other in each round."""
    direct = talks(shared, shared.customers)
    club = group(shared, [*shared.customers[:ONLINE], shared.partner])
    shared.database.execute("VACUUM ANALYZE")
    found: dict[Kind, list[Numbers]] = {METAIA: [], NODE: []}
    for number in range(rounds):
        for kind, rows in found.items():
            with running(kind, shared) as server, load() as clients:
                numbers = measured(Bench(shared, server, clients, Size()), direct, club, count)
            rows.append(numbers)
            shown = "  ".join(f"{name} {value:.4g}" for name, value in numbers.items())
            print(f"round {number + 1}, {kind.title}: {shown}", flush=True)
    return found


def report(found: dict[Kind, list[Numbers]]) -> None:
    """Print the medians, and the ratios of METAIA to Node."""
    ours, theirs = found[METAIA], found[NODE]
    print(f"{'':18}{'METAIA':>10}{'Node':>10}{'ratio':>10}")
    for name in (name for name in theirs[0] if not name.startswith("load_cpu")):
        values = [median(numbers[name] for numbers in rounds) for rounds in (ours, theirs)]
        ratio = median(a[name] / b[name] for a, b in zip(ours, theirs, strict=True))
        print(f"{name:18}{values[0]:>10.3g}{values[1]:>10.3g}{ratio:>10.2f}")
    for name in ("p50", "p99"):
        ratio = median(numbers[f"message_{name}"] / numbers[f"order_{name}"] for numbers in ours)
        values = [median(numbers[f"{what}_{name}"] for numbers in ours) for what in ("message", "order")]
        print(f"{name} of a message {values[0]:.3g} ms, of an order {values[1]:.3g} ms; ratio {ratio:.2f}")
    sent = median(a["sends_s"] / b["sends_s"] for a, b in zip(ours, theirs, strict=True))
    print(f"sends per second, of Node's: {sent:.2f} (the goal is 2)")
    first = median(numbers["p50_1"] for numbers in ours)
    print(f"p50 to {ONLINE} online ÷ to one: {median(n[f'p50_{ONLINE}'] for n in ours) / first:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    install_node_packages()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with ground() as shared:
        shared.environment["GROUPS"] = "1"  # for the Node peer
        report(run(shared, options.count, options.rounds))


if __name__ == "__main__":
    main()
