"""The results as one picture, in SVG."""

from __future__ import annotations

from html import escape

from benchmarks.bars import Results, middle
from benchmarks.servers import ALL

COLOURS = {"metaia": "#d1495b", "node": "#3a7d44", "flask": "#7a869a", "asgi": "#b5bac4"}
WIDTH, LEFT, RIGHT, BAR, GAP = 760, 210, 90, 18, 6
PANELS = (
    ("a", "cpu_us", "(a) one event at a time: CPU µs per delivery"),
    ("b", "cpu_us", "(b) bursts of 20: CPU µs per delivery"),
    ("c", "actions_s", "(c) accept: actions per second, more is better"),
    ("c", "p99_at_50", "(c) accept at 50 actions/s: p99 ms until the customer receives it"),
    ("d", "kb_*", "(d) memory per connection, KB"),
    ("d", "cpu_ms_*", "(d) CPU ms per connection"),
    ("f", "cpu_us_*", "(f) CPU µs per delivery, by number of clients"),
)


def drawn(results: Results, title: str) -> str:
    """Return an SVG document with a panel of bars per measure."""
    parts: list[str] = []
    at = 50
    for letter, name, heading in PANELS:
        bars = _bars(results.get(letter, {}), name)
        if bars:
            parts.append(_text(12, at, heading, weight="bold"))
            at += 10
            most = max(value for _, _, value in bars)
            for label, colour, value in bars:
                parts += _bar(at, label, colour, value, most)
                at += BAR + GAP
            at += 28
    frame = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{at}" viewBox="0 0 {WIDTH} {at}"'
    )
    head = _text(12, 24, title, size=16, weight="bold")
    return f'{frame} font-family="sans-serif">\n<rect width="100%" height="100%" fill="white"/>\n{head}\n' + (
        "\n".join(parts) + "\n</svg>\n"
    )


def _bars(servers: dict[str, list[dict[str, float]]], name: str) -> list[tuple[str, str, float]]:
    bars = []
    for kind in ALL:
        for found in _matching(servers.get(kind.name, [{}])[0], name):
            crowd = found.removeprefix(name.rstrip("*")) if name.endswith("*") else ""
            label = f"{kind.title}, {int(crowd):,}" if crowd else kind.title
            bars.append((label, COLOURS[kind.name], middle(servers[kind.name], found)))
    return bars


def _matching(numbers: dict[str, float], name: str) -> list[str]:
    if not name.endswith("*"):
        return [name] if name in numbers else []
    return [found for found in numbers if found.startswith(name[:-1]) and found[len(name) - 1 :].isdigit()]


def _bar(at: int, label: str, colour: str, value: float, most: float) -> list[str]:
    width = (WIDTH - LEFT - RIGHT) * value / most
    number = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return [
        _text(LEFT - 8, at + BAR - 5, label, anchor="end"),
        f'<rect x="{LEFT}" y="{at}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>',
        _text(LEFT + int(width) + 6, at + BAR - 5, number),
    ]


def _text(
    x: int, y: int, words: str, *, size: int = 12, weight: str = "normal", anchor: str = "start"
) -> str:
    look = f'font-size="{size}" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text x="{x}" y="{y}" {look}>{escape(words)}</text>'
