"""What the story looks like in a terminal: one colour per person, one line per event."""

from __future__ import annotations

from statistics import median

from rich.console import Console
from rich.table import Table
from rich.text import Text

from metaia.dev.demo.client import Heard
from metaia.dev.demo.play import Key, Played
from metaia.dev.demo.scenes import Scene

COLOURS = {"customer": "cyan", "tailor": "green", "admin": "magenta", "delivery": "yellow"}
SHOWN_AS = {"delivery": "courier"}


class Screen:
    """Prints lines whose times count from its beginning."""

    def __init__(self, began: float) -> None:
        self.console = Console(highlight=False)
        self._began = began

    def legend(self) -> None:
        """Name the columns."""
        self.console.print(
            f"{'time':>8}  {'who':<8}  {'event':<18}  {'what':<28}  {'latency':>8}", style="dim"
        )

    def scene(self, scene: Scene, played: Played) -> None:
        """Print who did what, and then what everyone heard of it."""
        path = "POST /api/orders" if scene.action == "place" else f"PATCH …/{scene.action}"
        self._line(played.started, scene.who, path, f"order {played.order['orderNumber']}", style="bold")
        for arrival in played.arrivals:
            heard = arrival.heard
            self._line(heard.at, heard.who, f"  {heard.name}", _what(heard), f"{arrival.ms:.1f} ms")
        for who, name, what in sorted(played.missing):
            self._line(played.started, who, f"  {name}", what, "missing", style="bold red")

    def table(self, measured: dict[Key, list[float]]) -> None:
        """Print how long it took until each client heard of an accepted order."""
        table = Table("who", "event", "what", box=None, pad_edge=False, padding=(0, 3, 0, 0))
        for heading in ("times", "median", "worst"):
            table.add_column(heading, justify="right")
        for (who, name, what), times in sorted(measured.items(), key=lambda row: median(row[1])):
            worst = f"{max(times):.1f} ms"
            person = Text(_shown(who), COLOURS[who])
            table.add_row(person, name, what, str(len(times)), f"{median(times):.1f} ms", worst)
        self.console.print(table)

    def _line(self, at: float, who: str, event: str, what: str, took: str = "", style: str = "") -> None:
        line = Text(f"{at - self._began:6.3f} s  ", "dim")
        line.append(f"{_shown(who):<8}  ", COLOURS[who])
        line.append(f"{event:<18}  {what:<28}  ", style or COLOURS[who])
        line.append(f"{took:>8}", style)
        self.console.print(line, soft_wrap=True)


def _shown(who: str) -> str:
    return SHOWN_AS.get(who, who)


def _what(heard: Heard) -> str:
    if heard.name == "new_notification":
        return str(heard.data.get("title"))
    before, after = heard.data.get("previousStatus"), heard.data.get("status")
    return f"{before} → {after}" if before and before != after else str(after)
