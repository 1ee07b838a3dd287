"""Telephone numbers as the world writes them, with the number in E.164 that each stands for.

The rows of `telephone_numbers.tsv`: text, region, E.164 with an extension (`-`: no number), and why: a recommendation
or RFC, the trunk prefix of the plan, or the fault. Numbers with letters or emoji are written as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from metaia.core.text import phones

ROWS = [
    line.split("\t") for line in (Path(__file__).parent / "telephone_numbers.tsv").read_text().splitlines()
]


@pytest.fixture(autouse=True)
def region(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def plain(text: str) -> str:
    """Return `text` with its escapes read."""
    return text.encode("ascii", "backslashreplace").decode().encode().decode("unicode_escape")


@pytest.mark.parametrize(("text", "region", "expected", "why"), ROWS)
def test_a_number_has_one_canonical_form(text: str, region: str, expected: str, why: str) -> None:
    try:
        found = phones.parse(plain(text), region)
    except ValueError:
        assert expected == "-", why
    else:
        assert found.e164 + (f";ext={found.extension}" if found.extension else "") == expected, why


def test_the_canonical_form_is_its_own() -> None:
    for _, region, expected, _ in ROWS:
        if expected != "-":
            e164, _, extension = expected.partition(";ext=")
            assert phones.parse(expected, region) == phones.Telephone(e164, extension or None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("+919876543210", "+919876543210"), ("919876543210", "+919876543210"), (" 919876543210", "+919876543210"),
        ("00919876543210", "+919876543210"), ("whatsapp:+919876543210", "+919876543210"),
        ("5215512345678", "+525512345678"), ("whatsapp:+5215512345678", "+525512345678"),
        ("447911123456", "+447911123456"), ("12345", "+12345"), ("METAIA", "METAIA"), ("", ""),
        ("+15001234567", "+15001234567"), ("9" * 5000, "+" + "9" * 5000),
    ],
)  # fmt: skip
def test_vendors_write_numbers_with_and_without_plus(given: str, expected: str) -> None:
    assert phones.of_vendor(given) == expected


@pytest.mark.parametrize(
    ("text", "e164", "expected"),
    [
        (None, None, None), ("", None, None), ("+91 98", None, None), ("98765 43210", None, "+919876543210"),
        ("020 7946 0018", "+442079460018", "+442079460018"), ("+1 415 555 2671", "+919876543210", "+14155552671"),
        ("+91 80 4567 8901 ext. 5", "+918045678901", None), ("+800 1234 5678", "+80012345678", "+80012345678"),
    ],
)  # fmt: skip
def test_text_messages_go_to_what_was_typed(text: str | None, e164: str | None, expected: str | None) -> None:
    assert phones.for_messages(text, e164) == expected


@pytest.mark.parametrize(
    ("part", "digits"),
    [
        ("+91 (0)98765", "9198765"),
        ("098765 4", "987654"),
        ("0091 98765", "9198765"),
        ("43210", "43210"),
        ("९८७६५", "98765"),
        ("Asha", None),
        ("12", None),
        ("M100149", None),
        ("", None),
        ("() -", None),
    ],
)
def test_a_part_of_a_number_is_searched_by_its_digits(part: str, digits: str | None) -> None:
    assert phones.search_digits(part) == digits
