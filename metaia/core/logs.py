"""Logs: one JSON object a line with the request's id (readable text in development), and nothing secret in any."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_KEYS = re.compile(r"password|token|secret|authorization|ticket|cookie", re.IGNORECASE)
_IN_URLS = re.compile(r"((?:token|ticket|password)=)[^&\s\"']+", re.IGNORECASE)
# Without local variables: they hold passwords and personal data.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank out values whose key, or whose place in a URL, says that they are secret."""
    for key, value in event.items():
        if _SECRET_KEYS.search(key):
            event[key] = "[redacted]"
        elif isinstance(value, str):
            event[key] = _IN_URLS.sub(r"\1[redacted]", value)
    return event


def setup(*, as_json: bool, level: int = logging.INFO) -> None:
    """Send structlog and the standard library's logging the same way: to standard output, for the platform to keep."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    render: list[Any] = (
        [_TRACEBACKS, redact, structlog.processors.JSONRenderer()]
        if as_json
        else [redact, structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in [h for h in root.handlers if getattr(h, "metaia", False)]:
        root.removeHandler(old)
    handler.metaia = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    root.setLevel(level)
    for noisy in ("engineio.server", "socketio.server", "geventwebsocket.handler", "rq.worker", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
