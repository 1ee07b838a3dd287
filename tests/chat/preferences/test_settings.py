"""Settings of chat."""

from __future__ import annotations

from typing import Any

from tests.chat.conftest import Cast
from tests.support.conversations import code

PATH = "/api/chat/settings"
DEFAULTS = {"readReceipts": True, "typing": True, "presence": "everybody", "whoMayWrite": "anyone"}


def test_settings_are_changed_one_by_one(cast: Cast) -> None:
    assert cast.tailor.get(PATH).json()["data"]["settings"] == DEFAULTS
    changed = DEFAULTS
    for part in (
        {"readReceipts": False},
        {"typing": False, "presence": "nobody"},
        {"whoMayWrite": "customers_only"},
    ):
        changed = changed | part
        assert cast.tailor.patch(PATH, part).json()["data"]["settings"] == changed
    assert cast.tailor.get(PATH).json()["data"]["settings"] == changed
    assert cast.vendor.get(PATH).json()["data"]["settings"] == DEFAULTS


def test_settings_that_do_not_exist_are_refused(cast: Cast) -> None:
    bad: tuple[Any, ...] = (
        {},
        {"typing": "loud"},
        {"typing": None},
        {"presence": "friends"},
        {"whoMayWrite": "nobody"},
        {"whoMayWrite": "customers_only"},  # for partners
        {"sound": True},
        [],
    )
    for body in bad:
        assert code(cast.customer.patch(PATH, body)) == (422, "invalid"), body
