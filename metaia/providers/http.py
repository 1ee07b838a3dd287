"""Calling vendors over HTTP: kept connections, timeouts, and the failures that all vendors have in common.

What errors say is shown to staff, so it has no address of ours or theirs in it: those can hold secrets.
"""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

from requests import PreparedRequest, Response, Session
from requests.auth import AuthBase
from requests.exceptions import RequestException, Timeout

from metaia.providers.errors import Technical, Temporary

TIMEOUTS = (3.0, 10.0)  # seconds to connect, and to wait for an answer
LONGEST = 200  # characters of what a vendor says
BUSY = {408, 425, 429}
Json = dict[str, Any]


class Bearer(AuthBase):
    """Sends a token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Unsigned(AuthBase):
    """Adds nothing: each call brings its own."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


class Http:
    """One vendor's address and our credentials there. `auth` is needed, or requests looks into ~/.netrc."""

    def __init__(self, base_url: str, auth: AuthBase) -> None:
        self.base_url = base_url.rstrip("/")
        self.session = Session()
        self.session.auth = auth

    def post(self, path: str, **content: Any) -> Response:
        """Return the answer, whatever its status. Raises Temporary when there is none.

        After a timeout nobody knows whether the vendor has acted: see "a job that runs twice" in docs/notifications.md.
        """
        try:
            return self.session.post(self.base_url + path, timeout=TIMEOUTS, allow_redirects=False, **content)
        except Timeout:
            raise Temporary("no answer in time") from None
        except RequestException as error:
            raise Temporary(f"no connection, or it broke ({type(error).__name__})") from None

    def close(self) -> None:
        """Close the kept connections."""
        self.session.close()


class OverHttp:
    """What providers that are called over HTTP have in common."""

    http: Http

    def close(self) -> None:
        """Close the kept connections."""
        self.http.close()


def taken(answer: Response) -> bool:
    """Return whether a call succeeded; requests would count redirects."""
    return 200 <= answer.status_code < 300


def body(answer: Response) -> Json:
    """Return the JSON object of an answer. Raises Technical when there is none, unless the status says more."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    if taken(answer):
        raise Technical(f"{answer.status_code}, but what it says is not JSON")
    return {}


def objects(found: object) -> list[Json]:
    """Return the objects of a list; none of what is no list."""
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def failure(answer: Response, said: object = "") -> Temporary | Technical:
    """Return what a status that is no success means, when it is not about the message or its recipient."""
    text = f"{answer.status_code} {said}".strip()[:LONGEST]
    if answer.status_code in BUSY or answer.status_code >= 500:
        return Temporary(text, retry_after=_seconds(answer.headers.get("Retry-After")))
    return Technical(text)


def _seconds(retry_after: str | None) -> float | None:
    """Read a Retry-After header: seconds, or a date."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None
