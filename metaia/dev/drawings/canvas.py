"""A canvas for drawings of the demo. Each drawing is the same on every machine."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from random import Random

from PIL import Image, ImageDraw

Canvas = ImageDraw.ImageDraw
Point = tuple[float, float]
Inside = Callable[[float, float], bool]
UNIT = 1.5  # pixels that are drawn for a unit of a drawing
SMOOTH = 2  # then it is made smaller by this factor, so that edges are smooth
DISH, FACE = (640, 480), (256, 256)  # units
STEEL, SHADOW = "#d1d5db", "#9ca3af"


class _Scaled:
    """A canvas that takes coordinates and widths in units."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def __getattr__(self, name: str) -> Callable[..., None]:
        draw = getattr(self._canvas, name)

        def scaled(place: Sequence[float] | Sequence[Point], *values: float, **options: object) -> None:
            flat = [each for part in place for each in (part if isinstance(part, tuple) else (part,))]
            if name == "rounded_rectangle":
                values = tuple(value * UNIT for value in values)
            if isinstance(width := options.get("width"), int):
                options["width"] = round(width * UNIT)
            draw([each * UNIT for each in flat], *values, **options)

        return scaled


def drawn(size: tuple[int, int], ground: str, draw: Callable[[Canvas], None]) -> bytes:
    """Return a PNG of `size` units with what `draw` has drawn on a ground of one colour."""
    width, height = size
    image = Image.new("RGB", (round(width * UNIT), round(height * UNIT)), ground)
    draw(_Scaled(ImageDraw.Draw(image)))  # type: ignore[arg-type]
    file = io.BytesIO()
    image.reduce(SMOOTH).save(file, "PNG", compress_level=1)
    return file.getvalue()


def bowl(canvas: Canvas, middle: Point, radius: float, colour: str) -> None:
    """Draw a steel bowl from above, with something of one colour in it."""
    x, y = middle
    canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=SHADOW)
    canvas.ellipse((x - radius + 7, y - radius + 5, x + radius - 7, y + radius - 9), fill=colour)


def inside(box: tuple[float, float, float, float]) -> Inside:
    """Return whether a point is in the ellipse of a box."""
    left, top, right, bottom = box
    return lambda x, y: (
        ((2 * x - left - right) / (right - left)) ** 2 + ((2 * y - top - bottom) / (bottom - top)) ** 2 < 1
    )


def _points(box: Sequence[float], count: int, inside: Inside | None) -> list[Point]:
    rng = Random(count)  # noqa: S311 - a drawing, not a secret
    left, top, right, bottom = box
    places = ((rng.uniform(left, right), rng.uniform(top, bottom)) for _ in range(count))
    return [place for place in places if inside is None or inside(*place)]


def dots(
    canvas: Canvas,
    box: Sequence[float],
    colour: str,
    count: int,
    radius: float,
    inside: Inside | None = None,
) -> None:
    """Draw `count` dots in a box, without those that are not `inside`."""
    for x, y in _points(box, count, inside):
        canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def grains(canvas: Canvas, box: Sequence[float], colour: str, count: int, inside: Inside) -> None:
    """Draw `count` grains of rice in a box, without those that are not `inside`."""
    for n, (x, y) in enumerate(_points(box, count, inside)):
        dx, dy = ((7, 3), (6, -4), (2, 7), (8, 0))[n % 4]
        canvas.line((x - dx, y - dy, x + dx, y + dy), fill=colour, width=4)


def mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with a share of another one."""
    pairs = ((int(colour[n : n + 2], 16), int(other[n : n + 2], 16)) for n in (1, 3, 5))
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)
