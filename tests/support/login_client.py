"""Logins from any network address, a clock that tests advance, and an authenticator app."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import gevent
import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from metaia.auth.lockout import service as lockout
from metaia.auth.second_factor import verification
from metaia.core.times import now
from tests.support.people import PASSWORD, WAIT, Person

WRONG = "not the password"


class Clock:
    """The time of login delays and codes. It advances only by `skip`."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.moment = now()
        for module in (lockout, verification):
            patch.setattr(module, "now", self.now)

    def now(self) -> datetime:
        return self.moment

    def skip(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class LoginClient:
    """Calls the application from a chosen network address."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def login(
        self, email: str, password: str = PASSWORD, *, address: str = "127.0.0.1", **body: Any
    ) -> TestResponse:
        """Try to log in."""
        return self.post("/api/auth/login", {"email": email, "password": password} | body, address=address)

    def post(
        self, path: str, body: Any, *, address: str = "127.0.0.1", device: str = "tests", token: str = ""
    ) -> TestResponse:
        """Call a path as if from `address`, in a new greenlet, because this one has the test's context."""
        headers = {"User-Agent": device} | ({"Authorization": f"Bearer {token}"} if token else {})
        call = gevent.spawn(
            self.app.test_client().post,
            path,
            json=body,
            environ_base={"REMOTE_ADDR": address},
            headers=headers,
        )
        answer: TestResponse = call.get(timeout=WAIT)
        return answer

    def fail(self, email: str, times: int, *, address: str = "127.0.0.1") -> list[int]:
        """Log in with a wrong password some times; return the statuses."""
        return [self.login(email, WRONG, address=address).status_code for _ in range(times)]


class AuthenticatorApp:
    """An authenticator app with the time of the clock."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self.totp, self.clock = pyotp.TOTP(secret), clock

    def code(self, steps: int = 0) -> str:
        """Return the current code, or the code of some steps later."""
        return str(self.totp.at(self.clock.now(), counter_offset=steps))


def enable_second_factor(person: Person, clock: Clock) -> tuple[AuthenticatorApp, list[str]]:
    """Set up a person's second factor; return the app and the recovery codes. The current step is used."""
    begun = person.post("/api/auth/second-factor", {"password": PASSWORD})
    assert begun.status_code == 201, begun.text
    app = AuthenticatorApp(begun.json()["data"]["secret"], clock)
    confirmed = person.post("/api/auth/second-factor/confirm", {"code": app.code()})
    assert confirmed.status_code == 200, confirmed.text
    return app, confirmed.json()["data"]["recoveryCodes"]


def code_of(answer: Any) -> str:
    """Return the error code of an answer, of either kind of client."""
    body = answer.json() if callable(answer.json) else answer.json
    return str(body["error"]["code"])
