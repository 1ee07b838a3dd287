"""The parties of a review."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from metaia.core.json import Json
from tests.support.people import Person, World
from tests.support.reviews import insert_order


class Visit:
    """A customer, a partner and a courier, with orders that have ended."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.customer = world.person(name="Priya Anand Sharma")
        self.partner, self.courier = world.person("tailor"), world.person("delivery")

    def order(self, **values: Any) -> str:
        """Return the id of a new order that has ended."""
        return insert_order(self.customer.id, self.partner.id, courier_id=self.courier.id, **values)

    def ask(self, *subjects: Json, by: Person | None = None, **body: Any) -> requests.Response:
        """Send reviews; by default one with 5 stars for the partner of a new order."""
        given = {"subjects": list(subjects) or [self.of_partner(5)]} | body
        if not given.keys() & {"orderId", "bookingId"}:
            given["orderId"] = self.order()
        return (by or self.customer).post("/api/reviews", given)

    def write(self, *subjects: Json, **body: Any) -> Json:
        """Write reviews and return the first one."""
        answer = self.ask(*subjects, **body)
        assert answer.status_code == 201, answer.text
        review: Json = answer.json()["data"]["reviews"][0]
        return review

    def of_partner(self, rating: int, **more: Any) -> Json:
        """Return the rating of the partner."""
        return {"type": "partner", "id": self.partner.id, "rating": rating} | more

    def of_courier(self, rating: int) -> Json:
        """Return the rating of the courier."""
        return {"type": "courier", "id": self.courier.id, "rating": rating}

    def listed(self, **query: Any) -> Json:
        """Return the public list of the partner's reviews."""
        answer = self.world.call("GET", "/api/reviews", params={"partnerId": self.partner.id} | query)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def visit(world: World) -> Visit:
    """Give a customer, a partner and a courier."""
    return Visit(world)
