"""Users who upload files in both ways, repeat unanswered requests with the same key, delete files, change avatars."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import gevent
import requests

from tests.media.sandbox import documents, pictures, sounds
from tests.support.people import Person

ANSWER_SECONDS = 15.0  # seconds; a killed process answers nothing, a busy one does
READY_SECONDS = 15.0  # for which a user waits for a picture before it becomes the avatar
FINAL = frozenset({"ready", "rejected"})
Content = tuple[str, str, str, bytes]  # kind, extension, content type, bytes


@dataclass
class Upload:
    """One file of a user. `media_id` is set by the first answer; `accepted` once the server has all bytes."""

    owner: Person
    content: Content
    name: str
    media_id: str | None = None
    accepted: bool = False
    fate: str = "kept"  # or deleted, avatar, replaced


def contents() -> list[Content]:
    """Return files of all kinds; some need several parts."""
    photo, large = pictures.photo(), pictures.photo(1_600, 1_200)
    table = b"name,price\n" + b"Silk blouse,1800\n" * 40_000
    return [
        ("image", "jpg", "image/jpeg", pictures.encoded(photo)),
        ("image", "png", "image/png", pictures.encoded(large, "PNG", compress_level=1)),
        ("image", "webp", "image/webp", pictures.encoded(photo, "WEBP")),
        ("document", "pdf", documents.PDF, documents.pdf()),
        ("document", "csv", documents.CSV, table),
        ("voice", "amr", "audio/amr", sounds.amr()),
        ("voice", "ogg", "audio/ogg", sounds.sound("ogg", "libopus", 2.0)),
    ]


class Uploader:
    """One user, who uploads one file after the other. `problems` has what no kill excuses."""

    def __init__(self, person: Person, seed: str, files: list[Content]) -> None:
        self.person, self.files = person, files
        self.random = random.Random(seed)
        self.uploads: list[Upload] = []
        self.answers: Counter[str] = Counter()
        self.problems: list[str] = []

    def play(self, count: int, until: float) -> None:
        """Upload `count` files, but begin none after `until`, by the monotonic clock."""
        for _ in range(count):
            if time.monotonic() > until:
                return
            content = self.random.choice(self.files)
            upload = Upload(self.person, content, f"{len(self.uploads)}-{self.person.id}.{content[1]}")
            self.uploads.append(upload)
            way = self._send if self.random.random() < 0.6 else self._send_directly
            is_avatar = content[0] == "image" and self.random.random() < 0.4
            way(upload, "profile" if is_avatar else "general")
            if is_avatar:
                self._choose(upload)
            elif upload.accepted and self.random.random() < 0.25:
                gevent.sleep(self.random.uniform(0, 0.5))  # received, being processed or ready
                self._delete(upload)

    def _send(self, upload: Upload, folder: str) -> None:
        """Upload through the server, and once more with the same key."""
        kind, _, type_, body = upload.content
        wait = self.random.choice((0, 0, 3))
        options: dict[str, Any] = {
            "files": {"file": (upload.name, body, type_)},
            "data": {"folder": folder},
            "headers": {"Idempotency-Key": upload.name},
        }
        for _ in range(2):
            answer = self._ask("POST", f"/api/upload/{kind}?wait={wait}", **options)
            if not answer.ok and answer.json()["error"]["code"] != "unreadable":
                self._problem(upload, answer)
                return
            found = _media(answer)["id"] if answer.ok else answer.json()["error"]["details"]["mediaId"][0]
            if upload.media_id not in (None, found):
                self.problems.append(f"{upload.name} is {upload.media_id}, and {found} with the same key")
            upload.media_id, upload.accepted = found, True

    def _send_directly(self, upload: Upload, folder: str) -> None:
        """Sign, PUT, complete. One of ten clients forgets the last step."""
        kind, _, type_, body = upload.content
        wanted = {"kind": kind, "folder": folder, "filename": upload.name}
        signed = self._ask(
            "POST", "/api/upload/sign", json=wanted | {"contentType": type_, "size": len(body)}
        )
        if signed.status_code != 201:
            self._problem(upload, signed)
            return
        upload.media_id, address = _media(signed)["id"], signed.json()["data"]["upload"]
        sent = self._ask("PUT", urlsplit(address["url"]).path, data=body, headers=address["headers"])
        if sent.status_code != 204 and _code(sent) != "already_uploaded":
            self._problem(upload, sent)
            return
        upload.accepted = True
        if self.random.random() < 0.1:
            return
        for _ in range(2):
            completed = self._ask("POST", f"/api/upload/{upload.media_id}/complete")
            if not completed.ok or _media(completed)["id"] != upload.media_id:
                self._problem(upload, completed)

    def _delete(self, upload: Upload) -> None:
        answer = self._ask("DELETE", f"/api/upload/{upload.media_id}")
        if answer.status_code not in (202, 410):
            self._problem(upload, answer)
        upload.fate = "deleted"

    def _choose(self, upload: Upload) -> None:
        """Make a picture the avatar, if it becomes ready in time; the one before it is attached to nothing then."""
        if not upload.accepted or self._processed(upload) != "ready":
            return
        answer = self._ask("PATCH", "/api/auth/me", json={"avatarMediaId": upload.media_id})
        if not answer.ok:
            self._problem(upload, answer)
            return
        for other in self.uploads:
            if other.fate == "avatar":
                other.fate = "replaced"
        upload.fate = "avatar"

    def _processed(self, upload: Upload) -> str:
        """Return the status of a file once it is processed, at the latest after READY_SECONDS."""
        until = time.monotonic() + READY_SECONDS
        while True:
            status: str = _media(self._ask("GET", f"/api/upload/{upload.media_id}"))["status"]
            if status in FINAL or time.monotonic() > until:
                return status
            gevent.sleep(0.3)

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send a request until there is an answer that another try would not change."""
        headers = {"Authorization": f"Bearer {self.person.token}"} | options.pop("headers", {})
        url = self.person.world.url + path
        while True:
            try:
                answer = requests.request(method, url, headers=headers, timeout=ANSWER_SECONDS, **options)
            except requests.RequestException as error:
                self.answers[type(error).__name__] += 1
                gevent.sleep(0.2)
                continue
            self.answers[f"{answer.status_code}"] += 1
            if answer.status_code != 503 and _code(answer) != "idempotency_in_flight":
                return answer
            gevent.sleep(0.2)

    def _problem(self, upload: Upload, answer: requests.Response) -> None:
        self.problems.append(
            f"{upload.name}: {answer.request.method} answered {answer.status_code} {answer.text}"
        )


def _media(answer: requests.Response) -> dict[str, Any]:
    media: dict[str, Any] = answer.json()["data"]["media"]
    return media


def _code(answer: requests.Response) -> str | None:
    return None if answer.ok else str(answer.json()["error"]["code"])
