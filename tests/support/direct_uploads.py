"""Direct uploads of the tests: signing, sending to the local store, completing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests

from metaia.core.json import Json
from tests.support.people import Person, World

SIZE = 300_000
BODY = {"kind": "image", "filename": "a.jpg", "contentType": "image/jpeg", "size": SIZE}


def sign(person: Person, **body: Any) -> tuple[Json, Json]:
    """Sign an upload; return its media object and what must be sent."""
    answer = person.post("/api/upload/sign", BODY | body)
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    return data["media"], data["upload"]


def put(world: World, upload: Json, content: Any, **headers: str) -> requests.Response:
    """Send bytes to a signed address of the local store."""
    url = f"{world.url}{urlsplit(upload['url']).path}"
    return requests.put(url, data=content, headers=upload["headers"] | headers, timeout=30)


def code(answer: requests.Response) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return answer.status_code, answer.json()["error"]["code"]


def complete(person: Person, media: Json, query: str = "") -> requests.Response:
    """Complete an upload."""
    return person.post(f"/api/upload/{media['id']}/complete{query}")
