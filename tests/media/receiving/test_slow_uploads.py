"""Many uploads at once: slow ones delay no other request and leave nothing; large ones take little memory."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import gevent
import psutil
import pytest
import requests
from flask import Flask
from sqlalchemy import func, select

from metaia.core import db
from metaia.media.direct import incoming
from metaia.media.kinds import IMAGE, KINDS
from metaia.media.models import MediaPartRow, MediaRow
from metaia.media.quotas import queries as quota_queries
from metaia.media.receiving import reading
from metaia.providers.storage import registry
from metaia.realtime.server import timeouts
from tests.support.people import WAIT, Person, World
from tests.support.waiting import until

SLOW = 64  # as many as one process reads at once
LENGTH = 400_000  # bytes that a slow client promises
PIECE = 64 * 1024  # bytes
LARGE = 20
PER_UPLOAD = 1_500_000  # bytes of memory
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(5_000)


class Drip:
    """A client that sends the head of a request, some of its body, and then a few bytes at a time."""

    def __init__(self, world: World, head: str, start: bytes) -> None:
        self.answer = b""
        self._wire = socket.create_connection(("127.0.0.1", urlsplit(world.url).port or 0), WAIT)
        self._wire.sendall(f"{head}\r\nHost: test\r\nContent-Length: {LENGTH}\r\n\r\n".encode() + start)
        self._sending = gevent.spawn(self._drip)
        self._receiving = gevent.spawn(self._receive)

    @property
    def status(self) -> bytes:
        """The status of the answer, once the server has closed the connection."""
        self._receiving.join(WAIT)
        self._sending.kill()
        self._wire.close()
        return self.answer.partition(b" ")[2][:3]

    def _drip(self) -> None:
        while True:
            gevent.sleep(0.1)
            try:
                self._wire.sendall(bytes(10))
            except OSError:
                return

    def _receive(self) -> None:
        try:
            while more := self._wire.recv(PIECE):
                self.answer += more
        except OSError:  # the server has closed the connection, and more bytes have arrived there since
            return


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server wait for shorter times than in production."""
    monkeypatch.setattr(timeouts, "BODY_SECONDS", 4.0)
    monkeypatch.setattr(timeouts, "BODY_RATE", 400_000)


def rows_of(person: Person) -> tuple[int, int]:
    """Return the number of media objects of a person, and that of all parts of files."""
    own = db.fetch_value(select(func.count()).where(MediaRow.owner_id == person.id))
    return int(own), int(db.fetch_value(select(func.count()).select_from(MediaPartRow)))


def deleted_files() -> int:
    """Return how many files without a name this process has open: spools of uploads."""
    handles = [*Path("/proc/self/fd").iterdir()]
    return sum(handle.is_symlink() and str(handle.readlink()).endswith("(deleted)") for handle in handles)


@pytest.mark.usefixtures("impatient")
def test_slow_uploads_delay_no_other_request_and_leave_nothing(world: World) -> None:
    slow, other = world.person(), world.person()
    before, spools = rows_of(slow), deleted_files()
    head = (
        f"POST /api/upload/image HTTP/1.1\r\nAuthorization: Bearer {slow.token}\r\nContent-Type: image/jpeg"
    )
    drips = [Drip(world, head, JPEG) for _ in range(SLOW)]
    until(lambda: reading.UNDER_WAY.counter == 0, "all are being read")
    for _ in range(10):
        assert other.get("/api/upload/usage").status_code == 200
    refused = other.post("/api/upload/image", files={"file": JPEG})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert reading.UNDER_WAY.counter == 0, "all are still being read"
    assert {drip.status for drip in drips} == {b"408"}
    until(lambda: reading.UNDER_WAY.counter == SLOW, "all have ended")
    assert (rows_of(slow), deleted_files()) == (before, spools)
    assert other.post("/api/upload/image?wait=0", files={"file": JPEG}).status_code == 202


