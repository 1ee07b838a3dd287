"""Codes of apps and recovery codes, and the encryption of secrets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.auth.second_factor import codes, encryption

SECRET = pyotp.random_base32()
APP = pyotp.TOTP(SECRET)
moments = st.integers(1_600_000_000, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


def step(moment):
    return int(moment.timestamp()) // 30


@given(moments, st.integers(-5, 5))
def test_a_code_is_right_one_step_early_or_late(moment, off):
    code = APP.at(moment, counter_offset=off)
    found = codes.step_of(SECRET, code, moment, after=0)
    near = [step(moment) + n for n in (-1, 0, 1) if APP.at(moment, counter_offset=n) == code]
    assert found == (near[0] if near else None)
    assert step(moment) + off in near or abs(off) > 1


@given(moments, st.integers(-1, 1), st.integers(-3, 3))
def test_a_code_of_a_step_that_was_used_or_is_before_one_is_wrong(moment, off, used):
    found = codes.step_of(SECRET, APP.at(moment, counter_offset=off), moment, after=step(moment) + used)
    assert found is None or found > step(moment) + used


def test_a_code_works_once():
    moment = datetime.now(UTC)
    first = codes.step_of(SECRET, APP.at(moment), moment, after=0)
    assert first is not None
    assert first == step(moment)
    assert codes.step_of(SECRET, APP.at(moment), moment, after=first) is None
    later = moment + timedelta(seconds=30)
    assert codes.step_of(SECRET, APP.at(later), later, after=first) == first + 1


@pytest.mark.parametrize("zero", ["０", "٠", "۰", "०"], ids=["full width", "Arabic", "Persian", "Hindi"])
def test_a_code_comes_in_the_digits_of_any_keyboard(zero):
    moment = datetime.now(UTC)
    typed = "".join(chr(ord(zero) + int(digit)) for digit in APP.at(moment))
    assert codes.step_of(SECRET, typed, moment, after=0) == step(moment)


@pytest.mark.parametrize(
    "spelt", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}\u00a0{1}", "{0}–{1}", "{0}\u200b{1}"]
)
def test_a_code_may_be_spelt_as_the_app_shows_it(spelt):
    moment = datetime.now(UTC)
    code = APP.at(moment)
    assert codes.step_of(SECRET, spelt.format(code[:3], code[3:]), moment, after=0)


@pytest.mark.parametrize("junk", ["", " ", "12345", "1234567", "abcdef", "é" * 6, "١٢٣٤٥٦"])
def test_junk_is_no_code(junk):
    assert codes.step_of(SECRET, junk, datetime.now(UTC), after=0) is None


def test_what_an_app_reads_from_the_qr_code():
    address = urlsplit(codes.uri(SECRET, "asha+x@test.example"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert parse_qs(address.query) == {"secret": [SECRET], "issuer": ["METAIA"]}


def test_recovery_codes_are_all_different_and_have_120_bits():
    many = [code for _ in range(20) for code in codes.new_recovery_codes()]
    assert len(set(many)) == 200
    assert all(
        len(codes.normalized(code)) == 24 and set(codes.normalized(code)) <= set(codes._ALPHABET)
        for code in many
    )
    assert len(codes._ALPHABET) == len(set(codes._ALPHABET)) == 32
    assert not set(codes._ALPHABET) & set("01IO")


@pytest.mark.parametrize(
    "change", [str.lower, lambda c: c.replace("-", " "), lambda c: f" {c}\n".replace("-", "")]
)
def test_a_recovery_code_may_be_spelt_in_any_way(change):
    [code, *_] = codes.new_recovery_codes()
    assert codes.digest(change(code)) == codes.digest(code)


@given(st.text(max_size=80), st.uuids().map(str))
def test_what_is_sealed_can_be_said_again_and_is_never_the_same(app, text, owner):
    with app.app_context():
        data = encryption.encrypt(text, owner)
        assert encryption.decrypt(data, owner) == text
        assert encryption.encrypt(text, owner) != data
        assert len(text.encode()) < 8 or text.encode() not in data


def test_what_is_sealed_opens_for_its_owner_with_its_key_and_unchanged_only(app, monkeypatch):
    with app.app_context():
        data = encryption.encrypt("secret", "a user")
        assert encryption.decrypt(data, "another user") is None
        assert encryption.decrypt(data[:-1] + bytes([data[-1] ^ 1]), "a user") is None
        assert encryption.decrypt(b"x", "a user") is None
        old = app.config["SECRET_KEY"]
        monkeypatch.setitem(app.config, "SECRET_KEY", "another-secret-key-of-32-characters!")
        assert encryption.decrypt(data, "a user") is None
        monkeypatch.setitem(app.config, "SECRET_KEY_PREVIOUS", ["x" * 32, old])
        assert encryption.decrypt(data, "a user") == "secret"
        assert encryption.decrypt(data, "another user") is None
        assert encryption.is_outdated(data, "a user")
        assert not encryption.is_outdated(encryption.encrypt("secret", "a user"), "a user")
