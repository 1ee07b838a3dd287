"""The scene with a picture: the shop uploads one that is drawn here, and everyone can see it."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw

from metaia.core.json import Json
from metaia.dev.demo.client import Client

SIZE = (1200, 900)
PLATE, RIM = (300, 150, 900, 750), 30
CURRIES = ("#b45309", "#15803d", "#b91c1c", "#ca8a04", "#7c2d12")
SECONDS = 10  # that the answer waits until the picture is checked


@dataclass(frozen=True)
class Shown:
    """A finished picture, and its address."""

    media: Json
    url: str


def draw() -> bytes:
    """Return a PNG of a thali: a plate with bowls."""
    image = Image.new("RGB", SIZE, "#fff7ed")
    canvas = ImageDraw.Draw(image)
    canvas.ellipse(PLATE, fill="#e5e7eb", outline="#9ca3af", width=RIM)
    for place, colour in zip(
        ((380, 260), (560, 220), (720, 300), (400, 480), (680, 500)), CURRIES, strict=True
    ):
        x, y = place
        canvas.ellipse((x, y, x + 140, y + 140), fill=colour, outline="#6b7280", width=8)
    for _ in range(200):  # rice
        x, y = random.randrange(540, 640), random.randrange(430, 560)  # noqa: S311 - grains, not secrets
        canvas.ellipse((x, y, x + 14, y + 6), fill="#fffbeb")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def upload(client: Client) -> Shown | None:
    """Upload the picture as one of the menu, and return it with an address; None if no worker checks it in time.

    Raises DemoError.
    """
    media = client.upload(
        "thali.png", draw(), {"folder": "menu", "alt": "A thali with five curries"}, SECONDS
    )
    if media["status"] != "ready":
        return None
    return Shown(media, client.call("GET", f"/api/upload/{media['id']}/url?width=640")["url"])
