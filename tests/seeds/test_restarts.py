"""The clients of the first two guides, word for word, in a browser: cuts and restarts lose nothing.

The pages come from another origin. Their addresses lead through a proxy to one of two web processes; the requests of
this test go to the other one, so that orders move while the first one is away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import gevent
import pytest

from metaia.dev.process_registry import free_port
from tests.clients.proxy import Proxy
from tests.e2e import stack as e2e_stack
from tests.e2e.stack import Stack, kill, stack, stop
from tests.seeds import pages
from tests.seeds.story import Story
from tests.support.people import World
from tools.chromium import Browser

pytestmark = pytest.mark.browser
AWAY = 10.0  # seconds


def cut(story: Story) -> None:
    """End the connections, and refuse new ones."""
    story.set_offline(True)
    story.proxy.up = False
    story.proxy.cut()
    story.move()
    gevent.sleep(AWAY)
    story.move()
    story.proxy.up = True
    story.set_offline(False)


def black_hole(story: Story) -> None:
    """Forward nothing, on old connections and on new ones."""
    story.proxy.stall()
    story.move()
    gevent.sleep(AWAY)
    story.move()
    story.proxy.flow()


def end_token(story: Story) -> None:
    """Wait until the tokens of the pages have ended; their connections go on. Then cut them."""
    gevent.sleep(max(0.0, story.ends + 1 - time.time()))
    story.move()
    story.judge("token-ended")
    story.proxy.cut(reset=True)
    story.move()


@pytest.fixture
def own(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setattr(e2e_stack, "SECONDS", 60.0)  # Chromium starts on the same processors
    with stack(environment, tmp_path) as (running, _):
        yield running


def test_the_guides_clients_lose_nothing_by_cuts_and_restarts(own: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    with ExitStack() as parts:
        origin = parts.enter_context(pages.served(folder))
        given = {"CORS_ORIGINS": origin, "TRUSTED_HOSTS": "localhost"}
        first = own.web(**given)
        port, own.port = own.port, free_port()
        own.url = f"http://127.0.0.1:{own.port}"
        own.web(PORT=str(own.port), **given)
        proxy = parts.enter_context(Proxy(port))
        browser = parts.enter_context(Browser(*pages.flags(int(proxy.url.rpartition(":")[2]))))
        story = Story(own, proxy, browser, origin, folder)
        parts.callback(story.close)
        story.begin(parts.enter_context(World(own.url)))
        trouble: list[Callable[[Story], None]] = [cut, black_hole, end_token]
        for happens in trouble:
            happens(story)
            story.judge(happens.__name__)
        for end in (stop, kill):
            end(first)
            story.move()
            first = own.web(PORT=str(port), **given)
            story.move()
            story.judge(end.__name__)
