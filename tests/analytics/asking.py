"""Asking for figures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from metaia.core.json import Json
from tests.support.people import Person

ALL = "/api/admin/analytics"
INDIA = "Asia/Kolkata"


def ask(person: Person, path: str, **query: str) -> Json:
    answer = person.get(path, params={key.rstrip("_"): each for key, each in query.items()})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def values(answer: Json, name: str) -> dict[str, Any]:
    return {each["bucket"]: each["values"][name] for each in answer["data"]["analytics"]["series"]}


def today() -> str:
    return str(datetime.now(UTC).date())
