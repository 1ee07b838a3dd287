"""Passwords: which are good enough, and bcrypt, of which one hash takes a quarter of a second of a CPU (hashing.py)."""

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

SHORTEST, LONGEST = 8, 200  # characters
COMMON = Path(__file__).with_name("common_passwords.txt")
_FEWEST_LETTERS = 4  # different ones
_ALIKE, _COMPARED = 0.7, 40  # of SequenceMatcher's ratio; characters: comparing takes time with their square
declare(
    {"weak_password": "The password is easy to guess; `details` says why. Length helps more than symbols."}
)


def require_good(password: str, *, email: str, name: str, field: str = "password") -> None:
    """Raise Invalid if somebody who knows what people choose, and whose password it is, would soon guess it."""
    text = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        problem = f"Must have {SHORTEST} to {LONGEST} characters."
    elif text in _common() or len(set(text)) < _FEWEST_LETTERS:
        problem = "Many people use it, so it is among the first that are tried."
    elif any(_alike(text, word) for word in _words(email, name)):
        problem = "Too much like your name, your e-mail address, or ours."
    else:
        return
    raise Invalid("Choose another password.", code="weak_password", details={field: [problem]})


def hashed(password: str) -> str:
    """Return the hash of `password`; other greenlets run meanwhile. Raises Unavailable when it would take too long."""
    rounds = current_app.config["BCRYPT_ROUNDS"]
    return queue().run(bcrypt.hashpw, _digest(password), bcrypt.gensalt(rounds)).decode()


def matches(password: str, hash_: str | None) -> bool:
    """Return whether `password` has this hash. Takes as long when there is none, so that nobody can ask who exists.

    Raises Unavailable when it would take too long.
    """
    known = (hash_ or "").startswith("$")  # else there is nobody, or they have no password
    against = hash_ if known and hash_ else _nobody(current_app.config["BCRYPT_ROUNDS"])
    return bool(queue().run(bcrypt.checkpw, _digest(password), against.encode())) and known


def outdated(hash_: str) -> bool:
    """Return whether a hash has another cost than new ones get."""
    rounds: int = current_app.config["BCRYPT_ROUNDS"]
    return int(hash_.split("$")[2]) != rounds


def _digest(password: str) -> bytes:
    """Bcrypt reads 72 bytes at most; hashing first lets long passphrases count in full."""
    return base64.b64encode(hashlib.sha256(password.encode()).digest())


@cache
def _nobody(rounds: int) -> str:
    return queue().run(bcrypt.hashpw, b"nobody", bcrypt.gensalt(rounds)).decode()


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def _words(email: str, name: str) -> set[str]:
    """Return what is no secret about somebody, as a whole and in parts."""
    whole = {email.casefold(), email.partition("@")[0].casefold(), name.casefold(), "metaia"}
    return {part for word in whole for part in (word, *re.split(r"[\W_]+", word)) if len(part) > 2}


def _alike(password: str, word: str) -> bool:
    if len(password) > _COMPARED:
        return password == word
    return SequenceMatcher(None, password, word[:_COMPARED], autojunk=False).ratio() >= _ALIKE
