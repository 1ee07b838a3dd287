"""Access tokens of a device: lasting ones, and ones that expire within seconds and must be refreshed.

The latter belong to a real session of the device, with an earlier expiry: fifteen minutes would be too long for a test.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import jwt
import requests

from tests.chaos.kinds import ANSWER_SECONDS


@dataclass
class Lasting:
    """A token that outlives the run."""

    token: str
    ends: float = float("inf")

    def refresh(self) -> None:
        """Do nothing: the token never expires."""


class Ending:
    """Tokens that expire `seconds` after they were issued."""

    def __init__(self, url: str, login: dict[str, str], secret: str, seconds: float) -> None:
        self.url, self.login, self.secret, self.seconds = url, login, secret, seconds
        self.token, self.ends = "", 0.0
        self._refresh_token: str | None = None

    def refresh(self) -> None:
        """Get a newer token. Raises OSError if there is no answer, or another error than 401.

        If the answer is lost, the same refresh token is sent again; after too long a time the device logs in again.
        """
        answer = self._ask("refresh", {"refreshToken": self._refresh_token}) if self._refresh_token else None
        if answer is None or answer.status_code == 401:
            answer = self._ask("login", self.login)
        if not answer.ok:
            raise ConnectionError(f"no new token: {answer.status_code}")
        tokens = answer.json()["data"]
        self._refresh_token = tokens["refreshToken"]
        self.ends = time.time() + self.seconds
        claims = jwt.decode(tokens["accessToken"], options={"verify_signature": False})
        self.token = jwt.encode(claims | {"exp": self.ends}, self.secret, "HS256")

    def _ask(self, what: str, body: dict[str, Any]) -> requests.Response:
        return requests.post(f"{self.url}/api/auth/{what}", json=body, timeout=ANSWER_SECONDS)
