"""HTTP calls of vendors: kept connections, timeouts, and the failures that all vendors have in common.

Staff see the texts of errors, so the texts contain no address: an address can contain a secret.
"""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

from requests import PreparedRequest, Response, Session
from requests.auth import AuthBase
from requests.exceptions import RequestException, Timeout

from metaia.providers import observing
from metaia.providers.errors import Technical, Temporary

TIMEOUTS = (3.0, 10.0)  # seconds to connect, and to wait for an answer
MAX_TEXT_LENGTH = 200  # characters of a vendor's error
BUSY = {408, 425, 429}
Json = dict[str, Any]


class BearerAuth(AuthBase):
    """Sends a bearer token (RFC 6750)."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class NoAuth(AuthBase):
    """Sends no credentials: each call adds its own."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


class VendorClient:
    """An HTTP client with the address of one vendor. `auth` is required: without it, requests reads ~/.netrc.

    Its calls are observed under `name`.
    """

    def __init__(self, base_url: str, auth: AuthBase, *, name: str) -> None:
        self.name = name
        self.base_url = base_url.rstrip("/")
        self.session = Session()
        self.session.auth = auth

    def post(self, path: str, **content: Any) -> Response:
        """Return the answer, whatever its status. Raises Temporary if there is none.

        After a timeout the vendor may or may not have acted: see "A job that runs twice" in docs/notifications.md.
        """
        return self.request("POST", path, **content)

    def delete(self, path: str) -> Response:
        """Return the answer, whatever its status. Raises Temporary if there is none."""
        return self.request("DELETE", path)

    def request(self, method: str, path: str, **content: Any) -> Response:
        """Return the answer, whatever its status. Raises Temporary if there is none."""
        address = self.base_url + path
        begun, failed = time.perf_counter(), True
        try:
            answer = self.session.request(method, address, timeout=TIMEOUTS, allow_redirects=False, **content)
            failed = is_busy(answer)
            return answer
        except Timeout:
            raise Temporary("no answer in time") from None
        except RequestException as error:
            raise Temporary(f"no connection, or it broke ({type(error).__name__})") from None
        finally:
            observing.current().called(self.name, time.perf_counter() - begun, failed=failed)

    def close(self) -> None:
        """Close the kept connections."""
        self.session.close()


class HttpProvider:
    """Base of the providers that are called over HTTP."""

    http: VendorClient

    def close(self) -> None:
        """Close the kept connections."""
        self.http.close()


def succeeded(answer: Response) -> bool:
    """Return whether the status is 2xx. `Response.ok` is true for redirects too."""
    return 200 <= answer.status_code < 300


def is_busy(answer: Response) -> bool:
    """Return whether the vendor failed, or had no time for the call: it may succeed later."""
    return answer.status_code in BUSY or answer.status_code >= 500


def json_object(answer: Response) -> Json:
    """Return the JSON object of an answer. Raises Technical if a success has none; a failure without one returns {}."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    if succeeded(answer):
        raise Technical(f"{answer.status_code}, but the body is not a JSON object")
    return {}


def json_objects(value: object) -> list[Json]:
    """Return the objects of a JSON list; [] for any other value."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def failure(answer: Response, detail: object = "") -> Temporary | Technical:
    """Return the error for a failed call, if the failure is not about the message or its recipient."""
    text = f"{answer.status_code} {detail}".strip()[:MAX_TEXT_LENGTH]
    if is_busy(answer):
        return Temporary(text, retry_after=_seconds(answer.headers.get("Retry-After")))
    return Technical(text)


def _seconds(retry_after: str | None) -> float | None:
    """Return the seconds of a Retry-After header, which is a number of seconds or a date (RFC 9110)."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None
