"""Access tokens of a device: those that last, and those that end within seconds and have to be refreshed.

The latter are real ones of a session of the device's own, but for their end: fifteen minutes would be too long to wait.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import jwt
import requests

from tests.chaos.kinds import PATIENCE


@dataclass
class Lasting:
    """A token that outlives the run."""

    token: str
    ends: float = float("inf")

    def refresh(self) -> None:
        """Do nothing: it never ends."""


class Ending:
    """Tokens that end `seconds` after they were made."""

    def __init__(self, url: str, login: dict[str, str], secret: str, seconds: float) -> None:
        self.url, self.login, self.secret, self.seconds = url, login, secret, seconds
        self.token, self.ends = "", 0.0
        self._refresh_token: str | None = None

    def refresh(self) -> None:
        """Get a newer token. Raises OSError when there is no answer, or none that helps.

        Who does not get the answer has used up the refresh token all the same, and has to log in again.
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
        return requests.post(f"{self.url}/api/auth/{what}", json=body, timeout=PATIENCE)
