"""The output of the demo in a terminal: one colour per user, one line per event."""

from __future__ import annotations

from statistics import median

from rich.console import Console
from rich.table import Table
from rich.text import Text

from metaia.core.json import Json
from metaia.dev.demo.bookings import Step as BookingStep
from metaia.dev.demo.client import Received
from metaia.dev.demo.play import NOTICES, OF_COURIERS, Expected, Key, SceneResult, Step, kind_of
from metaia.dev.demo.scenes import Scene

COLOURS = {
    "customer": "cyan", "tailor": "green", "admin": "magenta", "delivery": "yellow", "vet": "blue",
    "vendor": "green", "delivery2": "bright_yellow",
}  # fmt: skip
WIDTH = 28  # characters of the column `what`
SHOWN_AS = {"delivery": "courier", "delivery2": "courier2"}


class Screen:
    """Prints lines; their times are seconds since `began`."""

    def __init__(self, began: float) -> None:
        self.console = Console(highlight=False)
        self._began = began

    def legend(self) -> None:
        """Print the names of the columns."""
        self.console.print(
            f"{'time':>8}  {'client':<8}  {'event':<18}  {'what':<28}  {'latency':>8}", style="dim"
        )

    def scene(self, scene: Scene, result: SceneResult) -> None:
        """Print the request of a scene, then the events that each client received or missed."""
        paths = {"place": "POST /api/orders", "pay": "POST /api/payments"}
        path = paths.get(scene.action, f"PATCH …/{scene.action}")
        self._line(result.started, scene.login, path, f"order {result.order['orderNumber']}", style="bold")
        self._events(result)

    def booking(self, step: BookingStep) -> None:
        """Print a request about a booking, then the events that each client received or missed."""
        what = f"{step.booking['service']['name']}, {step.booking['localStart'].replace('T', ' ')}"
        self._line(step.result.started, step.login, step.request, what, style="bold")
        self._events(step.result)

    def step(self, step: Step) -> None:
        """Print a request of a deal or at a shop, then the events that each client received or missed."""
        self._line(step.result.started, step.login, step.request, _cut(step.what), style="bold")
        self._events(step.result)

    def timeline(self, entries: list[Json]) -> None:
        """Print the entries of a deal's timeline in their order."""
        for entry in entries:
            actor = entry["actor"] or {}
            said = (entry.get("message") or {}).get("text") or ""
            who = actor.get("name") or actor.get("role") or "METAIA"
            self.console.print(
                f"{entry['at'][11:19]}  {who:<18}  {entry['kind']:<8}  {entry['action']:<10}  {said}",
                soft_wrap=True,
            )

    def _events(self, result: Expected) -> None:
        for arrival in result.arrivals:
            received = arrival.received
            self._line(
                received.at, received.login, f"  {received.name}", _what(received), f"{arrival.ms:.1f} ms"
            )
        for login, name, what in sorted(result.missing):
            self._line(result.started, login, f"  {name}", what, "missing", style="bold red")

    def table(self, measured: dict[Key, list[float]]) -> None:
        """Print the latencies of the events of accepted orders, per client and event."""
        table = Table("client", "event", "what", box=None, pad_edge=False, padding=(0, 3, 0, 0))
        for heading in ("times", "median", "worst"):
            table.add_column(heading, justify="right")
        for (login, name, what), times in sorted(measured.items(), key=lambda row: median(row[1])):
            worst = f"{max(times):.1f} ms"
            person = Text(_shown(login), COLOURS[login])
            table.add_row(person, name, what, str(len(times)), f"{median(times):.1f} ms", worst)
        self.console.print(table)

    def _line(self, at: float, login: str, event: str, what: str, took: str = "", style: str = "") -> None:
        line = Text(f"{at - self._began:6.3f} s  ", "dim")
        line.append(f"{_shown(login):<8}  ", COLOURS[login])
        line.append(f"{event:<18}  {what:<28}  ", style or COLOURS[login])
        line.append(f"{took:>8}", style)
        self.console.print(line, soft_wrap=True)


def _shown(login: str) -> str:
    return SHOWN_AS.get(login, login)


def _what(received: Received) -> str:
    if received.name in NOTICES:
        return str(received.data.get("title"))
    if "text" in received.data:
        return _cut(str(received.data["text"]))
    if received.name in OF_COURIERS:
        return _place(received.data)
    if "order" not in received.data and "bookingId" not in received.data:
        return kind_of(received)
    before, after = received.data.get("previousStatus"), received.data.get("status")
    payment = received.data.get("order", {}).get("payment", {"method": "none"})
    paid = "" if payment["method"] == "none" else f", {payment['status']}"
    return f"{before} → {after}{paid}" if before and before != after else f"{after}{paid}"


def _place(data: Json) -> str:
    """Return where a courier is, or when an order arrives."""
    return f"{data['lat']}, {data['lng']}" if "lat" in data else f"arrives at {data['at'][11:16]} UTC"


def _cut(said: str) -> str:
    """Return a text that fits into its column."""
    return said if len(said) <= WIDTH else said[: WIDTH - 1] + "…"
