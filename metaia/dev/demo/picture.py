"""The scene with a picture: the shop uploads one that is drawn here, and everyone can see it."""

from __future__ import annotations

from dataclasses import dataclass

from metaia.core.json import Json
from metaia.dev.demo.client import Client
from metaia.dev.drawings import dishes

THALI = "Thali of the day"
SECONDS = 10  # that the answer waits until the picture is checked


@dataclass(frozen=True)
class Shown:
    """A finished picture, and its address."""

    media: Json
    url: str


def upload(client: Client) -> Shown | None:
    """Upload the picture as one of the menu, and return it with an address; None if no worker checks it in time.

    Raises DemoError.
    """
    media = client.upload(
        "thali.png", dishes.dish(THALI), {"folder": "menu", "alt": "A thali with five curries"}, SECONDS
    )
    if media["status"] != "ready":
        return None
    return Shown(media, client.call("GET", f"/api/upload/{media['id']}/url?width=640")["url"])
