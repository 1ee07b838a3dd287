"""Time free starts: 31 days, 20 services, 500 blocks, against a naive loop in the same run; and growth to 1 million.

Usage: python -m benchmarks.slots [--rounds N] [--growth BLOCKS …]. All variants run after one another in each round;
the median of the rounds counts. `--growth` also compares the statement on a private PostgreSQL with so many blocks.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from statistics import median
from typing import TypeVar
from zoneinfo import ZoneInfo

import gevent
import orjson
from gevent.lock import BoundedSemaphore

from benchmarks import slots_growth
from metaia.bookings.calendars.queries import Calendar
from metaia.bookings.services.queries import Service
from metaia.bookings.slots import listing, offers, presenters
from metaia.bookings.slots.offers import Packed, Start, Time
from metaia.bookings.slots.policy import Busy, Rules
from metaia.bookings.slots.request import Asked
from metaia.core import opening_hours as hours
from metaia.core import times
from metaia.core.json import Json
from metaia.core.opening_hours import Hours
from metaia.core.times import DAY, Interval

DAYS, SERVICES, EVER, CLIENTS = 31, 20, 10**9, 8
FIRST = times.day_number(date(2026, 10, 1))
ZONE = ZoneInfo("Europe/Berlin")  # its clocks change on 25 October
T = TypeVar("T")
BEGIN, END = FIRST * DAY, (FIRST + DAYS) * DAY


def rules() -> list[Rules]:
    """Return services of 30 to 90 minutes, some with buffers."""
    return [
        Rules(f"service {n}", 30 + 15 * (n % 5), 5 * (n % 3), 10 * (n % 2), 15, 60, EVER, 1)
        for n in range(SERVICES)
    ]


def opened() -> list[Interval]:
    """Return 9 to 18 o'clock on each day, with a break."""
    pairs = [{"from": "09:00", "to": "12:30"}, {"from": "13:30", "to": "18:00"}]
    week = hours.week(dict.fromkeys(hours.WEEKDAYS, pairs))
    return hours.intervals(Hours(week), ZONE, FIRST, FIRST + DAYS - 1)


def blocks(count: int) -> list[Busy]:
    """Return blocks of 15 to 30 minutes, spread over the opening hours."""
    dice = random.Random(7)
    found: list[Busy] = []
    for n in range(count):
        day, place = divmod(n * DAYS, count)
        at = BEGIN + day * DAY + 7 * 60 + (place * 540) // count + dice.randrange(5)
        if not found or found[-1].end <= at:
            found.append(Busy(at, at + dice.choice((10, 15)), at, "other", 0, f"block {n}"))
    return found


def naive(rules: Rules, opened: list[Interval], busy: list[Busy]) -> list[Start]:
    """Look at each start of the grid and at each block: what a loop over bookings does."""
    return [
        (at, 1)
        for opens, closes in opened
        for at in range(opens, closes - rules.duration + 1, rules.step)
        if BEGIN <= at < END
        and all(
            each.end <= at - rules.buffer_before or at + rules.duration + rules.buffer_after <= each.start
            for each in busy
        )
    ]


def found(search: Callable[[Rules], list[T]]) -> list[list[T]]:
    """Return what is found for all services."""
    return [search(each) for each in rules()]


def shown(starts: list[list[Packed]]) -> bytes:
    """Return starts as the body of an answer."""
    shifts = times.offsets(ZONE, (FIRST - 1) * DAY, (FIRST + DAYS + 1) * DAY)
    clock = presenters.Clock(shifts, plain=False)
    data: Json = {str(n): clock.by_date(each) for n, each in enumerate(starts)}
    return orjson.dumps(data)


def timed(call: Callable[[], object]) -> float:
    """Return the milliseconds of CPU time of a call, so that other work on the machine does not count."""
    began = time.process_time()
    call()
    return 1000 * (time.process_time() - began)


def compare(rounds: int) -> None:
    """Print the milliseconds of each part, and the ratio to the naive loop."""
    for count in (60, 500):
        open_, busy = opened(), blocks(count)

        def sweep(open_: list[Interval] = open_, busy: list[Busy] = busy) -> list[list[Packed]]:
            time = offers.time(open_, busy)
            return found(lambda rule: offers.packed(rule, time, 0, BEGIN, END))

        def loop(open_: list[Interval] = open_, busy: list[Busy] = busy) -> list[list[Start]]:
            return found(lambda rule: naive(rule, open_, busy))

        starts = sweep()
        if [[divmod(each, offers.SEATS) for each in listed] for listed in starts] != loop():
            raise RuntimeError("the naive loop finds other starts")
        parts: dict[str, Callable[[], object]] = {
            "hours": opened,
            "sweep": sweep,
            "answer": partial(shown, starts),
            "naive loop": loop,
        }
        taken: dict[str, list[float]] = {name: [] for name in parts}
        for _ in range(rounds):
            for name, call in parts.items():
                taken[name].append(timed(call))
        ms = {name: median(each) for name, each in taken.items()}
        print(f"{len(busy)} blocks: {sum(map(len, starts)):,} starts, {len(shown(starts)) / 1000:.0f} kB")
        print("  " + ", ".join(f"{name} {each:.2f} ms" for name, each in ms.items()))
        together = ms["hours"] + ms["sweep"]
        print(f"  naive loop / (hours + sweep)  {ms['naive loop'] / together:.0f}  (goal 50)")
        print(f"  hours + sweep + answer        {together + ms['answer']:.1f} ms  (goal 15)")


