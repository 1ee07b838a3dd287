"""A page of another origin, in Chromium, shows a public picture and plays a private voice message."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator

import pytest
from flask import Flask
from gevent.pywsgi import WSGIServer

from metaia.media import renditions
from metaia.media.renditions import FULL, ORIGINAL, Rendition
from metaia.providers.storage import keys
from tests.support.media import insert_media
from tests.support.people import Person, World
from tests.support.stored_media import at, put
from tools.chromium import PROGRAM, Browser

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not PROGRAM, reason="needs Chromium")]
RATE = 8000  # samples a second
# 1 × 1 pixel, lossless WebP
PICTURE = bytes.fromhex("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700")


@pytest.fixture
def other_origin() -> Iterator[str]:
    """Give the origin of a server that answers with an empty page."""

    def page(_: object, start_response: object) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])  # type: ignore[operator]
        return [b"<!doctype html><title>other</title>"]

    server = WSGIServer(("127.0.0.1", 0), page, log=None)
    server.start()
    yield f"http://localhost:{server.server_port}/"
    server.stop(timeout=1)


def recording() -> bytes:
    """Return three seconds of silence."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(2 * 3 * RATE))
    return buffer.getvalue()


def stored(app: Flask, owner: Person, variant: str, type_: str, content: bytes, **fields: str) -> str:
    """Store a file of `owner`; return its id."""
    prefix = keys.new_prefix(public=fields.get("folder") == "menu")
    key = renditions.key(prefix, variant, type_)
    put(app, key, content)
    found = {variant: Rendition(key, type_, len(content), 1, 1)}
    return insert_media(owner, key=prefix, renditions=renditions.as_json(found), **fields).id


def test_a_page_of_another_origin_shows_and_plays(app: Flask, world: World, other_origin: str):
    owner = world.person("tailor")
    with app.app_context():
        picture = stored(app, owner, FULL, "image/webp", PICTURE, folder="menu")
        voice = stored(app, owner, ORIGINAL, "audio/wav", recording(), kind="voice")
    shown, heard = (
        at(world.url, owner.get(f"/api/upload/{media_id}/url").json()["data"]["url"])
        for media_id in (picture, voice)
    )
    with Browser() as browser:
        tab = browser.open()
        tab.go(other_origin)
        tab.run(f"window.picture = new Image(); picture.src = {shown!r}; document.body.append(picture)")
        tab.until("picture.complete && picture.naturalWidth === 1")
        play = f"window.voice = new Audio({heard!r}); voice.muted = true; voice.play()"
        tab.send("Runtime.evaluate", expression=play, userGesture=True)
        tab.until("voice.currentTime > 0.2")
        tab.run("voice.currentTime = 2.5")
        tab.until("voice.ended && voice.duration === 3")
        assert tab.errors == []
