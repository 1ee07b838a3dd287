"""Logs: one JSON object a line with the request's id (readable text in development), without secrets."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO

import orjson
import structlog

REDACTED = "[redacted]"
_SECRET_KEYS = re.compile(r"password|token|secret|authorization|ticket|cookie", re.IGNORECASE)
_SUSPICIOUS = re.compile(
    r"[@=]|eyJ|bearer|/calendar/|/media/(?:incoming|public|private)/", re.IGNORECASE
)  # cheap: most texts match none of these
_SECRET_TEXTS = re.compile(
    r"""(?P<keep>(?:token|ticket|password|secret|signature)=)[^&\s"']+  # in the query of a URL
    |(?P<scheme>bearer\s+)[\w.~+/=-]+
    |\beyJ[\w-]{8,}[\w.-]*  # a JSON Web Token, wherever it is
    |(?P<file>/media/(?:(?:incoming|public|private)/|[^\s?"']*\?))[^\s"']+  # keys and signed addresses of files
    |(?P<feed>/calendar/)[^\s?"']+  # the address of a calendar feed is its secret
    |(?P<user>://[^/\s:@]*:)[^/\s@]+(?=@)  # the password in a URL
    |[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+  # an e-mail address: logs name users by their ids
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Without local variables, which hold passwords and personal data.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace values under a secret key, and in all texts whatever looks like a secret or an e-mail address.

    A processor for structlog; it changes `event` and returns it.
    """
    for key, value in event.items():
        event[key] = REDACTED if _is_secret(key) else _clean(value)
    return event


@lru_cache(1_000)  # keys in our code are few; those that clients send are not bounded
def _is_secret(key: str) -> bool:
    return _SECRET_KEYS.search(key) is not None


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _SECRET_TEXTS.sub(_without, value) if _SUSPICIOUS.search(value) else value
    if isinstance(value, dict):
        return redact(None, "", dict(value))
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value


def _without(found: re.Match[str]) -> str:
    return (
        found["keep"] or found["scheme"] or found["file"] or found["feed"] or found["user"] or ""
    ) + REDACTED


class Lines:
    """Writes lines straight to a stream: a request's line costs a third of the CPU that `logging` takes for it.

    structlog's own WriteLogger and BytesLogger hold a lock while they write. Under gevent a callback of the event loop
    must not wait for a lock, so one that logs while a native thread logs would fail with BlockingSwitchOutError.
    """

    def __init__(self, stream: TextIO, name: str = "metaia") -> None:
        self.name = name
        self._stream = stream

    def msg(self, line: str) -> None:
        """Write and flush a line."""
        self._stream.write(line + "\n")
        self._stream.flush()

    debug = info = warning = error = critical = exception = msg


class RequestLog:
    """Logs the line of a request: as structlog would, in a fifth of its time, because every request logs one."""

    def __init__(self, stream: TextIO, level: int) -> None:
        self._stream, self._is_on = stream, level <= logging.INFO

    def info(self, event: str, **values: Any) -> None:
        """Write a JSON line with the context of the request."""
        if not self._is_on:
            return
        moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        line = {**structlog.contextvars.get_contextvars(), **values, "event": event}
        line |= {"level": "info", "logger": "metaia.request", "timestamp": moment}
        self._stream.write(_json(redact(None, "", line)) + "\n")
        self._stream.flush()


_request_log: list[RequestLog] = []  # empty without JSON, where structlog renders all lines


def request_log() -> Any:
    """Return the logger of requests."""
    return _request_log[0] if _request_log else structlog.get_logger("metaia.request")


def setup(*, as_json: bool, level: int = logging.INFO, observe: Any = None) -> None:
    """Send the lines of structlog and of the standard library's logging to standard output, in the same format.

    `observe` is a processor for structlog that gets all lines before exceptions become text.
    """
    stream = sys.stdout
    _request_log[:] = [RequestLog(stream, level)] if as_json else []
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        *filter(None, [observe]),
    ]
    render: list[Any] = (
        [_TRACEBACKS, redact, structlog.processors.JSONRenderer(serializer=_json)]
        if as_json
        else [
            structlog.processors.format_exc_info,
            redact,
            structlog.dev.ConsoleRenderer(colors=stream.isatty()),
        ]
    )
    structlog.configure(
        processors=[*shared, *render],
        logger_factory=lambda *name: Lines(stream, *name),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    _libraries(stream, shared, render, level)


def _libraries(stream: TextIO, shared: list[Any], render: list[Any], level: int) -> None:
    """Format the records of libraries, which use the standard library's logging, like our own lines."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in [h for h in root.handlers if getattr(h, "metaia", False)]:
        root.removeHandler(old)
    handler.metaia = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(level)
    for noisy in (
        "engineio.server",
        "socketio.server",
        "flask-limiter",
        "geventwebsocket.handler",
        "rq.worker",
        "alembic",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _json(event: Any, **_: Any) -> str:
    try:
        return orjson.dumps(event, default=_described).decode()
    except TypeError:  # a lone surrogate, which the standard library escapes
        return json.dumps(event, default=_described)


def _described(value: Any) -> Any:
    return _clean(repr(value))
