"""`python -m metaia.dev.demo [--url URL] [--orders N]`: play the scenes; exit with 1 if an event is missing."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from statistics import median

from metaia.dev import listen
from metaia.dev import settings as dev_settings
from metaia.dev.demo import bookings, deals, other_clients, parcels, picture, shopping, story
from metaia.dev.demo.client import DemoError
from metaia.dev.demo.play import DemoRun, Key
from metaia.dev.demo.scenes import ACCEPT, PAID, PLACE, SCENES, WITH_COURIER, Scene
from metaia.dev.demo.table import Screen

LOGINS = (*WITH_COURIER, bookings.PARTNER, story.PARTNER, story.COURIER)


def main() -> int:
    """Play the scenes, measure latencies, report. Return the exit code."""
    parser = argparse.ArgumentParser(
        prog="make demo", description="Play the scenes of an order with real clients."
    )
    given = dev_settings.given()
    url = listen.base_url(listen.own_address(given.get("HOST") or "127.0.0.1"), given.get("PORT") or "5000")
    parser.add_argument("--url", default=url, help="the server (default: this machine's, at PORT)")
    parser.add_argument("--orders", type=int, default=20, help="how many orders to measure (default: 20)")
    options = parser.parse_args()
    try:
        with DemoRun(
            options.url.rstrip("/"), (*WITH_COURIER, bookings.PARTNER, story.PARTNER, story.COURIER)
        ) as run:
            screen = Screen(time.perf_counter())
            screen.legend()
            number = _play(run, screen, SCENES)
            _pay(run, screen)
            _shop(run, screen)
            _ship(run, screen)
            call = _book(run, screen)
            _deal(run, screen)
            _count_messages(run, screen, options.url.rstrip("/"), number)
            _show_picture(run, screen)
            _measure(run, screen, max(options.orders, 1))
            _remind(run, screen, call)
    except DemoError as error:
        print(f"make demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    for problem in run.problems:
        print(f"make demo: {problem}", file=sys.stderr)
    return 1 if run.problems else 0


def _play(run: DemoRun, screen: Screen, scenes: Iterable[Scene], order_id: str | None = None) -> str:
    """Play the scenes of one order, and return its number."""
    number = ""
    for scene in scenes:
        result = run.play(scene, order_id)
        order_id, number = result.order["id"], result.order["orderNumber"]
        screen.scene(scene, result)
    return str(number)


def _pay(run: DemoRun, screen: Screen) -> None:
    """Play an order that is paid online before it is accepted, by the demo provider of `make run`."""
    place, *others = PAID
    screen.console.print("\nAnd an order that is paid online:\n")
    result = run.play(place)
    screen.scene(place, result)
    if run.clients["customer"].can_pay(result.order["id"]):
        _play(run, screen, others, result.order["id"])
    else:
        screen.console.print("It cannot be paid: the demo provider is not running.")


def _shop(run: DemoRun, screen: Screen) -> None:
    """Order from the menu of a shop with a coupon, and let a courier of the pool deliver it with the code."""
    screen.console.print("\nAnd a dosa from the menu, with a coupon, for a courier of the pool:\n")
    shopping.play(run, screen.step)


def _ship(run: DemoRun, screen: Screen) -> None:
    """Hand an order to a carrier; it is dispatched and delivered with its parcel."""
    screen.console.print("\nAnd a shirt, sent as a parcel:\n")
    parcels.play(run, screen.step)


def _book(run: DemoRun, screen: Screen) -> bookings.Step:
    """Book a free time at the clinic, move it, and cancel it; return the booking that the clinic makes after that."""
    screen.console.print("\nAnd a time at the clinic, booked, moved and cancelled:\n")
    for step in bookings.play(run):
        screen.booking(step)
    call = bookings.call(run)
    screen.booking(call)
    return call


def _remind(run: DemoRun, screen: Screen, call: bookings.Step) -> None:
    """Wait for the reminder of the booking that the clinic has made."""
    screen.console.print(
        f"\nAnd the reminder of the clinic's call, due at {bookings.due(call).astimezone():%H:%M:%S}; latencies count"
        " from then on:\n",
        soft_wrap=True,
    )
    screen.booking(bookings.remind(run, call))


def _deal(run: DemoRun, screen: Screen) -> None:
    """Negotiate in a conversation, and show the timeline of the deal."""
    screen.console.print("\nAnd an offer, talked about, countered and accepted:\n")
    story = deals.play(run)
    for step in story.steps:
        screen.step(step)
    screen.console.print("\nThe timeline of the deal, the same for both sides:\n")
    screen.timeline(story.timeline)


def _show_picture(run: DemoRun, screen: Screen) -> None:
    """Upload a picture of the shop's menu, and print where it is seen."""
    began = time.perf_counter()
    shown = picture.upload(run.clients["tailor"])
    if shown is None:
        screen.console.print("\nThe picture is still being checked: does the worker of the queue media run?")
        return
    screen.console.print(
        f"\nA picture of the menu, {shown.media['size']} bytes, was ready after {time.perf_counter() - began:.1f} s."
        f" Open {shown.url}, or Files in the console as Meera's Tailoring.",
        soft_wrap=True,
    )


def _measure(run: DemoRun, screen: Screen, orders: int) -> None:
    screen.console.print(f"\nAnd {orders} orders, placed and accepted one after the other:\n")
    measured: dict[Key, list[float]] = {}
    for _ in range(orders):
        order_id = run.play(PLACE).order["id"]
        for arrival in run.play(ACCEPT, order_id).arrivals:
            measured.setdefault(arrival.key, []).append(arrival.ms)
    screen.table(measured)
    if times := measured.get(("customer", "order_update", "accepted")):
        screen.console.print(
            f"\nFrom PATCH …/accept to the customer's order_update: "
            f"median {median(times):.1f} ms, worst {max(times):.1f} ms.",
            soft_wrap=True,
        )


def _count_messages(run: DemoRun, screen: Screen, url: str, number: str) -> None:
    """Print how many mails, SMS and push messages about the order are in the mailbox of `make run`, if there is one."""
    mailbox = other_clients.mailbox_url(url)
    if mailbox is None:
        return
    found = other_clients.count_messages(mailbox, number)
    counts = ", ".join(f"{found[channel]} {name}" for channel, name in other_clients.SHOWN_AS.items())
    screen.console.print(f"\nMessages about order {number}: {counts}; see {mailbox}", soft_wrap=True)
    run.problems += [
        f"no {name} in the mailbox at {mailbox}"
        for channel, name in other_clients.SHOWN_AS.items()
        if not found[channel]
    ]


if __name__ == "__main__":
    sys.exit(main())
