"""Previews over REST: each type on each channel in each language."""

from __future__ import annotations

from typing import Any

import pytest

from metaia.notifications.content import preview, templates
from metaia.notifications.registry import EMAIL, NOTIFICATION_TYPES
from tests.support.people import Person, World

TYPES = "/api/admin/notifications/types"


@pytest.fixture
def support(world: World) -> Person:
    """Give a support user."""
    return world.staff("support")


def previews(person: Person, name: str, locale: str) -> dict[str, dict[str, str]]:
    """Return the parts of the messages of a type, by channel."""
    answer = person.get(f"{TYPES}/{name}/previews?locale={locale}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]["previews"]
    return {one["channel"]: {part["name"]: part["text"] for part in one["parts"]} for one in found}


def test_all_types_are_listed_with_their_channels(support: Person) -> None:
    data = support.get(TYPES).json()["data"]
    assert data["locales"] == ["de", "en", "hi"]
    found = {one["name"]: one["channels"] for one in data["types"]}
    assert found == {
        name: list(preview.channels(type_)) for name, type_ in NOTIFICATION_TYPES.current().items()
    }


def test_each_type_has_its_messages_in_each_language(support: Person) -> None:
    for name, type_ in NOTIFICATION_TYPES.current().items():
        for locale in templates.locales():
            found = previews(support, name, locale)
            assert tuple(found) == preview.channels(type_)
            assert all(text for parts in found.values() for text in parts.values()), name


def test_a_mail_in_hindi_has_a_subject_in_hindi(support: Person) -> None:
    mail = previews(support, "second_factor_removed", "hi")[EMAIL]
    assert any("\u0900" <= letter <= "\u097f" for letter in mail["subject"])
    assert mail["html"].lstrip().lower().startswith("<!doctype html>")


@pytest.mark.parametrize("query", ["?locale=xx", "?locale=", "?locale=../en", "?channel=fax"])
def test_another_language_is_refused(support: Person, query: str) -> None:
    answer = support.get(f"{TYPES}/order_ready/previews{query}")
    assert (answer.status_code, list(answer.json()["error"]["details"])) == (
        422,
        [query[1:].partition("=")[0]],
    )


@pytest.mark.parametrize("name", ["nothing", "order%20ready", "x" * 200, "..%2fen"])
def test_a_type_that_is_none_is_not_found(support: Person, name: str) -> None:
    assert support.get(f"{TYPES}/{name}/previews").status_code == 404
