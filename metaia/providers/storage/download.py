"""Reading an object over HTTP into a file: only so many bytes, only so long, and exactly the stored bytes."""

from __future__ import annotations

import time
from pathlib import Path

from requests import Response
from urllib3.exceptions import HTTPError

from metaia.providers.errors import Temporary

PIECE = 64 * 1024  # bytes
MAX_SECONDS = 60.0  # for a whole object; the timeouts of a connection end only a complete standstill


def save(answer: Response, file: Path, *, limit: int) -> None:
    """Write at most `limit` + 1 bytes of a streamed answer to `file`. Raises Temporary if the connection breaks.

    A client may have stored an object with `Content-Encoding`, so nothing is decoded.
    """
    left, until = limit + 1, time.monotonic() + MAX_SECONDS
    try:
        with file.open("wb") as target:
            while left > 0 and (piece := answer.raw.read(min(PIECE, left), decode_content=False)):
                target.write(piece)
                left -= len(piece)
                if time.monotonic() > until:
                    raise Temporary("the object did not arrive in time")
    except (HTTPError, OSError) as error:
        raise Temporary(f"the connection broke ({type(error).__name__})") from None
    finally:
        answer.close()
