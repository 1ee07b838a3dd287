"""A browser: it keeps cookies, and sends the origin and the CSRF token of a page."""

from __future__ import annotations

import re
import uuid
from typing import Any

import requests

from metaia.auth.passwords import policy as password_policy
from metaia.core import db
from metaia.users import service as user_service
from tests.support import leaks
from tests.support.people import PASSWORD


def make_staff(role: str = "support", name: str = "Staff Person") -> str:
    """Create a user with a role that cannot register; return the e-mail address. Needs the application's context."""
    email = f"{uuid.uuid4().hex}@test.example"
    with db.transaction():
        user_service.create(
            email=email, password_hash=password_policy.hashed(PASSWORD), name=name, phone=None, role=role
        )
    return email


class Browser:
    """A browser on the console and on staff's pages."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> requests.Response:
        """Call a path as one of our pages does."""
        headers = {"Origin": self.url, "Sec-Fetch-Site": "same-origin"} | options.pop("headers", {})
        return self.call("POST", path, json={} if json is None else json, headers=headers, **options)

    def change(self, path: str, **options: Any) -> requests.Response:
        """Call a path as one of our pages does that was loaded just before."""
        headers = {"X-CSRF-Token": self.csrf()} | options.pop("headers", {})
        return self.post(path, headers=headers, **options)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = self.http.request(method, self.url + path, timeout=30, allow_redirects=False, **options)
        leaks.remember(answer)
        leaks.KNOWN.update(cookie.value for cookie in answer.cookies if cookie.value)
        return answer

    def log_in(self, email: str, slot: int = 1, **body: Any) -> requests.Response:
        """Log in to a slot of the console, and open rq-dashboard from there; return the last answer."""
        sessions = f"/console/sessions/{slot}"
        answer = self.post(sessions, {"email": email, "password": PASSWORD} | body)
        return self.post(f"{sessions}/dashboard") if answer.ok else answer

    def log_out(self, slot: int = 1, **options: Any) -> requests.Response:
        """Log out of a slot of the console."""
        return self.call("DELETE", f"/console/sessions/{slot}", headers={"Origin": self.url}, **options)

    def csrf(self) -> str:
        """Return the CSRF token of a page."""
        found = re.search(r'<meta name="csrf" content="([^"]+)">', self.get("/admin/rq/").text)
        assert found
        leaks.KNOWN.add(found[1])
        return found[1]

    @property
    def cookie(self) -> str:
        return str(self.http.cookies["metaia-staff"])


def code_of(answer: requests.Response) -> str:
    """Return the code of an error."""
    return str(answer.json()["error"]["code"])
