"""Nothing secret is told: not in the logs of the tests' servers, not in tables.

What was handed out or typed in is looked for when the run ends, and fails it: see tests/conftest.py.
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
    "AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'devices' "  # push needs their tokens as they are
    "ORDER BY 1"
)


class Known:
    """Secrets: those that are a word, found by comparing words, and the few that are not, each looked for by itself."""

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


def note(answer: requests.Response) -> None:
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
    """Return the texts whose key says that they are secret, if they are long enough to be told from others."""
    if isinstance(value, dict):
        parts = [(part, inside or bool(_SECRET_KEYS.search(key))) for key, part in value.items()]
    elif isinstance(value, list):
        parts = [(part, inside) for part in value]
    else:
        return {value} if inside and isinstance(value, str) and len(value) >= SHORTEST else set()
    return {secret for part, within in parts for secret in _secrets(part, inside=within)}


def look(where: str, text: str) -> None:
    """Keep what is secret in `text`, for the end of the run."""
    words = {
        word.strip(b".").decode() for word in set(text.encode().translate(_SPACED).split())
    } & KNOWN.words
    phrases = {secret for secret in KNOWN.phrases if secret in text}
    tokens = set(_TOKEN.findall(text)) if "eyJ" in text or "earer" in text else set()
    for secret in words | phrases | tokens:
        at = text.index(secret)
        FOUND.append(f"{where}: {secret!r} in {text[max(0, at - 200) : at + len(secret) + 50]!r}")


def look_into(folder: Path) -> None:
    """Look at the logs in a folder."""
    for path in sorted(folder.glob("**/*.log")):
        look(str(path), path.read_text(errors="replace"))


def look_at_tables(url: str) -> None:
    """Look at every row of every table of a database."""
    with psycopg.connect(url) as connection:
        for (name,) in connection.execute(_TABLES).fetchall():
            rows = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.SQL(name)))
            look(name, "\n".join(row for (row,) in rows))
