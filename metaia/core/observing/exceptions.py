"""Exceptions in log lines, counted by fingerprint: a processor of structlog, so that each logged exception counts.

A fingerprint is the type of an exception and the innermost function of ours on its stack. It has no line number, so it
outlives other changes of a file. The counts wait here for a reporter, which writes them to the database.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from traceback import walk_tb
from types import FrameType, TracebackType
from typing import Any

from metaia.core import logs
from metaia.core.times import now

OURS = "metaia."
MECHANISM = "metaia.core.db"  # raises the errors of all domains: the function that called it is named
MOST_FINGERPRINTS = 1_000  # of one process between two reports, and in the table
REQUESTS_KEPT = 5
LONGEST_MESSAGE, LONGEST_NAME = 500, 200  # characters
MOST_FRAMES, MOST_CAUSES = 40, 3
USER_BITS = 1024  # of the sketch from which affected users are counted
_ID = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\+?\d[\d ()-]{5,}\d")  # telephone numbers, cards
_ROOT = str(Path(__file__).parents[3]) + "/"
_LIBRARY = re.compile(r"^.*/(?:site-packages|lib/python[\d.]+)/")

counts: Counter[str] = (
    Counter()
)  # since the start: counted, dropped (too many fingerprints), failed (not counted)


@dataclass(slots=True)
class Seen:
    """One fingerprint since the last report. `users` has a bit for each hash of an affected user's id."""

    fingerprint: str
    type: str
    where: str
    message: str
    stack: str
    first: datetime
    last: datetime
    count: int = 0
    users: int = 0
    requests: list[str] = field(default_factory=list)  # newest first

    def add(self, other: Seen) -> None:
        """Add what another object has counted before this one."""
        self.count += other.count
        self.users |= other.users
        self.first = min(self.first, other.first)
        self.requests = [*self.requests, *other.requests][:REQUESTS_KEPT]


_pending: dict[str, Seen] = {}
_key = [b""]  # of the hashes of user ids


def use_key(key: str) -> None:
    """Set the secret with which ids of users are hashed."""
    _key[0] = hashlib.sha256(f"affected users {key}".encode()).digest()


def observe(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Count the exception of a log line, if it has one. A processor for structlog; it never raises."""
    if event.get("exc_info"):
        error = _exception(event["exc_info"])
        if error is not None:
            record_safely(error, request_id=event.get("request_id"), user_id=event.get("user"))
    return event


def record_safely(error: BaseException, **context: str | None) -> None:
    """Count an exception; never raise, because the caller handles another error."""
    try:
        record(error, **context)
    except Exception:  # noqa: BLE001 - such as that of a `__str__` of an exception
        counts["failed"] += 1


def record(error: BaseException, *, request_id: str | None = None, user_id: str | None = None) -> None:
    """Count an exception. The stack and the message are prepared once per fingerprint and report."""
    type_ = _name_of(type(error))
    where = _where(error.__traceback__)
    fingerprint = hashlib.sha256(f"{type_} {where}".encode()).hexdigest()[:16]
    seen = _pending.get(fingerprint)
    if seen is None:
        if len(_pending) >= MOST_FINGERPRINTS:
            counts["dropped"] += 1
            return
        at = now()
        seen = Seen(fingerprint, type_, where, message(error), stack(error), at, at)
        _pending[fingerprint] = seen
    seen.count += 1
    seen.last = now()
    counts["counted"] += 1
    if user_id:
        seen.users |= 1 << _bit_of(user_id)
    if request_id and request_id not in seen.requests:
        seen.requests = [request_id, *seen.requests][:REQUESTS_KEPT]


def take() -> list[Seen]:
    """Return what was counted since the last call, and forget it."""
    taken = list(_pending.values())
    for seen in taken:
        del _pending[seen.fingerprint]
    return taken


def put_back(taken: list[Seen]) -> None:
    """Keep what could not be reported for the next report; drop and count fingerprints beyond the limit."""
    for seen in taken:
        newer = _pending.get(seen.fingerprint)
        if newer is not None:
            newer.add(seen)
        elif len(_pending) < MOST_FINGERPRINTS:
            _pending[seen.fingerprint] = seen
        else:
            counts["dropped"] += seen.count


def message(error: BaseException) -> str:
    """Return the first line of an exception's text, without secrets, ids and long numbers."""
    line = str(error).strip().partition("\n")[0][: 4 * LONGEST_MESSAGE]
    return clean(line)[:LONGEST_MESSAGE]


def clean(text: str) -> str:
    """Return a text without secrets and e-mail addresses, and with ids and long numbers replaced."""
    redacted = str(logs.redact(None, "", {"text": text.replace("\0", "")})["text"])
    return _LONG_NUMBER.sub("[number]", _ID.sub("[id]", redacted))


def stack(error: BaseException) -> str:
    """Return the stack as text: files, lines and functions, and no values but the messages; then the causes."""
    parts: list[str] = []
    shown: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if shown is None:
            break
        frames = list(walk_tb(shown.__traceback__))[-MOST_FRAMES:]
        parts += ["caused by"] if parts else []
        parts += [f"  {_file(frame)}:{line} in {frame.f_code.co_qualname}" for frame, line in frames]
        parts.append(f"{_name_of(type(shown))}: {message(shown)}")
        shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
    return "\n".join(parts)


def _exception(given: Any) -> BaseException | None:
    """Return the exception of `exc_info`: an exception, the tuple of `sys.exc_info()`, or true for the current one."""
    if isinstance(given, BaseException):
        return given
    found = given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    return found if isinstance(found, BaseException) else None


def _where(trace: TracebackType | None) -> str:
    """Return the module and the name of the innermost function of ours; of any function if none is ours."""
    frames = [frame for frame, _ in walk_tb(trace)]
    return next(_candidates(frames[::-1]), "unknown")[:LONGEST_NAME]


def _candidates(innermost_first: list[FrameType]) -> Iterator[str]:
    ours = [frame for frame in innermost_first if _module(frame).startswith(OURS)]
    callers = [frame for frame in ours if not _module(frame).startswith(MECHANISM)]
    for frame in (*callers, *ours, *innermost_first):
        yield f"{_module(frame)}:{frame.f_code.co_qualname}"


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "unknown"))


def _file(frame: FrameType) -> str:
    return _LIBRARY.sub("", frame.f_code.co_filename.removeprefix(_ROOT))


def _name_of(kind: type[BaseException]) -> str:
    module = kind.__module__
    name = kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"
    return name[:LONGEST_NAME]


def _bit_of(user_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(user_id.encode(), key=_key[0], digest_size=4).digest()) % USER_BITS
