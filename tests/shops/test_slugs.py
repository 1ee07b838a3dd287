"""Addresses of partners: each one takes the id or the slug."""

from __future__ import annotations

import pytest

from metaia.core.ids import new_id
from tests.support.people import Person, World
from tests.support.shops import ME, open_shop


@pytest.fixture
def partner(world: World) -> Person:
    return world.person("vendor")


def test_each_address_of_a_partner_takes_its_slug(world: World, partner: Person) -> None:
    slug, reader = open_shop(partner, businessName="Café Lune")["slug"], world.person()
    assert partner.post(f"{ME}/posts", {"text": "New shirts."}).ok
    for path in ("", "/menu", "/posts"):
        by_slug, by_id = (reader.get(f"/api/partners/{name}{path}") for name in (slug, partner.id))
        assert (by_slug.status_code, by_slug.json()["data"]) == (200, by_id.json()["data"]), path
        assert world.call("GET", f"/api/partners/{slug.upper()}{path}").ok
    follow = f"/api/partners/{slug}/follow"
    assert reader.put(follow).json()["data"] == {"following": True, "followers": 1}
    assert partner.put(follow).status_code == 403  # itself, whatever its name
    assert reader.delete(f"/api/partners/{partner.id.upper()}/follow").json()["data"]["followers"] == 0
    etag = reader.get(f"/api/partners/{partner.id}/menu").headers["ETag"]
    again = reader.get(f"/api/partners/{slug}/menu", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_an_unknown_or_hidden_name_is_not_found(world: World, partner: Person) -> None:
    slug, reader = open_shop(partner)["slug"], world.person()
    assert partner.post(f"{ME}/hide", {}).ok
    for name in (slug, "no-such-shop", new_id(), "x" * 121):
        for path in ("", "/menu", "/posts"):
            assert reader.get(f"/api/partners/{name}{path}").status_code == 404, (name, path)
        assert reader.put(f"/api/partners/{name}/follow").status_code == 404, name
