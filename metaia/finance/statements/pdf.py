"""A statement as PDF, with one font that has Latin and Devanagari (fonts/OFL.txt is its licence).

reportlab draws one glyph per character. HarfBuzz forms the conjuncts of Devanagari and orders its vowel signs, so texts
in that script are shaped first. Their characters follow as ActualText, which readers copy and search.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, shapeStr
from reportlab.pdfgen.canvas import Canvas

from metaia.core import threads
from metaia.core.errors import Invalid
from metaia.finance.statements.presenters import Line
from metaia.finance.statements.queries import Statement
from metaia.finance.statements.spreadsheet import decimal, local

MOST_LINES = 2000  # more are a CSV
FONT, FONT_FILE = "Statement", Path(__file__).parent / "fonts" / "Mukta-Regular.ttf"
WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 50, WIDTH - 50, HEIGHT - 60, 60
ROW, SIZE = 16, 9  # points
BOOKED, DESCRIPTION, ORDER, AMOUNT = (
    LEFT,
    LEFT + 95,
    LEFT + 245,
    RIGHT - 80,
)  # columns; the last two end there
MOST_NAME = 60  # characters


def write(this: Statement, lines: Iterable[Line], *, name: str) -> bytes:
    """Return a statement as PDF. `name` is that of its owner. Raises Invalid if it has too many lines."""
    if this.lines > MOST_LINES:
        raise Invalid(details={"format": [f"More than {MOST_LINES} lines: choose csv."]})
    # In a thread: a page takes 13 ms, and the font 40 ms, in which no other greenlet would run.
    return bytes(threads.call(_drawn, this, list(lines), name))


def _drawn(this: Statement, lines: list[Line], name: str) -> bytes:
    _register_font()
    out = io.BytesIO()
    page = _Page(Canvas(out, pagesize=A4, invariant=1), this)
    page.begin(name)
    page.row(_time(this, this.starts_at), "Opening balance", "", "", _amount(this.opening, this))
    for each in lines:
        page.row(
            _time(this, each.booked_at), each.description, (each.order_id or "")[-12:],
            _amount(each.amount, this), _amount(each.balance, this),
        )  # fmt: skip
    page.row(_time(this, this.ends_at), "Closing balance", "", "", _amount(this.closing, this))
    page.canvas.save()
    return out.getvalue()


class _Page:
    """The current page, and the height at which its next row begins."""

    def __init__(self, canvas: Any, this: Statement) -> None:
        self.canvas, self.this, self.y, self.number = canvas, this, TOP, 1

    def begin(self, name: str) -> None:
        """Draw the head of the document."""
        this = self.this
        self._text(LEFT, "Statement of account", 18)
        self.y -= 2 * ROW
        status = "preliminary" if this.preliminary else "final"
        for line in (
            name[:MOST_NAME],
            f"Account {this.owner_id}",
            f"{this.period} · {this.currency} · {status}",
            f"Days of {this.time_zone}; lines by the time of booking",
        ):
            self._text(LEFT, line, 10)
            self.y -= ROW
        self.y -= ROW
        self._header()

    def row(self, booked: str, description: str, order: str, amount: str, balance: str) -> None:
        """Draw a row, on a new page if this one is full."""
        if self.y < BOTTOM:
            self._finish()
        for x, text in ((BOOKED, booked), (DESCRIPTION, description), (ORDER, order)):
            self._text(x, text, SIZE)
        self.canvas.drawRightString(AMOUNT, self.y, amount)
        self.canvas.drawRightString(RIGHT, self.y, balance)
        self.y -= ROW

    def _header(self) -> None:
        for x, text in ((BOOKED, "Booked"), (DESCRIPTION, "Description"), (ORDER, "Order, last digits")):
            self._text(x, text, SIZE)
        self.canvas.drawRightString(AMOUNT, self.y, "Amount")
        self.canvas.drawRightString(RIGHT, self.y, "Balance")
        self.canvas.line(LEFT, self.y - 4, RIGHT, self.y - 4)
        self.y -= ROW * 1.2

    def _finish(self) -> None:
        self.canvas.drawRightString(RIGHT, BOTTOM / 2, f"{self.number}")
        self.canvas.showPage()
        self.number, self.y = self.number + 1, TOP
        self._header()

    def _text(self, x: float, text: str, size: float) -> None:
        self.canvas.setFont(FONT, size)
        if text.isascii():
            self.canvas.drawString(x, self.y, text)
            return
        self.canvas.addLiteral(f"/Span << /ActualText <{_utf16(text)}> >> BDC")
        self.canvas.drawString(x, self.y, shapeStr(text, FONT, size))
        self.canvas.addLiteral("EMC")


def _utf16(text: str) -> str:
    """Return a text in hexadecimal digits of UTF-16, as PDF has it (ISO 32000-1, 14.9.4)."""
    return (codecs.BOM_UTF16_BE + text.encode("utf-16-be")).hex()


def _time(this: Statement, moment: datetime) -> str:
    return local(this, moment)[:16].replace("T", " ")


def _amount(minor: int, this: Statement) -> str:
    return f"{decimal(minor, this.currency):,}"


@cache
def _register_font() -> None:
    pdfmetrics.registerFont(TTFont(FONT, str(FONT_FILE)))
