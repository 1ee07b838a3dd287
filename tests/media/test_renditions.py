"""The form in which a row keeps its files."""

from __future__ import annotations

import pytest

from metaia.media import renditions
from metaia.media.renditions import FULL, Rendition


def test_a_row_keeps_what_was_stored() -> None:
    stored = {FULL: Rendition("ab/full.webp", "image/webp", 10, 4, 3)}
    assert renditions.load(renditions.as_json(stored)) == stored
    assert renditions.load(None) == {}


def test_a_key_has_the_extension_of_its_type() -> None:
    assert renditions.key("ab", FULL, "image/jpeg") == "ab/full.jpg"
    with pytest.raises(KeyError):
        renditions.key("ab", FULL, "text/html")
