"""The scenes of a shop: a customer finds it, orders from its menu, and reviews what a courier of the pool delivers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote as escaped

from metaia.core.json import Json
from metaia.dev import demo_data
from metaia.dev.demo import couriers
from metaia.dev.demo.client import DemoError, Received
from metaia.dev.demo.play import DemoRun, Step
from metaia.dev.demo.story import COURIER, COURIERS, CUSTOMER, EVERYONE, PARTIES, PARTNER, Story
from metaia.dev.demo_catalogue import LUNCH

HOME = demo_data.PLACES[0]
WISH, EXTRA = "Masala dosa", "Extra ghee"
STARS, SAID, REPLY = 5, "Crisp, and still hot.", "Thank you! See you soon."


def play(run: DemoRun, shown: Callable[[Step], None]) -> None:
    """Play the scenes; `shown` gets each step once it is done. Raises DemoError."""
    story = Story(run, shown)
    shop = _find(story)
    for login in COURIERS:
        couriers.begin_shift(story, login)
    _order(story, shop)
    couriers.claim(story)
    couriers.deliver(story)
    _review(story)


def _find(story: Story) -> Json:
    place = f"{HOME['lat']},{HOME['lng']}"
    path = f"/api/partners?deliversTo={place}&open=true&q={escaped(WISH)}"
    found = story.send(CUSTOMER, "GET", path, None, lambda answer: f"{len(answer['partners'])} with {WISH}")
    partner_id = story.run.clients[PARTNER].id
    shop: Json | None = next((each for each in found["partners"] if each["id"] == partner_id), None)
    if shop is None:
        raise DemoError(f"the directory has no open shop with {WISH}; `make run` makes it with new data")
    return shop


def _order(story: Story, shop: Json) -> None:
    """Choose from the menu, ask for the price, and order for it."""
    menu = story.run.clients[CUSTOMER].call("GET", f"/api/partners/{shop['id']}/menu")
    products = [each for section in menu["sections"] for each in section["products"]]
    wish = next(each for each in products if each["name"] == WISH)
    groups = {each["id"]: each for each in menu["modifierGroups"]}
    item = {"productId": wish["id"], "quantity": 2, "modifiers": _modifiers(wish, groups)}
    body = {
        "partnerId": shop["id"],
        "items": [item],
        "fulfilment": "delivery",
        "destination": HOME,
        "coupon": LUNCH,
        "tip": 20,
    }
    path = "/api/orders/quote"
    quote = story.run.clients[CUSTOMER].call("POST", path, body)["quote"]
    what = f"{quote['subtotal']:g} − {quote['discount']:g} + {quote['fees'][0]['amount']:g} + 20 tip"
    story.send(CUSTOMER, "POST", path, body, f"{what} = {quote['total']:g}")
    events = [(each, "order_update", "pending") for each in EVERYONE]
    events += [(CUSTOMER, "new_notification", "order_placed"), (PARTNER, "new_notification", "order_new")]
    answer = story.send(
        CUSTOMER,
        "POST",
        "/api/orders",
        body | {"quoteId": quote["id"]},
        f"2 × {WISH}, {EXTRA.lower()}",
        *events,
    )
    story.order = answer["order"]
    if story.order["total"] != quote["total"]:
        story.run.problems.append("the order has another total than its quote")


def _sum(answer: Json) -> str:
    """Return how the total of a quote comes about."""
    quote = answer["quote"]
    fee = sum(each["amount"] for each in quote["fees"])
    parts = f"{quote['subtotal']:g} − {quote['discount']:g} + {fee:g} + {quote['tip']:g}"
    return f"{parts} = {quote['total']:g}"


def _modifiers(product: Json, groups: dict[str, Json]) -> list[Json]:
    """Return the extra, and the first option of each group that is required."""
    chosen = []
    for use in product["modifierGroups"]:
        options = groups[use["groupId"]]["options"]
        named = next((each for each in options if each["name"] == EXTRA), None)
        option = named or (options[0] if use["min"] else None)
        if option:
            chosen.append({"groupId": use["groupId"], "optionId": option["id"]})
    return chosen


def _review(story: Story) -> None:
    """Review the shop and its courier; the shop replies."""
    order = story.order
    subjects: list[Json] = [{"type": "partner", "id": order["partnerId"], "rating": STARS}]
    subjects += [{"type": "product", "id": order["items"][0]["productId"], "rating": STARS}]
    subjects += [{"type": "courier", "id": story.run.clients[COURIER].id, "rating": STARS}]
    body = {"orderId": order["id"], "subjects": subjects, "text": SAID}
    events = [
        *((each, "review:created", "create") for each in PARTIES),
        (PARTNER, "new_notification", "review_received"),
    ]
    [review, *_] = story.send(CUSTOMER, "POST", "/api/reviews", body, SAID, *events)["reviews"]
    events = [
        *((each, "review:updated", "reply") for each in PARTIES),
        (CUSTOMER, "new_notification", "review_reply"),
    ]

    def concerns(received: Received) -> bool:
        data: Any = received.data.get("data", received.data)
        return bool(data.get("reviewId") == review["id"])

    path = f"/api/reviews/{review['id']}/reply"
    story.send(PARTNER, "PUT", path, {"text": REPLY}, REPLY, *events, concerns=concerns)
