"""Passwords: bcrypt, in a thread pool of its own, because one hash takes a quarter of a second of a CPU."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

import bcrypt
from flask import current_app
from gevent.threadpool import ThreadPool

_THREADS = 2


@cache
def _pool() -> ThreadPool:
    return ThreadPool(_THREADS)


def hashed(password: str) -> str:
    """Return the hash of `password`; other greenlets run meanwhile."""
    rounds = current_app.config["BCRYPT_ROUNDS"]
    result: bytes = _pool().apply(bcrypt.hashpw, (_digest(password), bcrypt.gensalt(rounds)))
    return result.decode()


def matches(password: str, hash_: str | None) -> bool:
    """Return whether `password` has this hash. Takes as long when there is none, so that nobody can ask who exists."""
    against = (hash_ or _nobody(current_app.config["BCRYPT_ROUNDS"])).encode()
    same: bool = _pool().apply(bcrypt.checkpw, (_digest(password), against))
    return same and hash_ is not None


def _digest(password: str) -> bytes:
    """Bcrypt reads 72 bytes at most; hashing first lets long passphrases count in full."""
    return base64.b64encode(hashlib.sha256(password.encode()).digest())


@cache
def _nobody(rounds: int) -> str:
    result: bytes = _pool().apply(bcrypt.hashpw, (b"nobody", bcrypt.gensalt(rounds)))
    return result.decode()
