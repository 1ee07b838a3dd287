"""The profile picture: an uploaded file, attached to its user."""

from __future__ import annotations

import pytest
import requests
from flask import Flask

from metaia.core.json import Json
from metaia.media import queries
from metaia.media.queries import Media
from metaia.providers.storage import registry
from tests.support.media import insert_media
from tests.support.people import Person, World


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


def choose(person: Person, media_id: str | None) -> Json:
    answer = person.patch("/api/auth/me", {"avatarMediaId": media_id})
    assert answer.status_code == 200, answer.text
    user: Json = answer.json()["data"]["user"]
    return user


def of(media: Media) -> Media:
    found = queries.by_id(media.id)
    assert found is not None
    return found


def refused(answer: requests.Response) -> tuple[str, Json]:
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    return error["code"], error["details"]


def test_an_uploaded_picture_is_shown_to_its_user(person: Person) -> None:
    media = insert_media(person, folder="profile")
    user = choose(person, media.id)
    assert media.renditions is not None
    assert media.renditions["small"]["key"] in user["avatar"]
    assert person.get("/api/auth/me").json()["data"]["user"]["avatar"] == user["avatar"]
    assert (of(media).attached_to, of(media).due_at) == ((f"user-{person.id}",), None)
    assert choose(person, media.id)["avatar"] == user["avatar"]


def test_a_new_picture_releases_the_former_one(person: Person) -> None:
    first, second = (insert_media(person, folder="profile") for _ in range(2))
    choose(person, first.id)
    choose(person, second.id)
    assert of(first).attached_to == ()
    assert of(first).due_at is not None
    assert choose(person, None)["avatar"] is None
    assert of(second).attached_to == ()


def test_a_picture_at_another_address_replaces_the_uploaded_one(person: Person) -> None:
    media = insert_media(person, folder="profile")
    choose(person, media.id)
    assert person.patch("/api/auth/me", {"name": "Asha"}).json()["data"]["user"]["avatar"] is not None
    person.patch("/api/auth/me", {"avatar": "https://pictures.example/a.png"})
    assert of(media).attached_to == ()


def test_a_profile_can_be_sent_back_as_it_came(person: Person) -> None:
    media = insert_media(person, folder="profile")
    user = choose(person, media.id)
    assert user["avatar"].startswith("http://")
    answer = person.patch("/api/auth/me", {"name": user["name"], "avatar": user["avatar"]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["user"] == user
    assert of(media).attached_to == (f"user-{person.id}",)
    other = f"{user['avatar'].partition('/media/')[0]}/media/{'0' * 32}/small.webp"
    assert refused(person.patch("/api/auth/me", {"avatar": other})) == (
        "invalid",
        {"avatar": ["Not a valid URL."]},
    )


def test_a_picture_follows_the_settings_of_its_store(
    app: Flask, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = choose(person, insert_media(person, folder="profile").id)["avatar"]
    monkeypatch.setitem(app.config, "MEDIA_BASE_URL", "https://files.example")
    monkeypatch.setitem(app.extensions, registry.EXTENSION, {})
    user = person.get("/api/auth/me").json()["data"]["user"]
    assert user["avatar"].startswith("https://files.example/media/")
    assert person.patch("/api/auth/me", {"avatar": earlier}).json()["data"]["user"] == user


def test_a_picture_in_a_store_without_settings_is_not_shown(person: Person) -> None:
    choose(person, insert_media(person, folder="profile", store="cloudinary").id)
    assert person.get("/api/auth/me").json()["data"]["user"]["avatar"] is None


def test_only_own_public_pictures_are_profile_pictures(world: World, person: Person) -> None:
    foreign = insert_media(world.person(), folder="profile")
    answer = person.patch("/api/auth/me", {"avatarMediaId": foreign.id})
    assert refused(answer) == ("unknown_media", {"avatarMediaId": [foreign.id]})
    private = insert_media(person)
    assert refused(person.patch("/api/auth/me", {"avatarMediaId": private.id}))[0] == "invalid"
    assert of(private).attached_to == ()
    both = {"avatarMediaId": None, "avatar": None}
    assert refused(person.patch("/api/auth/me", both))[1].keys() == {"avatar"}


def test_a_deleted_picture_is_no_profile_picture_any_more(person: Person) -> None:
    media = insert_media(person, folder="profile")
    choose(person, media.id)
    answer = person.delete(f"/api/upload/{media.id}")
    assert answer.status_code == 409, answer.text
    assert answer.json()["error"]["code"] == "in_use"
    assert answer.json()["error"]["details"] == {"attachedTo": [f"user-{person.id}"]}
    assert person.delete(f"/api/upload/{media.id}?force=true").status_code == 202
    assert person.get("/api/auth/me").json()["data"]["user"]["avatar"] is None