@pytest.mark.usefixtures("impatient")
def test_slow_uploads_to_the_store_leave_no_file(app: Flask, world: World) -> None:
    person = world.person()
    body = {"kind": "image", "filename": "a.jpg", "contentType": "image/jpeg", "size": LENGTH}
    signed = [person.post("/api/upload/sign", body).json()["data"] for _ in range(16)]
    unfinished = registry.local(app).folder / incoming.FOLDER
    drips = [
        Drip(world, f"PUT {urlsplit(each['upload']['url']).path} HTTP/1.1\r\nContent-Type: image/jpeg", JPEG)
        for each in signed
    ]
    until(lambda: len([*unfinished.glob("*")]) == len(drips), "all are being written")
    assert person.get("/api/upload/usage").status_code == 200
    assert {drip.status for drip in drips} == {b"408"}
    until(lambda: [*unfinished.glob("*")] == [], "no file is left")
    for each in signed:
        path = urlsplit(each["upload"]["url"]).path
        again = requests.put(
            world.url + path, data=bytes(LENGTH), headers=each["upload"]["headers"], timeout=WAIT
        )
        assert again.status_code == 204, "the address may still be used"


def test_uploads_that_wait_for_each_other_leave_connections_to_other_requests(
    app: Flask, world: World
) -> None:
    """A transaction of the user holds their usage, for which all their uploads wait."""
    person, other = world.person(), world.person()
    url, headers = f"{world.url}/api/upload/image?wait=0", {"Authorization": f"Bearer {person.token}"}

    def send() -> int:
        return requests.post(url, data=JPEG, headers=headers, timeout=4 * WAIT).status_code

    assert send() == 202
    with db.transaction():
        quota_queries.lock(person.id)
        senders = [gevent.spawn(send) for _ in range(app.config["DATABASE_POOL"] + 4)]
        until(lambda: reading.UNDER_WAY.counter == SLOW - len(senders), "all have arrived")
        for name in ("Asha", "Ravi"):
            assert other.patch("/api/auth/me", {"name": name}).status_code == 200
    gevent.joinall(senders, raise_error=True)
    assert {sender.value for sender in senders} == {202}


def whole(size: int) -> Iterator[bytes]:
    yield JPEG
    for left in range(size - len(JPEG), 0, -PIECE):
        yield bytes(min(PIECE, left))


def form(size: int) -> Iterator[bytes]:
    yield b"--b\r\nContent-Disposition: form-data; name=file; filename=a.jpg\r\n\r\n"
    yield from whole(size)
    yield b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(whole, "image/jpeg"), (form, "multipart/form-data; boundary=b")],
    ids=["bytes", "form"],
)
def test_large_uploads_at_once_take_little_memory(world: World, body, content_type: str) -> None:
    person, size = world.person(), KINDS[IMAGE].max_size
    process, media, peaks = psutil.Process(), [], [0]
    headers = {"Authorization": f"Bearer {person.token}", "Content-Type": content_type}

    def send() -> None:
        url = f"{world.url}/api/upload/image?wait=0"
        answer = requests.post(url, data=body(size), headers=headers, timeout=4 * WAIT)
        assert answer.status_code == 202, answer.text
        media.append(answer.json()["data"]["media"]["id"])

    send()  # warm up
    before, begun = process.memory_info().rss, time.monotonic()
    senders = [gevent.spawn(send) for _ in range(LARGE)]
    while not all(sender.ready() for sender in senders):
        peaks.append(process.memory_info().rss - before)
        gevent.sleep(0.005)
    gevent.joinall(senders, raise_error=True)
    print(f"{LARGE} uploads of {size} bytes: {max(peaks)} bytes of memory, {time.monotonic() - begun:.1f} s")
    assert len(media) == LARGE + 1
    for media_id in media:
        assert person.delete(f"/api/upload/{media_id}").status_code == 202
    assert max(peaks) < LARGE * PER_UPLOAD < LARGE * size / 3
