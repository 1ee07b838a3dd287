"""Which passwords are acceptable, and their bcrypt hashes. One hash takes a quarter of a second (see hash_pool.py)."""

from __future__ import annotations

import base64
import hashlib
import re
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import bcrypt
from flask import current_app

from metaia.auth.passwords.hash_pool import queue
from metaia.core.errors import Invalid, declare
from metaia.core.text import forms

MIN_LENGTH, MAX_LENGTH = 8, 200  # characters
COMMON = Path(__file__).with_name("common_passwords.txt")
_MIN_DISTINCT = 4  # different characters
_SIMILAR = 0.7  # ratio of difflib.SequenceMatcher from which two texts are too similar
_COMPARED = 40  # characters: the time of a comparison grows with their square
declare(
    {
        "weak_password": "The password is easy to guess; `details` explains why. Length helps more than symbols."
    }
)


def require_good(password: str, *, email: str, name: str, field: str = "password") -> None:
    """Raise Invalid for a password that is common, or similar to its user's name or address.

    `field` is the name under which the error's `details` explain the reason.
    """
    text = forms.comparable(password)
    if not MIN_LENGTH <= len(forms.opaque(password)) <= MAX_LENGTH:
        problem = f"Must have {MIN_LENGTH} to {MAX_LENGTH} characters."
    elif text in _common() or len(set(text)) < _MIN_DISTINCT:
        problem = "Many people use it, so it is among the first that are tried."
    elif any(_similar(text, word) for word in _public_words(email, name)):
        problem = "Too much like your name, your e-mail address, or ours."
    else:
        return
    raise Invalid("Choose another password.", code="weak_password", details={field: [problem]})


def hashed(password: str) -> str:
    """Return the bcrypt hash of `password` in the form of RFC 8265, computed in a thread.

    Raises Unavailable if the queue is full.
    """
    rounds = current_app.config["BCRYPT_ROUNDS"]
    return queue().run(bcrypt.hashpw, _digest(forms.opaque(password)), bcrypt.gensalt(rounds)).decode()


def matches(password: str, hash_: str | None) -> bool:
    """Return whether `password` has this hash, in any of its Unicode forms. Raises Unavailable if the queue is full."""
    return matching_form(password, hash_) is not None


def matching_form(password: str, hash_: str | None) -> str | None:
    """Return the Unicode form of `password` that has this hash, or None. Raises Unavailable if the queue is full.

    Hashes were once made of whichever form the device had sent. Without a hash the search takes as long as with one, so
    that the time does not reveal whether an account exists.
    """
    known = (hash_ or "").startswith("$")  # else there is no account, or it has no password
    against = hash_ if known and hash_ else _dummy_hash(current_app.config["BCRYPT_ROUNDS"])
    for form in forms.opaque_variants(password):
        if queue().run(bcrypt.checkpw, _digest(form), against.encode()) and known:
            return form
    return None


def outdated(hash_: str, form: str) -> bool:
    """Return whether a hash has another cost than BCRYPT_ROUNDS, or another `matching_form` than that of RFC 8265."""
    rounds: int = current_app.config["BCRYPT_ROUNDS"]
    return int(hash_.split("$")[2]) != rounds or form != forms.opaque(form)


def _digest(password: str) -> bytes:
    """Return the SHA-256 of a password in base64: bcrypt reads 72 bytes at most, and a passphrase may be longer."""
    return base64.b64encode(hashlib.sha256(password.encode()).digest())


@cache
def _dummy_hash(rounds: int) -> str:
    return queue().run(bcrypt.hashpw, b"nobody", bcrypt.gensalt(rounds)).decode()


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def _public_words(email: str, name: str) -> set[str]:
    """Return the texts about a user that are not secret, whole and in parts of more than two characters."""
    whole = {*map(forms.comparable, (email, email.partition("@")[0], name)), "metaia"}
    return {part for word in whole for part in (word, *re.split(r"[\W_]+", word)) if len(part) > 2}


def _similar(password: str, word: str) -> bool:
    if len(password) > _COMPARED:
        return password == word
    return SequenceMatcher(None, password, word[:_COMPARED], autojunk=False).ratio() >= _SIMILAR
