"""Drawings of people, and signs of shops."""

from __future__ import annotations

from dataclasses import dataclass

from metaia.dev.drawings.canvas import FACE, Canvas, drawn, mixed


@dataclass(frozen=True)
class Look:
    """The colours of a person, and whether the hair is long."""

    ground: str
    skin: str
    hair: str
    shirt: str
    is_long: bool = False


# By login; the three shops have signs.
LOOKS = {
    "customer": Look("#be185d", "#a86f4a", "#1c1310", "#fce7f3", is_long=True),
    "customer2": Look("#0f766e", "#e8bd9b", "#6b4423", "#e0f2fe"),
    "delivery": Look("#b45309", "#8d5a3b", "#1c1310", "#fef3c7"),
    "delivery2": Look("#1d4ed8", "#b57d55", "#2b1d16", "#fde68a", is_long=True),
    "support": Look("#0e7490", "#dba57f", "#4a2f1f", "#dcfce7", is_long=True),
    "admin": Look("#4d7c0f", "#c68a62", "#2b1d16", "#fef3c7"),
    "super": Look("#6d28d9", "#7a4a2f", "#1c1310", "#fce7f3", is_long=True),
}
POT, SPOOL, PAW = "#f59e0b", "#fde68a", "#0e7490"  # the grounds of the signs


def picture(login: str) -> bytes:
    """Return a PNG of a demo user: a face, or the sign of the shop. Raises KeyError for others."""
    signs = {"vendor": (POT, _pot), "tailor": (SPOOL, _spool), "vet": (PAW, _paw)}
    if login in signs:
        return drawn(FACE, *signs[login])
    look = LOOKS[login]
    return drawn(FACE, look.ground, lambda canvas: _face(canvas, look))


def _face(canvas: Canvas, look: Look) -> None:
    if look.is_long:
        canvas.rounded_rectangle((62, 60, 194, 226), 60, fill=look.hair)
    canvas.ellipse((28, 190, 228, 380), fill=look.shirt)
    canvas.rounded_rectangle((108, 160, 148, 214), 18, fill=mixed(look.skin, "#000000", 0.12))
    canvas.ellipse((74, 58, 182, 188), fill=look.skin)
    canvas.chord((70, 40, 186, 158), 180, 360, fill=look.hair)
    canvas.pieslice((70, 62, 150, 136), 180, 300, fill=look.hair)
    for x in (104, 152):
        canvas.ellipse((x - 6, 118, x + 6, 130), fill="#1f2937")
    canvas.arc((108, 128, 148, 164), 25, 155, fill="#7c2d12", width=5)


def _paw(canvas: Canvas) -> None:
    canvas.ellipse((84, 128, 172, 206), fill="#ecfeff")
    for x, y in ((52, 104), (88, 66), (138, 66), (174, 104)):
        canvas.ellipse((x, y, x + 34, y + 46), fill="#ecfeff")


def _pot(canvas: Canvas) -> None:
    canvas.rounded_rectangle((58, 112, 198, 204), 34, fill="#7c2d12")
    canvas.rounded_rectangle((46, 98, 210, 122), 12, fill="#9a3412")
    canvas.rounded_rectangle((116, 76, 140, 100), 8, fill="#9a3412")
    for x in (84, 122, 160):
        canvas.arc((x, 26, x + 26, 70), 100, 280, fill="#fff7ed", width=7)


def _spool(canvas: Canvas) -> None:
    canvas.rounded_rectangle((82, 52, 174, 74), 8, fill="#78350f")
    canvas.rounded_rectangle((82, 182, 174, 204), 8, fill="#78350f")
    canvas.rectangle((92, 74, 164, 182), fill="#db2777")
    for y in range(84, 182, 14):
        canvas.line((92, y, 164, y - 6), fill="#f9a8d4", width=4)
    canvas.line((164, 120, 222, 214), fill="#f9a8d4", width=4)
