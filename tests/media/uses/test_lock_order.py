"""A forced deletion and a change of the subject at the same time: no deadlock, and one consistent result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import requests
from flask import Flask

from metaia.core import db
from metaia.media import privacy, queries
from metaia.media.queries import Media
from metaia.users import queries as user_queries
from tests.support.media import in_parallel, insert_media
from tests.support.people import Person, World

ROUNDS = 50


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


def choose(person: Person, media_id: str | None) -> requests.Response:
    return person.patch("/api/auth/me", {"avatarMediaId": media_id})


def remove(person: Person, media: Media) -> requests.Response:
    return person.delete(f"/api/upload/{media.id}?force=true")


def picture(person: Person) -> Media:
    return insert_media(person, folder="profile")


def require_consistent(person: Person) -> None:
    """Check that the address in the account is that of a picture that is attached and not deleted."""
    account = user_queries.by_id(person.id)
    assert account is not None
    attached, _ = queries.page(
        filters={"owner_id": person.id, "attached": True}, sort="createdAt", limit=10, cursor=None
    )
    assert [media.status for media in attached] == ["ready"] * bool(account.avatar)
    assert all(str(media.key) in str(account.avatar) for media in attached)


def test_deleting_the_avatar_while_it_is_changed_never_deadlocks(app: Flask, person: Person) -> None:
    with app.app_context():
        former = picture(person)
        assert choose(person, former.id).status_code == 200
        for _ in range(ROUNDS):
            following = picture(person)
            calls: list[Callable[[], requests.Response]] = [
                partial(remove, person, former),
                partial(choose, person, following.id),
                partial(choose, person, former.id),
            ]
            answers = [answer.status_code for answer in in_parallel(app, calls)]
            assert answers[0] == 202
            assert answers[1] == 200
            assert answers[2] in {200, 422}
            require_consistent(person)
            assert choose(person, following.id).status_code == 200
            former = following


def test_deleting_a_picture_while_it_becomes_the_avatar_leaves_no_address(app: Flask, person: Person) -> None:
    with app.app_context():
        for _ in range(ROUNDS):
            media = picture(person)
            deleted, chosen = in_parallel(
                app, [partial(remove, person, media), partial(choose, person, media.id)]
            )
            assert deleted.status_code == 202
            assert chosen.status_code in {200, 422}
            require_consistent(person)
            account = user_queries.by_id(person.id)
            assert account is not None
            assert account.avatar is None


def test_the_erasure_of_an_account_waits_for_a_change_of_its_avatar(app: Flask, person: Person) -> None:
    with app.app_context():
        media = picture(person)
        assert choose(person, media.id).status_code == 200

        def erase() -> None:
            with db.transaction():
                privacy.erase(media.id)

        _, answer = in_parallel(app, [erase, partial(choose, person, None)])
        assert answer.status_code == 200
        require_consistent(person)
