"""kill -9 of the web process around the commit of an acceptance: one order if the offer is accepted, else none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import pytest
import requests

from metaia.core.json import Json
from tests.e2e.stack import Stack, kill, stack, stop
from tests.support.people import Person, World

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
STATE: LiteralString = """
    SELECT status, version, (SELECT count(*) FROM orders WHERE offer_id = offers.id),
        (SELECT count(*) FROM offer_steps WHERE offer_id = offers.id AND action = 'accept'),
        (SELECT count(*) FROM notifications WHERE type = 'offer_accepted' AND data ->> 'offerId' = offers.id::text)
    FROM offers WHERE id = %s"""


@pytest.fixture
def own(environment: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    with stack(environment, tmp_path) as (started, _):
        yield started


def accept(own: Stack, person: Person, offer: Json) -> requests.Response:
    """Accept an offer on a new connection, always with the same key."""
    with World(own.url) as world:
        person.world = world
        headers = {"Idempotency-Key": offer["id"]}
        return person.patch(f"/api/offers/{offer['id']}/accept", {"expectedVersion": 1}, headers=headers)


def test_an_acceptance_is_whole_whatever_dies(own: Stack) -> None:
    web = own.web()
    with World(own.url) as world:
        buyer, seller = world.person(), world.person("tailor")
        body = {
            "recipientId": seller.id,
            "items": [{"name": "Suit", "quantity": 3, "price": 5}],
            "total": 14.99,
        }
        offer = buyer.post("/api/offers", body).json()["data"]["offer"]
    assert stop(web) == 0
    web = own.web(METAIA_FAULT="offer_accepted")
    with pytest.raises(requests.ConnectionError):
        accept(own, seller, offer)
    assert own.rows(STATE, offer["id"]) == [("pending", 1, 0, 0, 0)], "nothing is half done"
    kill(web)
    web = own.web(METAIA_FAULT="after_commit")
    with pytest.raises(requests.ConnectionError):
        accept(own, seller, offer)
    assert own.rows(STATE, offer["id"]) == [("accepted", 2, 1, 1, 1)], "all is done"
    kill(web)
    web = own.web()
    again = accept(own, seller, offer)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert again.json()["data"]["order"]["total"] == 14.99
    assert own.rows(STATE, offer["id"]) == [("accepted", 2, 1, 1, 1)]
    assert stop(web) == 0
