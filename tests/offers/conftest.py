"""The parties of an offer."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from metaia.core.json import Json
from tests.support.people import Person, World

ITEMS = [{"name": "Linen", "quantity": 40, "unit": "metres", "price": 310}]


class Negotiation:
    """A customer and a partner, who make and answer offers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.buyer, self.seller = world.person(), world.person("tailor")

    def make(self, maker: Person | None = None, **body: Any) -> Json:
        """Make an offer and return it; by default the customer asks the partner."""
        answer = self.ask(maker, **body)
        assert answer.status_code == 201, answer.text
        offer: Json = answer.json()["data"]["offer"]
        return offer

    def ask(self, maker: Person | None = None, **body: Any) -> requests.Response:
        """Make an offer; return the answer."""
        maker = maker or self.buyer
        recipient = self.seller if maker is self.buyer else self.buyer
        return maker.post("/api/offers", {"recipientId": recipient.id, "items": ITEMS} | body)


def act(person: Person, offer: Json, action: str, **body: Any) -> requests.Response:
    """Do an action to an offer as it was read; return the answer."""
    return person.patch(f"/api/offers/{offer['id']}/{action}", {"expectedVersion": offer["version"]} | body)


def acted(person: Person, offer: Json, action: str, **body: Any) -> Json:
    """Do an action to an offer as it was read; return the offer after it."""
    answer = act(person, offer, action, **body)
    assert answer.status_code == 200, answer.text
    after: Json = answer.json()["data"]["offer"]
    return after


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def deal(world: World) -> Negotiation:
    """Give a customer and a partner."""
    return Negotiation(world)
