"""A picture of an order, and what each actor gets of it: by request, by address, by event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask

from metaia.core.times import now
from metaia.media.queries import Media
from metaia.media.serving import addresses
from tests.support.people import Person, Socket, World
from tests.support.stored_media import fetch, stored
from tests.support.waiting import refused

OWNER, PARTY, FORMER, STRANGER, SUPPORT, ADMIN, NOBODY = (
    "owner", "party", "former", "stranger", "support", "admin", "nobody",
)  # fmt: skip
ACTORS = (OWNER, PARTY, FORMER, STRANGER, SUPPORT, ADMIN, NOBODY)
NOTHING = "-"  # the actor has no address to try
Cells = dict[tuple[str, str], str]


def status(answer: requests.Response) -> str:
    """Return the status of an answer, with the code of an error."""
    return "200" if answer.ok else f"{answer.status_code}:{answer.json()['error']['code']}"


@dataclass
class Scenario:
    """The actors, the picture, another picture of its owner, and addresses that actors got while they saw it."""

    world: World
    people: dict[str, Person]
    media: Media
    other: Media
    known: dict[str, str] = field(default_factory=dict)
    sockets: dict[str, Socket] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)

    def call(self, actor: str, path: str) -> requests.Response:
        """Call a path as an actor."""
        return self.people[actor].get(path) if actor != NOBODY else self.world.call("GET", path)

    def url(self, actor: str) -> str:
        """Return a fresh address for an actor; an empty text if there is none."""
        answer = self.call(actor, f"/api/upload/{self.media.id}/url")
        return str(answer.json()["data"]["url"]) if answer.ok else ""

    def read(self, address: str | None) -> str:
        """Return the answer to an address, which needs no token."""
        return status(fetch(self.world.url, address)) if address else NOTHING

    def follow(self) -> None:
        """Let all actors follow events from now on."""
        for actor, person in self.people.items():
            self.sockets[actor] = person.socket()
            self.cursors[actor] = str(person.get("/api/sync").json()["data"]["cursor"])


def begin(app: Flask, world: World, visibility: str) -> Scenario:
    """Place an order with a picture, and replace its courier."""
    people = {
        OWNER: world.person(),
        PARTY: world.person("tailor"),
        FORMER: world.person("delivery"),
        STRANGER: world.person("tailor"),
        SUPPORT: world.staff("support"),
        ADMIN: world.staff("admin"),
    }
    owner, tailor = people[OWNER], people[PARTY]
    folder = "profile" if visibility == "public" else "general"
    media, other = (stored(app, owner, folder=folder, size=1_000) for _ in range(2))
    item = {"name": "Suit", "quantity": 1, "price": 10, "mediaIds": [media.id]}
    order = owner.order(items=[item], partnerId=tailor.id)
    scenario = Scenario(world, people, media, other)
    tailor.act(order, "assign", deliveryPartnerId=people[FORMER].id)
    scenario.known = {actor: found for actor in people if (found := scenario.url(actor))}
    scenario.known[NOBODY] = scenario.known[OWNER]  # it was passed on
    tailor.act(order, "assign", deliveryPartnerId=world.person("delivery").id)
    return scenario


def move(scenario: Scenario, target: str) -> None:
    """Bring the picture into a status, by an action that every follower with access learns of."""
    path, people = f"/api/upload/{scenario.media.id}", scenario.people
    answer = {
        "ready": lambda: people[OWNER].patch(path, {"alt": "A linen shirt"}),
        "hidden": lambda: people[ADMIN].patch(f"{path}/hide"),
        "deleted": lambda: people[OWNER].delete(f"{path}?force=true"),
    }[target]()
    assert answer.ok, answer.text
    scenario.sockets[OWNER].wait("upload:updated")


def cells(scenario: Scenario) -> Cells:
    """Return what each actor gets, by form and actor."""
    found: Cells = {}
    for actor in ACTORS:
        for form, get in FORMS.items():
            found[form, actor] = get(scenario, actor)
    return found


def _json(scenario: Scenario, actor: str) -> str:
    return status(scenario.call(actor, f"/api/upload/{scenario.media.id}"))


def _list(scenario: Scenario, actor: str) -> str:
    owner = f"&ownerId={scenario.media.owner_id}" if actor in {SUPPORT, ADMIN} else ""
    answer = scenario.call(actor, f"/api/upload?status=ready,hidden,deleted{owner}")
    if not answer.ok:
        return status(answer)
    rows = [row for row in answer.json()["data"]["media"] if row["id"] == scenario.media.id]
    return "absent" if not rows else "address" if rows[0]["url"] or rows[0]["thumbnails"] else "listed"


def _url(scenario: Scenario, actor: str) -> str:
    return status(scenario.call(actor, f"/api/upload/{scenario.media.id}/url"))


def _urls(scenario: Scenario, actor: str) -> str:
    answer = scenario.call(actor, f"/api/upload/urls?ids={scenario.media.id}")
    if not answer.ok:
        return status(answer)
    [row] = answer.json()["data"]["urls"]
    assert bool(row["url"]) == bool(row["thumbnails"]) == (row["error"] is None)
    return row["error"] or "address"


def _fresh(scenario: Scenario, actor: str) -> str:
    return scenario.read(scenario.url(actor))


def _rendition(scenario: Scenario, actor: str) -> str:
    answer = scenario.call(actor, f"/api/upload/{scenario.media.id}")
    thumbnails = answer.json()["data"]["media"]["thumbnails"] if answer.ok else None
    found = {scenario.read(address) for address in thumbnails.values()} if thumbnails else {NOTHING}
    assert len(found) == 1
    return found.pop()


def _known(scenario: Scenario, actor: str) -> str:
    return scenario.read(scenario.known.get(actor) if actor != STRANGER else None)


def _expired(scenario: Scenario, actor: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "_end", lambda: now() - timedelta(seconds=1))
        return scenario.read(scenario.url(actor))


def _of_another_file(scenario: Scenario, actor: str) -> str:
    return scenario.read(scenario.url(actor).replace(str(scenario.media.key), str(scenario.other.key)))


def _changed_by_a_bit(scenario: Scenario, actor: str) -> str:
    address = scenario.url(actor)
    start = address.find("signature=") + len("signature=")
    assert not address or address[start:] != urlsplit(address).query
    return scenario.read(address and f"{address[:start]}{chr(ord(address[start]) ^ 1)}{address[start + 1 :]}")


def _event(scenario: Scenario, actor: str) -> str:
    if actor == NOBODY:
        return str(refused(scenario.world.url)["code"])
    return _heard([data["media"] for data in scenario.sockets[actor].of("upload:updated")], scenario)


def _sync(scenario: Scenario, actor: str) -> str:
    answer = scenario.call(actor, f"/api/sync?cursor={scenario.cursors.get(actor, '')}")
    if not answer.ok:
        return status(answer)
    events = [event for event in answer.json()["data"]["events"] if event["type"] == "upload:updated"]
    return _heard([event["data"]["media"] for event in events], scenario)


def _heard(found: list[dict[str, object]], scenario: Scenario) -> str:
    """Return whether a picture was heard of, always without addresses."""
    assert not [media for media in found if {"url", "thumbnails", "urlExpiresAt"} & media.keys()]
    return "heard" if [media for media in found if media["id"] == scenario.media.id] else "nothing"


FORMS = {
    "json": _json,
    "list": _list,
    "url": _url,
    "urls": _urls,
    "fresh": _fresh,
    "rendition": _rendition,
    "known": _known,
    "expired": _expired,
    "other": _of_another_file,
    "bit": _changed_by_a_bit,
    "event": _event,
    "sync": _sync,
}
