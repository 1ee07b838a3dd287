"""Signed addresses of the local store: whatever is changed in one, it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest

from metaia.providers.storage.interface import ReadAddress
from metaia.providers.storage.signed_addresses import AddressSigner, Expired, Refused, Upload

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SOON = NOW + timedelta(minutes=10)
KEY = "private/3f/full.webp"
signer = AddressSigner(["current key", "earlier key"])
READ = ReadAddress(KEY, "image/webp", SOON, "बिल & Co=1.webp")
UPLOAD = Upload("incoming/aa.jpg", "image/jpeg", 1000, SOON)


def query(wanted: ReadAddress, by: AddressSigner = signer) -> dict[str, str]:
    return dict(parse_qsl(by.sign_read(wanted), keep_blank_values=True))


@pytest.mark.parametrize(
    "wanted",
    [READ, replace(READ, expires_at=None), replace(READ, filename=None), replace(READ, filename="")],
    ids=["private", "public", "inline", "empty name"],
)
def test_an_address_grants_what_was_signed(wanted):
    assert signer.verify_read(KEY, query(wanted), at=NOW) == wanted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "text/html"),
        ("type", None),
        ("filename", "other.webp"),
        ("filename", None),
        ("until", str(int(SOON.timestamp()) + 1)),
        ("until", None),
        ("until", "٣"),
        ("signature", ""),
        ("signature", None),
        ("signature", "é\ud800"),
        ("more", "1"),
    ],
    ids=str,
)
def test_a_changed_address_is_refused(name, value):
    changed = query(READ) | {name: value}
    with pytest.raises(Refused) as caught:
        signer.verify_read(KEY, {n: v for n, v in changed.items() if v is not None}, at=NOW)
    assert caught.type is Refused


@pytest.mark.parametrize("key", ["private/3f/large.webp", KEY.upper(), f"{KEY}/", "é\ud800"], ids=ascii)
def test_an_address_is_for_one_key(key):
    with pytest.raises(Refused):
        signer.verify_read(key, query(READ), at=NOW)


def test_an_address_ends_at_its_second():
    assert signer.verify_read(KEY, query(READ), at=SOON - timedelta(microseconds=1)) == READ
    with pytest.raises(Expired):
        signer.verify_read(KEY, query(READ), at=SOON)


def test_parameters_cannot_move_into_each_other():
    joined = query(ReadAddress(KEY, "image/webp&filename=a", None))
    with pytest.raises(Refused):
        signer.verify_read(KEY, joined | {"type": "image/webp", "filename": "a"}, at=NOW)


def test_a_previous_key_verifies_and_a_foreign_one_does_not():
    earlier, foreign = AddressSigner(["earlier key"]), AddressSigner(["foreign key"])
    assert signer.verify_read(KEY, query(READ, earlier), at=NOW) == READ
    assert signer.verify_upload(earlier.sign_upload(UPLOAD), at=NOW) == UPLOAD
    with pytest.raises(Refused):
        signer.verify_read(KEY, query(READ, foreign), at=NOW)
    with pytest.raises(Refused):
        signer.verify_upload(foreign.sign_upload(UPLOAD), at=NOW)
    with pytest.raises(Refused):  # the current key signs, so the earlier one can be dropped
        earlier.verify_read(KEY, query(READ), at=NOW)


def test_a_token_of_an_upload_grants_what_was_signed_until_it_expires():
    token = signer.sign_upload(UPLOAD)
    assert signer.verify_upload(token, at=NOW) == UPLOAD
    with pytest.raises(Expired):
        signer.verify_upload(token, at=SOON)


def test_every_changed_character_of_a_token_is_refused():
    token = signer.sign_upload(UPLOAD)
    for index, each in enumerate(token[:-1]):  # the last character of base64 has bits without meaning
        with pytest.raises(Refused):
            signer.verify_upload(f"{token[:index]}{'A' if each != 'A' else 'B'}{token[index + 1 :]}", at=NOW)
    for wrong in ("", ".", "a.b", token[1:], token + ".", "é", "\ud800", "x" * 10_000):
        with pytest.raises(Refused):
            signer.verify_upload(wrong, at=NOW)


def test_a_signature_has_one_purpose():
    token = signer.sign_upload(UPLOAD)
    with pytest.raises(Refused):
        signer.verify_read(UPLOAD.key, query(READ) | {"signature": token.rpartition(".")[2]}, at=NOW)
    with pytest.raises(Refused):
        signer.verify_upload(query(READ)["signature"], at=NOW)
