"""The partner's board in Chromium with 1,000 orders: `python -m benchmarks.board [SECONDS]`.

Frames are counted at rest, and then while 100 actions a second change orders. The ratio of the two is what counts. The
memory and the number of nodes after garbage collection show whether the page keeps what it no longer shows.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import gevent
from gevent import monkey
from gevent.pool import Pool

monkey.patch_all()

from tests.console.browser.product import Product, started  # noqa: E402 - after the patch
from tools.chromium import Browser, Tab  # noqa: E402

ORDERS, RATE, AT_ONCE = 1_000, 100, 8
ITEMS = [{"name": "Linen shirt", "quantity": 1, "price": 1450}]
FRAMES = """
new Promise((done) => {
  const times = [], begun = performance.now();
  const next = (now) => (times.push(now), now - begun < SECONDS * 1000 ? requestAnimationFrame(next) : done(times));
  requestAnimationFrame(next);
})
"""


def main(seconds: float) -> None:
    """Print frames, memory and nodes, at rest and under load."""
    with (
        tempfile.TemporaryDirectory() as home,
        started(Path(home), RATELIMIT_ENABLED="false") as (url, _),
        Product(url) as product,
        Browser() as browser,
    ):
        partner = product.call("tailor", "GET", "/api/auth/me")["user"]["id"]
        product.token("customer")
        body = {"partnerId": partner, "items": ITEMS}
        place = lambda _: product.call("customer", "POST", "/api/orders", body)["order"]["id"]  # noqa: E731
        orders = Pool(AT_ONCE).map(place, range(ORDERS))
        tab = browser.open()
        product.enter(tab, "tailor")
        rest = _frames(tab, seconds)
        _report("at rest", rest, tab)
        acting = gevent.spawn(_act, product, orders, seconds)
        loaded = _frames(tab, seconds)
        _report(f"{acting.get() / seconds:.0f} events/s", loaded, tab)
        print(f"ratio of frames {len(loaded) / len(rest):.2f}")


def _frames(tab: Tab, seconds: float) -> list[float]:
    """Return the times of the frames in ms; other greenlets go on meanwhile."""
    found: list[float] = tab.run(FRAMES.replace("SECONDS", str(seconds)))
    return found


def _act(product: Product, orders: list[str], seconds: float) -> int:
    """Accept all orders, then prepare them, at RATE a second; return how many actions there were."""
    accepts = ((one, "accept", {"estimatedTime": 45}) for one in orders)
    prepares: Iterator[tuple[str, str, dict[str, int]]] = ((one, "prepare", {}) for one in orders)
    pool, begun = Pool(AT_ONCE), time.monotonic()
    for number, (order, action, body) in enumerate(chain(accepts, prepares)):
        if (ahead := number / RATE - (time.monotonic() - begun)) > 0:
            gevent.sleep(ahead)
        if time.monotonic() - begun > seconds:
            break
        pool.spawn(product.call, "tailor", "PATCH", f"/api/orders/{order}/{action}", body)
    pool.join()
    return number


def _report(what: str, times: list[float], tab: Tab) -> None:
    gaps = sorted(later - one for one, later in pairwise(times))
    tab.send("HeapProfiler.collectGarbage")
    memory: dict[str, Any] = tab.send("Runtime.getHeapUsage")
    nodes = tab.run("document.querySelectorAll('*').length")
    print(
        f"{what}: {1000 * len(gaps) / sum(gaps):.1f} frames/s, median {gaps[len(gaps) // 2]:.1f} ms, "
        f"p95 {gaps[int(len(gaps) * 0.95)]:.1f} ms, longest {gaps[-1]:.0f} ms; "
        f"heap {memory['usedSize'] / 1e6:.1f} MB, {nodes} elements",
        flush=True,
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 15)
