"""Why a file is refused: the contract's error codes."""

from __future__ import annotations

CORRUPT = "corrupt"
EMPTY = "empty"
TOO_LONG, TOO_SHORT = "too_long", "too_short"
TOO_MANY_PIXELS = "too_many_pixels"
UNSUPPORTED = {
    "image": "unsupported_image",
    "document": "unsupported_document",
    "voice": "unsupported_audio",
}
CODES = frozenset({CORRUPT, EMPTY, TOO_LONG, TOO_SHORT, TOO_MANY_PIXELS, *UNSUPPORTED.values()})


class Refused(Exception):
    """The file is not accepted; `code` is the reason that clients get, `detail` is for the log."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


class Unsupported(Exception):
    """The file is not one of the accepted types of its kind, or has a part that is not accepted."""
