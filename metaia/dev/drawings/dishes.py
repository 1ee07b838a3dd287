"""Drawings of dishes and cloth."""

from __future__ import annotations

import math
from collections.abc import Callable

from metaia.dev.drawings.canvas import (
    DISH,
    SHADOW,
    STEEL,
    Canvas,
    bowl,
    dots,
    drawn,
    grains,
    inside,
    mixed,
)

LEAF = "#3f8f4f"


def dish(name: str) -> bytes:
    """Return a PNG of a dish of the demo's vendor. Raises KeyError for another one."""
    return drawn(DISH, *DISHES[name])


def cloth(colour: str, thread: str) -> bytes:
    """Return a PNG of a woven cloth with a check of another colour."""

    def draw(canvas: Canvas) -> None:
        for step in range(0, 640, 8):
            canvas.line((step, 0, step, 480), fill=mixed(colour, "#ffffff", 0.12), width=3)
            canvas.line((0, step, 640, step), fill=mixed(colour, "#000000", 0.12), width=3)
        for step in range(40, 640, 120):
            canvas.line((step, 0, step, 480), fill=thread, width=10)
            canvas.line((0, step, 640, step), fill=thread, width=10)
            canvas.line((step + 26, 0, step + 26, 480), fill=thread, width=3)
            canvas.line((0, step + 26, 640, step + 26), fill=thread, width=3)

    return drawn(DISH, colour, draw)


def _dosa(canvas: Canvas) -> None:
    canvas.ellipse((60, 30, 580, 450), fill=LEAF)
    canvas.line((70, 240, 570, 240), fill="#2f6f3c", width=6)
    canvas.polygon([(110, 300), (500, 120), (545, 190), (160, 370)], fill="#c9822b")
    canvas.polygon([(110, 300), (500, 120), (515, 145), (128, 328)], fill="#e4a548")
    dots(canvas, (150, 150, 500, 330), "#a65f1c", 40, 5, lambda x, y: abs(y - 300 + (x - 110) * 0.45) < 34)
    for x, colour in ((220, "#f4f1de"), (330, "#b5473a"), (440, "#7fa650")):
        bowl(canvas, (x, 340 - (x - 220) // 4), 46, colour)


def _tikka(canvas: Canvas) -> None:
    canvas.rounded_rectangle((50, 70, 590, 410), 50, fill="#374151")
    for y in (150, 240, 330):
        canvas.line((20, y + 10, 620, y - 10), fill="#c8a27a", width=8)
        for x, colour in zip(
            range(110, 530, 72), ("#e07a2f", "#4d9f55", "#e07a2f", "#c53b3b") * 2, strict=False
        ):
            canvas.rounded_rectangle((x, y - 28, x + 58, y + 28), 10, fill=colour)
            canvas.line((x + 10, y - 16, x + 48, y + 14), fill=mixed(colour, "#000000", 0.35), width=5)


def _biryani(canvas: Canvas) -> None:
    canvas.ellipse((70, 70, 570, 430), fill="#92400e")
    canvas.ellipse((96, 88, 544, 404), fill="#f6d98b")
    pot = inside((110, 100, 530, 392))
    for colour, count in (("#fff7e0", 420), ("#f2b63d", 160), ("#d97706", 60)):
        grains(canvas, (110, 100, 530, 392), colour, count, pot)
    dots(canvas, (130, 120, 510, 380), "#4d9f55", 26, 9, pot)
    dots(canvas, (130, 120, 510, 380), "#b91c1c", 14, 11, pot)


def _thali(canvas: Canvas) -> None:
    canvas.ellipse((90, 10, 550, 470), fill=SHADOW)
    canvas.ellipse((104, 22, 536, 458), fill=STEEL)
    for n, colour in enumerate(("#b45309", "#15803d", "#b91c1c", "#ca8a04", "#f4f1de")):
        turn = math.radians(72 * n - 90)
        bowl(canvas, (320 + 146 * math.cos(turn), 240 + 146 * math.sin(turn)), 62, colour)
    canvas.ellipse((248, 168, 392, 312), fill="#fffbeb")
    grains(canvas, (256, 176, 384, 304), "#e7dcc0", 90, inside((256, 176, 384, 304)))


def _lassi(canvas: Canvas) -> None:
    canvas.ellipse((200, 400, 440, 450), fill="#e0b15a")
    canvas.polygon([(226, 90), (414, 90), (392, 424), (248, 424)], fill="#e8f1f5")
    canvas.polygon([(234, 130), (406, 130), (388, 416), (252, 416)], fill="#f7b733")
    canvas.ellipse((232, 108, 408, 152), fill="#ffd67a")
    dots(canvas, (262, 118, 380, 142), "#6b8e3a", 14, 5)
    canvas.line((350, 120, 400, 20), fill="#be185d", width=12)


def _coffee(canvas: Canvas) -> None:
    canvas.polygon([(170, 310), (470, 310), (430, 420), (210, 420)], fill=SHADOW)
    canvas.ellipse((210, 396, 430, 444), fill=SHADOW)
    canvas.ellipse((170, 276, 470, 344), fill=STEEL)
    canvas.ellipse((186, 284, 454, 336), fill="#a8aeb8")
    canvas.polygon([(246, 120), (394, 120), (372, 318), (268, 318)], fill="#b8bec8")
    canvas.polygon([(262, 124), (292, 124), (296, 316), (280, 316)], fill="#eef0f3")
    canvas.ellipse((236, 92, 404, 148), fill=STEEL)
    canvas.ellipse((250, 100, 390, 142), fill="#6f4423")
    dots(canvas, (266, 106, 376, 134), "#c99a6b", 30, 7, inside((260, 104, 380, 138)))


DISHES: dict[str, tuple[str, Callable[[Canvas], None]]] = {
    "Masala dosa": ("#fef3c7", _dosa),
    "Paneer tikka": ("#e7e5e4", _tikka),
    "Vegetable biryani": ("#fde9d0", _biryani),
    "Thali of the day": ("#fff7ed", _thali),
    "Mango lassi": ("#d8ecef", _lassi),
    "Filter coffee": ("#efe1d1", _coffee),
}
