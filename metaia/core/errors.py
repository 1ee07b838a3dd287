"""All errors that clients can get: one class per HTTP status, one shape for REST and sockets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Problem(Exception):
    """An error with a stable `code`. Any code below a route, socket handler or job may raise it."""

    status = 500
    code = "internal_error"
    message = "Something went wrong on our side."

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        details: dict[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.message = message or type(self).message
        self.code = code or type(self).code
        self.details = details or {}
        self.retry_after = retry_after
        super().__init__(self.message)

    def as_dict(self) -> dict[str, Any]:
        """Return `{code, message, details}`, the `error` of an answer."""
        return {"code": self.code, "message": self.message, "details": self.details}


class Unreadable(Problem):
    status, code, message = 400, "unreadable", "The request could not be read."


class Unauthenticated(Problem):
    status, code, message = 401, "unauthenticated", "Log in first."


class Forbidden(Problem):
    status, code, message = 403, "forbidden", "You may not do this."


class NotFound(Problem):
    status, code, message = 404, "not_found", "This does not exist."


class TooSlow(Problem):
    status, code, message = 408, "too_slow", "The request did not arrive in time."


class Conflict(Problem):
    status, code, message = 409, "conflict", "The current state does not allow this."


class Gone(Problem):
    status, code, message = 410, "gone", "This does not exist any more."


class TooLarge(Problem):
    status, code, message = 413, "too_large", "The request is too large."


class UnsupportedMedia(Problem):
    status, code, message = 415, "unsupported_media_type", "Send application/json."


class Invalid(Problem):
    status, code, message = 422, "invalid", "Some fields are not valid."


class UpgradeRequired(Problem):
    status, code, message = 426, "upgrade_required", "Connect a WebSocket here."


class TooMany(Problem):
    status, code, message = 429, "rate_limited", "Too many requests; try again later."


class Unavailable(Problem):
    status, code, message = 503, "unavailable", "Try again in a moment."


BY_STATUS: dict[int, type[Problem]] = {
    cls.status: cls
    for cls in (
        Unreadable,
        Unauthenticated,
        Forbidden,
        NotFound,
        TooSlow,
        Conflict,
        Gone,
        TooLarge,
        UnsupportedMedia,
        Invalid,
        UpgradeRequired,
        TooMany,
        Unavailable,
    )
}

CODES: dict[str, str] = {Problem.code: Problem.message}
CODES |= {kind.code: kind.message for kind in BY_STATUS.values()}


def declare(codes: Mapping[str, str]) -> None:
    """Declare error codes with their meanings, which the OpenAPI document lists. Raises ValueError for a conflict."""
    for code, meaning in codes.items():
        if CODES.setdefault(code, meaning) != meaning:
            raise ValueError(f"error {code} is declared twice")


def flatten(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Turn marshmallow's nested messages into `{"items.0.price": ["…"]}`."""
    if isinstance(messages, dict):
        flat: dict[str, list[str]] = {}
        for key, value in messages.items():
            inner = path if key == "_schema" else f"{path}.{key}".lstrip(".")
            flat |= flatten(value, inner)
        return flat
    texts = messages if isinstance(messages, list) else [messages]
    return {path or "body": [str(text) for text in texts]}
