"""A page on another origin, as an application has it: it shows a public picture and plays a private voice message."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.console.browser.pictures import errors, picture, recording
from tests.console.browser.product import Product
from tests.console.browser.test_files import upload
from tools.chromium import Tab

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="en"><head><title>An application</title><link rel="icon" href="data:,"></head>
<body><h1>Menu</h1><img src="{image}" alt="A plate" width="400"><p><audio controls src="{voice}"></audio></p>
</body></html>
"""


@contextmanager
def served(html: str) -> Iterator[str]:
    """Serve one page on an origin of its own, and give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def test_another_origin_shows_a_picture_and_plays_a_voice_message(product: Product, tab: Tab) -> None:
    image = upload(product, "tailor", "image", "plate.png", picture("#0369a1"), folder="menu")
    voice = upload(product, "customer", "voice", "note.wav", recording())
    assert (image["visibility"], voice["visibility"]) == ("public", "private")
    address = product.call("customer", "GET", f"/api/upload/{voice['id']}/url")["url"]
    with served(
        PAGE.format(
            image=image["thumbnails"]["medium"].replace("&", "&amp;"), voice=address.replace("&", "&amp;")
        )
    ) as url:
        tab.go(url)
        tab.until("document.querySelector('img').naturalWidth === 640")
        tab.run("document.querySelector('audio').play()")
        tab.until("document.querySelector('audio').currentTime > 0.5")
        assert tab.run("document.querySelector('audio').duration") == pytest.approx(1.5, abs=0.1)
        assert errors(tab) == []
