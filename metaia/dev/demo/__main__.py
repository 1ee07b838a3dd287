"""`python -m metaia.dev.demo [--url URL] [--orders N]`: plays the story; 1 if anything did not arrive."""

from __future__ import annotations

import argparse
import os
import sys
import time
from statistics import median

from metaia.dev.demo import other_clients
from metaia.dev.demo.client import Sorry
from metaia.dev.demo.play import Key, Stage
from metaia.dev.demo.scenes import ACCEPT, PLACE, STORY, WITH_COURIER
from metaia.dev.demo.table import Screen


def main() -> int:
    """Play, measure, report."""
    parser = argparse.ArgumentParser(prog="make demo", description="Play an order's story as real clients.")
    url = f"http://127.0.0.1:{os.environ.get('PORT') or 5000}"
    parser.add_argument("--url", default=url, help="the server (default: this machine's, at PORT)")
    parser.add_argument("--orders", type=int, default=20, help="how many orders to measure (default: 20)")
    options = parser.parse_args()
    try:
        with Stage(options.url.rstrip("/"), WITH_COURIER) as stage:
            screen = Screen(time.perf_counter())
            number = _tell(stage, screen)
            _look_outside(stage, screen, options.url.rstrip("/"), number)
            _measure(stage, screen, max(options.orders, 1))
    except Sorry as sorry:
        print(f"make demo: {sorry}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    for problem in stage.problems:
        print(f"make demo: {problem}", file=sys.stderr)
    return 1 if stage.problems else 0


def _tell(stage: Stage, screen: Screen) -> str:
    """Play the story, and return the order's number."""
    screen.legend()
    order_id, number = None, ""
    for scene in STORY:
        played = stage.play(scene, order_id)
        order_id, number = played.order["id"], played.order["orderNumber"]
        screen.scene(scene, played)
    return str(number)


def _measure(stage: Stage, screen: Screen, orders: int) -> None:
    screen.console.print(f"\nAnd {orders} orders, placed and accepted one after the other:\n")
    measured: dict[Key, list[float]] = {}
    for _ in range(orders):
        order_id = stage.play(PLACE).order["id"]
        for arrival in stage.play(ACCEPT, order_id).arrivals:
            measured.setdefault(arrival.key, []).append(arrival.ms)
    screen.table(measured)
    if times := measured.get(("customer", "order_update", "accepted")):
        screen.console.print(
            f"\nFrom PATCH …/accept to the customer's order_update: "
            f"median {median(times):.1f} ms, worst {max(times):.1f} ms.",
            soft_wrap=True,
        )


def _look_outside(stage: Stage, screen: Screen, url: str, number: str) -> None:
    """Say what came by mail, SMS and push, where `make run` shows it."""
    shown_at = other_clients.page(url)
    if shown_at is None:
        return
    found = other_clients.arrived(shown_at, number)
    counts = ", ".join(f"{found[channel]} {name}" for channel, name in other_clients.SHOWN_AS.items())
    screen.console.print(f"\nAbout order {number} came {counts}: {shown_at}", soft_wrap=True)
    stage.problems += [
        f"no {name} at {shown_at}" for channel, name in other_clients.SHOWN_AS.items() if not found[channel]
    ]


if __name__ == "__main__":
    sys.exit(main())