def asked(count: int = 1) -> Asked:
    """Return a request for services that can be booked in each of some calendars."""
    moment = times.from_minutes(BEGIN)
    calendars = {
        f"calendar {n}": Calendar(f"calendar {n}", n, "partner", "Main", ZONE.key, True, 1, moment, moment)
        for n in range(count)
    }
    first, last = (times.from_day_number(day) for day in (FIRST, FIRST + DAYS - 1))
    common: Json = {
        "partner_id": "partner",
        "name": "Cut",
        "description": None,
        "price": 1,
        "currency": "INR",
        "capacity": 1,
        "confirmation": "instant",
        "payment": "none",
        "deposit_percent": None,
        "free_until_minutes": 0,
        "fee_percent": 0,
        "locked_until_minutes": 0,
        "max_per_customer_per_day": None,
        "active": True,
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
        "calendar_ids": tuple(calendars),
        "max_advance_days": 365,
    }
    services = [
        Service(
            id=each.service_id,
            duration_minutes=each.duration,
            buffer_before_minutes=each.buffer_before,
            buffer_after_minutes=each.buffer_after,
            step_minutes=each.step,
            min_notice_minutes=0,
            **common,
        )
        for each in rules()
    ]
    minute = BEGIN - DAY
    return Asked(services, calendars, first, last, ZONE.key, ZONE.key, 1, False, None, minute, tag="")


def many(rounds: int) -> None:
    """Print the milliseconds of an answer for five calendars with 500 blocks each, against a loop over all of them."""
    count, busy = 5, blocks(500)
    request, known = asked(count), {f"calendar {n}": offers.time(opened(), busy) for n in range(count)}

    def loop() -> None:
        for _ in range(count):
            found(lambda rule: naive(rule, opened(), busy))

    taken: dict[str, list[float]] = {"answer": [], "naive loop": []}
    calls: tuple[Callable[[], object], ...] = (partial(listing.compute, request, known), loop)
    for _ in range(rounds):
        for name, call in zip(taken, calls, strict=True):
            taken[name].append(timed(call))
    ours, theirs = (median(each) for each in taken.values())
    size = len(listing.compute(request, known)) / 1000
    print(
        f"{count} calendars, {len(busy)} blocks each, {size:.0f} kB: answer {ours:.1f} ms, naive loop {theirs:.0f} ms"
    )
    print(f"  naive loop / answer           {theirs / ours:.0f}")


def largest() -> tuple[Asked, dict[str, Time]]:
    """Return the request with the most starts in one service: fifty calendars that are open without a break."""
    request = asked(50)
    service = replace(request.services[0], step_minutes=5)
    known = {name: offers.time([(BEGIN, END)], blocks(n)) for n, name in enumerate(request.calendars)}
    return replace(request, services=[service]), known


def lag(seconds: float, name: str, request: Asked, known: dict[str, Time]) -> None:
    """Print the delays of the event loop while CLIENTS greenlets compute answers of many starts without a pause."""
    delays, answers = list[float](), [0]

    turn = BoundedSemaphore(1)

    def compute() -> None:
        while True:
            with turn:
                listing.compute(request, known)
            answers[0] += 1
            gevent.sleep(0)

    def watch() -> None:
        while True:
            before = time.perf_counter()
            gevent.sleep(0.001)
            delays.append(1000 * (time.perf_counter() - before) - 1)

    greenlets = [gevent.spawn(call) for call in (watch, *([compute] * CLIENTS))]
    gevent.sleep(seconds)
    gevent.killall(greenlets)
    delays.sort()
    print(
        f"delay of the event loop, {name}, {CLIENTS} clients, {answers[0]} answers: median {median(delays):.1f} ms, "
        f"p99 {delays[len(delays) * 99 // 100]:.1f} ms, worst {delays[-1]:.1f} ms"
    )


def main() -> None:
    """Print all results."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--growth", type=int, nargs="*")
    given = options.parse_args()
    compare(given.rounds)
    many(given.rounds)
    lag(3, "one calendar", asked(), {"calendar 0": offers.time(opened(), blocks(60))})
    lag(3, "the largest request", *largest())
    if given.growth is not None:
        slots_growth.main(given.growth or slots_growth.SIZES)


if __name__ == "__main__":
    main()
