"""The leak check: no secret may be in the logs of the tests' servers or in tables.

Secrets in requests and answers are collected, and searched for at the end of the run (tests/conftest.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import psycopg
import requests
from psycopg import sql

_SECRET_KEYS = re.compile(r"password|token|ticket|secret|recovery", re.IGNORECASE)
SHORTEST = 12  # characters
_WORD = re.compile(r"[\w.~+/!-]{12,}", re.ASCII)
_SPACED = bytes(ord(" ") if re.match(rb"[^\w.~+/!-]", bytes([code])) else code for code in range(256))
_TOKEN = re.compile(r"(?<![\w./$])eyJ[\w-]{10,}\.[\w-]{10,}|[Bb]earer\s+[\w.~+/-]{8,}")
_TABLES = (
    "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace "
    "AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'devices' "  # push needs plain tokens
    "ORDER BY 1"
)


class Known:
    """Known secrets: words, found by a set intersection, and the few phrases, each found by a text search."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.phrases: set[str] = set()

    def add(self, secret: str) -> None:
        """Remember a secret."""
        (self.words if _WORD.fullmatch(secret) else self.phrases).add(secret)

    def update(self, secrets: Iterable[str]) -> None:
        """Remember secrets."""
        for secret in secrets:
            self.add(secret)


KNOWN = Known()
FOUND: list[str] = []


def remember(answer: requests.Response) -> None:
    """Remember the secrets in an answer, and in the request it answers."""
    with suppress(RecursionError):  # a body that is meant to be too deep
        KNOWN.update(_secrets(_json(answer.request.body)))
    if answer.headers.get("Content-Type") == "application/json" and answer.ok:
        KNOWN.update(_secrets(_json(answer.content).get("data")))


def _json(body: Any) -> Any:
    try:
        return orjson.loads(body or b"{}")
    except (TypeError, ValueError):
        return {}


def _secrets(value: Any, *, inside: bool = False) -> set[str]:
    """Return the strings under secret keys, if they are long enough to be unambiguous."""
    if isinstance(value, dict):
        parts = [(part, inside or bool(_SECRET_KEYS.search(key))) for key, part in value.items()]
    elif isinstance(value, list):
        parts = [(part, inside) for part in value]
    else:
        return {value} if inside and isinstance(value, str) and len(value) >= SHORTEST else set()
    return {secret for part, within in parts for secret in _secrets(part, inside=within)}


def search(where: str, text: str) -> None:
    """Add the secrets in `text` to FOUND, which fails the run at its end."""
    words = {
        word.strip(b".").decode() for word in set(text.encode().translate(_SPACED).split())
    } & KNOWN.words
    phrases = {secret for secret in KNOWN.phrases if secret in text}
    tokens = set(_TOKEN.findall(text)) if "eyJ" in text or "earer" in text else set()
    for secret in words | phrases | tokens:
        at = text.index(secret)
        FOUND.append(f"{where}: {secret!r} in {text[max(0, at - 200) : at + len(secret) + 50]!r}")


def search_logs(folder: Path) -> None:
    """Search the log files in a folder."""
    for path in sorted(folder.glob("**/*.log")):
        search(str(path), path.read_text(errors="replace"))


def search_tables(url: str) -> None:
    """Search every row of every table of a database."""
    with psycopg.connect(url) as connection:
        for (name,) in connection.execute(_TABLES).fetchall():
            rows = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.SQL(name)))
            search(name, "\n".join(row for (row,) in rows))
