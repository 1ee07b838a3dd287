"""Requests that fail with an exception, which the process then counts."""

from __future__ import annotations

import pytest
import requests
from sqlalchemy import select

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.observing import exceptions
from metaia.system.errors import service
from metaia.system.errors.models import ErrorRow
from metaia.system.releases import release
from tests.support.people import Person, World

WHERE = "metaia.system.releases.routes:get_version"


def kind_of_error(name: str = "") -> type[Exception]:
    """Return a type of exceptions that no other test raises."""
    return type(f"Broken{name}{new_id().replace('-', '')}", (Exception,), {})


class Failing:
    """A route that raises what it is told to."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch) -> None:
        self._world, self._patch = world, patch

    def request(self, error: Exception, request_id: str | None = None) -> str:
        """Make one request fail with `error`; return the id of the request."""

        def fail() -> None:
            raise error

        headers = {"X-Request-ID": request_id or new_id()}
        with self._patch.context() as patch:
            patch.setattr(release, "started_at", fail)  # only this route calls it
            answer = requests.get(f"{self._world.url}/api/system/version", headers=headers, timeout=10)
        assert answer.status_code == 500
        return headers["X-Request-ID"]


def insert_error() -> str:
    """Insert an error; return its fingerprint. Needs the context of an application."""
    kind = kind_of_error()
    try:
        raise kind
    except kind as error:
        exceptions.record(error)
    service.report()
    found = select(ErrorRow.fingerprint).where(ErrorRow.type.endswith(kind.__name__))
    return str(db.fetch_value(found))


def listed(staff: Person, kind: type[Exception], **query: str) -> list[dict[str, object]]:
    """Return the errors of a kind in the newest page of the list."""
    answer = staff.get("/api/system/errors", params={"limit": 100, **query})
    assert answer.status_code == 200, answer.text
    return [each for each in answer.json()["data"]["errors"] if each["type"].endswith(kind.__name__)]
