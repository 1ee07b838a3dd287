"""Timing's tracking page, word for word, in a browser: the sums of its lines are its total."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e import stack as e2e_stack
from tests.e2e.stack import stack
from tests.seeds import pages
from tests.support.people import World
from tools.chromium import Browser

pytestmark = pytest.mark.browser
PARTS = ("frame.js", "code/OrderTracking.jsx", "tracking.jsx")
ITEMS = [
    {"menuName": "Pad Thai", "quantity": 3, "price": 60.1},
    {"menuName": "Iced tea", "quantity": 2, "price": 35.25},
]
# The texts of the lines, the last of which is the total.
LINES = """[...document.querySelectorAll(".flex.justify-between")].map((line) =>
    [...line.querySelectorAll("span")].map((one) => one.innerText))"""


def test_the_lines_of_the_tracking_page_add_up_to_its_total(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e2e_stack, "SECONDS", 60.0)  # Chromium starts on the same processors
    folder = tmp_path / "pages"
    folder.mkdir()
    with (
        pages.served(folder) as origin,
        stack(environment, tmp_path) as (own, _),
        Browser(*pages.flags(own.port)) as browser,
    ):
        own.web(CORS_ORIGINS=origin, TRUSTED_HOSTS="localhost")
        with World(own.url) as world:
            customer, tailor = world.person(), world.person("tailor")
            order = customer.order(items=ITEMS, partnerId=tailor.id, customerInfo={"address": "7 Mill Road"})
            for action in ("accept", "ready"):
                order = tailor.act(order, action)
            pages.write(folder, "tracking", PARTS, "")
            tab = browser.open()
            tab.go(f"{origin}/tracking.html?order={order['id']}")
            tab.until(f"{LINES}.length === 3")
            *lines, total = tab.run(LINES)
            assert [name for name, _ in lines] == ["3x Pad Thai", "2x Iced tea"]
            amounts = [float(amount.removeprefix("฿")) for _, amount in lines]
            assert sum(amounts) == pytest.approx(float(total[1].removeprefix("฿"))) == 250.8
            assert [error for error in tab.errors if "favicon.ico" not in error] == []  # Chromium asks for it
            tab.close()
