"""Which rendition an address is for, and many addresses at once."""

from __future__ import annotations

import pytest
from flask import Flask

from metaia.media import renditions
from metaia.media.renditions import FULL, FULL_JPEG, LARGE, MEDIUM, SMALL
from tests.support.people import World
from tests.support.stored_media import fetch, stored

MANY = ",".join(["00000000-0000-4000-8000-000000000000"] * 101)


@pytest.fixture(autouse=True)
def context(app: Flask):
    with app.app_context():
        yield


@pytest.mark.parametrize(
    ("query", "variant"),
    [
        ("", FULL),
        ("?width=160", MEDIUM),
        ("?width=160&height=160&fit=cover", SMALL),
        ("?width=160&height=160&fit=contain", MEDIUM),
        ("?width=161&height=161&fit=cover", MEDIUM),
        ("?width=640", MEDIUM),
        ("?width=641", LARGE),
        ("?height=320", MEDIUM),
        ("?height=321", LARGE),
        ("?width=2000", FULL),
        ("?width=12000", FULL),
        ("?width=640&height=640&fit=cover", LARGE),
        ("?width=640&height=640&fit=contain", MEDIUM),
        ("?format=jpeg&width=10&quality=80", FULL_JPEG),
        ("?format=webp&quality=auto", FULL),
    ],
)
def test_the_smallest_rendition_that_is_large_enough_is_chosen(
    app: Flask, world: World, query: str, variant: str
):
    owner = world.person()
    media = stored(app, owner)
    answer = owner.get(f"/api/upload/{media.id}/url{query}")
    assert renditions.load(media.renditions)[variant].key in answer.json()["data"]["url"]


def test_the_address_of_the_content_stays_and_leads_to_a_fresh_one(app: Flask, world: World):
    owner, stranger = world.person(), world.person()
    media = stored(app, owner)
    for box, variant in (("", FULL), ("?width=160", MEDIUM)):
        answer = owner.get(f"/api/media/{media.id}/content{box}", allow_redirects=False)
        assert answer.status_code == 303
        assert renditions.load(media.renditions)[variant].key in answer.headers["Location"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert fetch(world.url, answer.headers["Location"]).headers["Content-Type"] == "image/webp"
    assert stranger.get(f"/api/media/{media.id}/content").status_code == 403


@pytest.mark.parametrize(
    ("accept", "variant"),
    [
        ("*/*", FULL),
        ("application/json", FULL),
        ("image/webp,image/apng,*/*;q=0.8", FULL),
        ("image/png,image/jpeg", FULL_JPEG),
        ("image/jpeg,image/webp;q=0", FULL_JPEG),
    ],
)
def test_format_auto_follows_accept(app: Flask, world: World, accept: str, variant: str):
    owner = world.person()
    media = stored(app, owner)
    answer = owner.get(f"/api/upload/{media.id}/url", headers={"Accept": accept})
    assert renditions.load(media.renditions)[variant].key in answer.json()["data"]["url"]


@pytest.mark.parametrize(
    "query",
    ["width=0", "width=-1", "width=12001", "width=1e3", "fit=fill", "format=avif", "quality=0", "quality=101",
     "quality=²", "download=maybe", "width=", "size=4", "width=1&width=2"],
)  # fmt: skip
def test_a_bad_box_is_refused(app: Flask, world: World, query: str):
    owner = world.person()
    media = stored(app, owner)
    assert owner.get(f"/api/upload/{media.id}/url?{query}").status_code == 422


def test_a_file_that_is_not_ready_has_no_address(app: Flask, world: World):
    owner = world.person()
    media = stored(app, owner, status="rejected", reason="corrupt")
    answer = owner.get(f"/api/upload/{media.id}/url")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_address")


def test_access_is_checked_for_each_address_of_a_page(app: Flask, world: World):
    owner, other, support = world.person(), world.person("tailor"), world.staff("support")
    mine, foreign, public = stored(app, owner), stored(app, other), stored(app, other, folder="menu")
    absent = "00000000-0000-4000-8000-000000000000"
    ids = f"?ids={mine.id},{foreign.id},{public.id},{absent},{mine.id}"
    found = owner.get(f"/api/upload/urls{ids}").json()["data"]["urls"]
    assert [(each["id"], each["error"]) for each in found] == [
        (mine.id, None), (foreign.id, "forbidden"), (public.id, None), (absent, "not_found")
    ]  # fmt: skip
    assert [bool(each["url"]) for each in found] == [True, False, True, False]
    assert [bool(each["urlExpiresAt"]) for each in found] == [True, False, False, False]
    assert set(found[0]["thumbnails"]) == {"small", "medium", "large"}
    seen = support.get(f"/api/upload/urls{ids}").json()["data"]["urls"]
    assert [each["error"] for each in seen] == [None, None, None, "not_found"]


@pytest.mark.parametrize(
    "ids", ["", "x", ",", "1," * 50, MANY], ids=["none", "no id", "comma", "numbers", "many"]
)
def test_a_bad_list_of_ids_is_refused(world: World, ids: str):
    assert world.person().get(f"/api/upload/urls?ids={ids}").status_code == 422
